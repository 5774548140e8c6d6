"""`import` and `process`: files into the ledger, and maps for those that nobody has mapped."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from mellantid.answers import processes_document
from mellantid.cli import process_fit
from mellantid.cli.context import now, reading, writing
from mellantid.cli.deals import told
from mellantid.cli.options import AsJson, Database, File, read_date
from mellantid.cli.output import print_file, print_json, print_table, print_text, say, warn
from mellantid.errors import DataError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.importing.mapping import Map
    from mellantid.importing.report import Progress, Report
    from mellantid.workspace import Workspace

SHOWN_REJECTED = 10

process_app = typer.Typer(
    help="The course: its stages, and how to find them.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_files)
    process_fit.register(process_app)
    app.add_typer(process_app, name="process")


def import_files(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, XLSX, Parquet, XES; also .gz.")],
    map_file: Annotated[
        Path | None, typer.Option("--map", help="What the columns and labels mean.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all but the writing.")] = False,
    observed: Annotated[
        dt.date | None,
        typer.Option(
            "--observed",
            parser=read_date,
            metavar="DATE",
            help="The day of which a file with one row per deal tells.",
        ),
    ] = None,
    database: Database = "./mellantid.db",
    as_json: AsJson = False,
) -> None:
    """Take files into the ledger; the same file again adds nothing."""
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise DataError(f"There is no file {' and no file '.join(missing)}: check the name.")
    maps = [_map(file, map_file) for file in files]
    with _workspace(database, dry_run=dry_run) as workspace:
        reports = [
            _import(workspace, file, mapping, dry_run=dry_run, observed=observed)
            for file, mapping in zip(files, maps, strict=True)
        ]
    _print_reports(files, reports, as_json=as_json)


@contextmanager
def _workspace(database: str, *, dry_run: bool) -> Iterator[Workspace]:
    """The workspace to import into; a dry run makes none where there is none."""
    if dry_run and "://" not in database and not Path(database).exists():
        with TemporaryDirectory() as folder, writing(f"{folder}/dry-run.db") as workspace:
            yield workspace
        return
    with writing(database) as workspace:
        yield workspace


def _import(
    workspace: Workspace,
    file: Path,
    mapping: Map,
    *,
    dry_run: bool,
    observed: dt.date | None,
) -> Report:
    from mellantid.workspace.intake import take_in  # noqa: PLC0415 (DuckDB takes its time)

    at = None if observed is None else workspace.clock.end_of(observed) - 1
    with _progress(file.name) as progress:
        return take_in(
            workspace, file, mapping, now(), dry_run=dry_run, observed=at, progress=progress
        )


def _map(file: Path, map_file: Path | None) -> Map:
    from mellantid.importing.map_file import read_map  # noqa: PLC0415 (as above)
    from mellantid.workspace.intake import proposed_map  # noqa: PLC0415 (as above)

    if map_file is not None:
        return read_map(map_file)
    mapping, proposal = proposed_map(file)
    say(f"No map was given; this one was found (confidence {proposal.confidence:.2f}):")
    say(proposal.map)
    return mapping


@contextmanager
def _progress(name: str) -> Iterator[Progress | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only for a terminal)
    from rich.progress import Progress as Bar  # noqa: PLC0415 (only for a terminal)

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def tell(step: str, done: int, of: int) -> None:
            bar.update(task, description=f"{name}: {step}", completed=done, total=of or None)

        yield tell


def _print_reports(files: list[Path], reports: list[Report], *, as_json: bool) -> None:
    if as_json:
        documents = [report.as_dict() for report in reports]
        print_json(documents[0] if len(documents) == 1 else _together(files, reports))
        return
    for file, report in zip(files, reports, strict=True):
        _print_report(file, report)


def _together(files: list[Path], reports: list[Report]) -> dict[str, object]:
    """Several files as one document: the sums, and each file's own report."""
    sums = ("rows", "deals", "movements", "added", "unchanged", "seconds")
    return {
        **{name: sum(getattr(report, name) for report in reports) for name in sums},
        "rejected": [row for report in reports for row in report.as_dict()["rejected"]],  # type: ignore[attr-defined]
        "warnings": [warning for report in reports for warning in report.warnings],
        "files": {str(file): report.as_dict() for file, report in zip(files, reports, strict=True)},
    }


def _print_report(file: Path, report: Report) -> None:
    verb = "would add" if report.dry_run else "added"
    print_text(
        f"{file.name}: {told(report.rows, 'row')}, {told(report.deals, 'deal')}, "
        f"{told(report.movements, 'movement')}; {verb} {numbers.count(report.added)}, "
        f"{numbers.count(report.unchanged)} were there already, "
        f"{numbers.count(len(report.rejected))} rejected ({numbers.decimal(report.seconds, 1)} s)."
    )
    detected = dict(report.detected)
    if isinstance(observed := detected.get("observed"), int):
        # The end of that day in the file's own zone; an hour either way is on the same date.
        moment = dt.datetime.fromtimestamp(observed / 1000, tz=ZoneInfo(str(detected["timezone"])))
        detected["observed"] = numbers.date(moment.date())
    if detected:
        read_as = (f"{name.replace('_', ' ')} {_told(value)}" for name, value in detected.items())
        print_text(f"Read as: {', '.join(read_as)}.")
    if report.rejected:
        shown = report.rejected[:SHOWN_REJECTED]
        rows = [(str(each.row), each.why) for each in shown]
        print_table("Rejected rows", ("row", "why"), rows, text_columns=2)
        if len(report.rejected) > len(shown):
            more = numbers.count(len(report.rejected) - len(shown))
            print_text(f"... and {more} more (all with --json).")
    warn(report.warnings)


def _told(value: object) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{name} ({each})" for name, each in value.items())
    return str(value)


@process_app.command("discover")
def discover_process(file: File, as_json: AsJson = False) -> None:
    """Propose stages, their order, won and lost, and a map."""
    from mellantid.answers.process_fit import (  # noqa: PLC0415 (as below)
        discovery_document,
    )
    from mellantid.discovery import discover  # noqa: PLC0415 (DuckDB takes its time)

    proposal = discover(file)
    if as_json:
        print_json(discovery_document(proposal))
        return
    print_file(proposal.map)
    say(f"Confidence {proposal.confidence:.2f}. Keep the map in a file and correct it there.")
    for reason in proposal.why:
        say(f"- {reason}")


@process_app.command("list")
def list_processes(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """List the processes, their stages and versions."""
    with reading(database) as workspace:
        processes = list(workspace.processes.values())
    if as_json:
        print_json(processes_document(processes))
        return
    rows = [
        (
            each.name,
            " → ".join(each.stages),
            ", ".join(each.won),
            ", ".join(each.lost),
            str(each.version),
        )
        for each in processes
    ]
    print_table("Processes", ("process", "stages", "won", "lost", "version"), rows, 4)
