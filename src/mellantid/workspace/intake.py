"""Taking a file in: its process and calendar kept, its rows into the ledger, the run noted."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mellantid.core.names import PER_DEAL
from mellantid.discovery import discover
from mellantid.errors import QuestionError
from mellantid.importing.importer import import_file
from mellantid.importing.map_file import parse_map
from mellantid.workspace.rates import currencies_in_use

if TYPE_CHECKING:
    from pathlib import Path

    from mellantid.discovery import Proposal
    from mellantid.importing.mapping import Map
    from mellantid.importing.report import Progress, Report
    from mellantid.workspace.workspace import Workspace

SURE: Final = 0.65
"""Confidence from which a proposed map is used without being asked about."""


def take_in(
    workspace: Workspace,
    path: Path,
    mapping: Map,
    now: int,
    *,
    dry_run: bool = False,
    observed: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Import a file; the first one also sets the workspace's calendar and currency.

    Args:
        workspace: where to.
        path: the file.
        mapping: what it means.
        now: the present moment (ms).
        dry_run: do all but the writing.
        observed: the moment at which a snapshot was true.
        progress: called as the work goes on.

    """
    if dry_run:
        return import_file(
            path,
            workspace.ledger,
            mapping,
            now,
            dry_run=True,
            observed=observed,
            progress=progress,
        )
    # One transaction: a file that is refused leaves no process, setting or run behind.
    with workspace.ledger.writing():
        report = import_file(
            path,
            workspace.ledger,
            mapping,
            now,
            observed=observed,
            progress=progress,
            process_version=workspace.keep_process(mapping.process, now).version,
        )
        _note(workspace, path, report, now)
        return replace(report, warnings=[*report.warnings, *_settle(workspace, mapping)])


def _settle(workspace: Workspace, mapping: Map) -> list[str]:
    """Choose settings that nobody has chosen; say where the map would have chosen others."""
    settings = workspace.settings
    if not workspace.has_settings:
        settings = replace(
            settings,
            timezone=mapping.timezone,
            holidays=mapping.holidays or "",
            silence=mapping.silence,
        )
    currencies = currencies_in_use(workspace.ledger)
    if not settings.currency and currencies:
        settings = replace(settings, currency=currencies[0])
    if settings != workspace.settings or not workspace.has_settings:
        workspace.change_settings(settings)
    warnings = []
    if mapping.timezone != settings.timezone:
        warnings.append(
            f"The map reads times in {mapping.timezone}; the workspace counts its days in "
            f"{settings.timezone} (mellantid settings set timezone ...)."
        )
    if mapping.silence not in (0, settings.silence):
        warnings.append(
            f"The map lets {mapping.silence} working days of silence be a loss; the workspace has "
            f"{settings.silence} (mellantid settings set silence ...)."
        )
    if not settings.currency and workspace.unit != PER_DEAL:
        warnings.append(
            "The amounts have no currency: choose one with mellantid settings set currency SEK."
        )
    others = [each for each in currencies if each != settings.currency]
    if others:
        warnings.append(
            f"Amounts in {', '.join(others)} are converted to {settings.currency} at the rates of "
            "mellantid rates import FILE."
        )
    return warnings


def proposed_map(path: Path) -> tuple[Map, Proposal]:
    """The map that discovery proposes for a file, where it is sure enough of it.

    Raises:
        QuestionError: it is not; the message says how to go on.
        DataError: the file cannot be used as movements.

    """
    proposal = discover(path)
    if proposal.confidence < SURE:
        raise QuestionError(
            f"{path.name} needs a map: the best guess is only {proposal.confidence:.0%} sure. Run "
            f"mellantid process discover {path.name} > map.toml, correct it, and import with "
            "--map map.toml."
        )
    text = proposal.map
    return parse_map(tomllib.loads(text), text=text, name="the proposed map"), proposal


def _note(workspace: Workspace, path: Path, report: Report, now: int) -> None:
    with path.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    with workspace.ledger.writing() as connection:
        connection.execute(
            "INSERT INTO import_run (file, fingerprint, at, rows, added, unchanged, rejected) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                path.name,
                fingerprint,
                now,
                report.rows,
                report.added,
                report.unchanged,
                len(report.rejected),
            ),
        )
