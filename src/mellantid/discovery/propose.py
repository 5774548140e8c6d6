"""The proposal: a map for a file that nobody has mapped, how sure it is, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.conformance.course_fit import course_fit
from mellantid.discovery.outcome import sort_labels, sort_snapshot
from mellantid.discovery.profile import profiles
from mellantid.discovery.reading import rows_of
from mellantid.discovery.shape import Found, find_shape
from mellantid.discovery.told import Measured, told_fit
from mellantid.discovery.toml import write_toml
from mellantid.discovery.travelled import travelled
from mellantid.discovery.words import plain
from mellantid.errors import DataError
from mellantid.importing import open_table, parse_map, refuse_without_dates

if TYPE_CHECKING:
    from pathlib import Path

    from mellantid.discovery.labels import Labels
    from mellantid.discovery.rows import Rows
    from mellantid.importing.table import Table

Content = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Proposal:
    """A proposed map.

    Attributes:
        map: the map, as TOML.
        content: the same as sections.
        confidence: how far the file supports it, 0 to 1; a score, not a probability.
        why: a sentence for each choice.
        measured: how the proposed course fits the file's own rows; None where the file does not
            tell what followed what.

    """

    map: str
    content: Content
    confidence: float
    why: tuple[str, ...]
    measured: Measured | None = None


def discover(path: str | Path) -> Proposal:
    """Propose stages, their order, won and lost, and a map.

    Raises:
        DataError: the file has no dates, or nothing in it looks like deals in stages.

    """
    with open_table(path) as table:
        table.load()
        refuse_without_dates(table)
        columns = profiles(table)
        found = find_shape(table, columns)
        labels, rows = _labels(table, found)
        if not labels.stages:
            raise DataError(
                f"{table.name} has no label that looks like an open stage: write a map."
            )
        content = _content(found, labels, _name(table.name))
    parse_map(content, name="the proposed map")
    scores = [*found.scores, *labels.scores]
    confidence = round(float(np.clip(math.prod(scores), 0.01, 1.0)), 2)
    zone = (
        "Times without a zone are read as UTC, and only weekends are off: put the workspace's "
        "timezone and holidays in [process]."
    )
    measured, told = (None, ()) if rows is None else _measured(rows, labels)
    why = (*found.why, *labels.why, *told, zone)
    return Proposal(write_toml(content), content, confidence, why, measured)


def _labels(table: Table, found: Found) -> tuple[Labels, Rows | None]:
    """The labels sorted out, and the rows that tell what followed what where the file has such."""
    rows = rows_of(table, found)
    if rows is not None:
        return sort_labels(rows), rows
    stage = found.columns["stage"]
    counted = table.db.execute(
        f"SELECT {stage.sql}, count(*) FROM source WHERE {stage.sql} IS NOT NULL "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return sort_snapshot([label for label, _ in counted], _undated(table, found)), None


def _measured(rows: Rows, labels: Labels) -> tuple[Measured, tuple[str, ...]]:
    """How the proposed course fits the rows, and that in sentences."""
    paths = rows.paths(labels.stages, labels.won, labels.lost)
    on_course = rows.states(labels.stages, labels.won, labels.lost) >= 0
    covered = float(on_course.mean()) if on_course.size else 0.0
    measured = Measured(course_fit(paths, tuple(labels.stages)), covered, labels.by_words)
    return measured, (*told_fit(measured), *travelled(paths, labels))


def _undated(table: Table, found: Found) -> set[str]:
    """Labels of a snapshot whose deals mostly have no date of creation."""
    created = found.columns.get("created")
    if created is None:
        return set()
    stage = found.columns["stage"].sql
    rows = table.db.execute(
        f"SELECT {stage} FROM source WHERE {stage} IS NOT NULL GROUP BY 1 "  # noqa: S608
        f"HAVING count({created.sql}) < 0.5 * count(*)"
    ).fetchall()
    return {label for (label,) in rows}


def _content(found: Found, labels: Labels, name: str) -> Content:
    names = {role: column.name for role, column in found.columns.items()}
    content: Content = {"columns": {}}
    if found.kind == "snapshot":
        roles = ("created", "stage", "closed")
        content["snapshot"] = {role: names.pop(role) for role in roles if role in names}
        content["snapshot"] |= _entered(found, labels)
    content["columns"] = dict(names)
    if found.entered:
        known = {*labels.stages, *labels.won, *labels.lost}
        content["entered"] = {
            label: column.name for label, column in found.entered.items() if label in known
        }
    process: dict[str, object] = {"name": name, "stages": labels.stages}
    process |= {"won": labels.won, "lost": labels.lost}
    if labels.ignore:
        process["ignore"] = labels.ignore
    content["process"] = process | {"timezone": "UTC"}
    return content


def _entered(found: Found, labels: Labels) -> dict[str, object]:
    """The stage that the date of creation puts a deal in, where the date's name says one."""
    created = found.columns.get("created")
    if created is None:
        return {}
    words = [word for word in plain(created.name).split() if len(word) > 4]
    told = [stage for stage in labels.stages if any(word[:5] in plain(stage) for word in words)]
    return {"entered": told[0]} if told and told[0] != labels.stages[0] else {}


def _name(file: str) -> str:
    """A process's name from a file's."""
    stem = file.partition(".")[0].replace("_", " ").strip()
    return stem[:1].upper() + stem[1:] if stem else "Sales"
