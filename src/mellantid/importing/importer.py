"""Importing a file: read, judge, order, compare with the ledger, append, report."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from mellantid.errors import DataError
from mellantid.importing.delivery import deliver, find_taken, load_ledger
from mellantid.importing.engine import literal, query
from mellantid.importing.events import make_events
from mellantid.importing.lookups import warn_of_unmatched
from mellantid.importing.observation import observation
from mellantid.importing.prepared import Rejected
from mellantid.importing.reading import read
from mellantid.importing.remarks import (
    remark_on_amounts,
    remark_on_dates,
    remark_on_events,
    remark_on_rows,
)
from mellantid.importing.report import Report
from mellantid.importing.table import open_table

if TYPE_CHECKING:
    from mellantid.importing.mapping import Map
    from mellantid.importing.reading import Reading
    from mellantid.importing.report import Progress
    from mellantid.importing.table import Table
    from mellantid.ledger import Ledger


def import_file(
    path: str | Path,
    ledger: Ledger,
    mapping: Map,
    recorded_at: int,
    *,
    dry_run: bool = False,
    observed: int | None = None,
    progress: Progress | None = None,
    process_version: int | None = None,
) -> Report:
    """Take a file into the ledger.

    The same file again, in whatever format, adds nothing; a later one adds what is new. Rows that
    cannot be used are left out and named; the others go in.

    Args:
        path: CSV, TSV, XLSX, Parquet or XES, also packed as .gz or .zip.
        ledger: where entries go.
        mapping: what the file means.
        recorded_at: now, ms UTC.
        dry_run: do all but the writing.
        observed: the moment at which a file with one row per deal was true; where left out, the
            end of the newest day in it that is not in the future.
        progress: called as the work goes on.
        process_version: version of the course to note on entries; the map's own where left out.

    Returns:
        What was read, added and left out.

    Raises:
        DataError: the file or the map cannot be used at all.

    """
    started = perf_counter()
    path = Path(path)
    tell = progress or _silent
    tell("reading", 0, 0)
    with open_table(path, mapping.wanted.values()) as table:
        _shape(table, mapping, ledger, recorded_at, observed, path, tell)
        added = _compare(table, ledger, tell)
        counts = _totals(table, added)
        if not dry_run:
            version = mapping.process.version if process_version is None else process_version
            deliver(table, mapping, ledger, recorded_at, added, version, tell)
        standing = _standing(table, mapping)
        return Report(
            rows=table.rows,
            deals=counts[0],
            movements=counts[1] + standing,
            added=counts[3],
            unchanged=counts[2] - counts[3] + standing,
            rejected=_rejected(table),
            warnings=list(table.warnings),
            seconds=round(perf_counter() - started, 3),
            detected=dict(table.detected),
            dry_run=dry_run,
        )


def _silent(step: str, done: int, of: int) -> None:
    del step, done, of


def _shape(
    table: Table,
    mapping: Map,
    ledger: Ledger,
    recorded_at: int,
    observed: int | None,
    path: Path,
    tell: Progress,
) -> None:
    """From the file to the entries that it amounts to: the engine's table `made`."""
    reading = read(table, mapping)
    tell("checking", 0, table.rows)
    warn_of_unmatched(table, mapping, path.parent)
    remark_on_amounts(table, reading)
    remark_on_dates(table, reading)
    dated = load_ledger(table, mapping, ledger)
    if mapping.shape != "changes":
        if observed is None:
            observed = observation(table, mapping, reading, recorded_at, dated)
        table.detected["observed"] = observed
    table.free("raw")
    make_events(table, mapping, reading, recorded_at if observed is None else observed)
    table.free("reading")
    tell("ordering", 0, table.rows)
    _order(table, mapping, reading)
    remark_on_rows(table, mapping)
    remark_on_events(table, mapping, recorded_at)
    table.free("told")


def _order(table: Table, mapping: Map, reading: Reading) -> None:
    process = mapping.process
    before = {
        f"{key}_before": f"lag(event.{key} IGNORE NULLS) OVER w" if reading.has(key) else "NULL"
        for key in ("amount", "currency", "owner")
    }
    table.db.execute(query("entries", **before))
    table.db.execute(
        query("entries_told", won_state=process.won_state, lost_state=process.lost_state)
    )
    table.free("sorted")
    # What one row says has one place, as it is one event.
    place = 'dense_rank() OVER (PARTITION BY deal, moment ORDER BY sequence, "row") - 1'
    name = process.name.replace("\\", "\\\\").replace("/", "\\/")
    table.db.execute(
        query(
            "entries_made",
            process=literal(name),
            tied_sequence=place if reading.has("order") else "0",
        )
    )


def _compare(table: Table, ledger: Ledger, tell: Progress) -> str:
    """The name of the engine's table of entries that the ledger does not have yet."""
    if not find_taken(table, ledger, _totals(table, "made")[2], tell):
        return "made"
    table.db.execute(query("added"))
    table.db.execute(query("contradicted"))
    count, deal = table.db.fetchone() or (0, None)
    if count:
        table.warnings.append(
            f"{count:,} entries are in the ledger with another amount or owner, such as that of "
            f"deal {deal}: history was left as it was recorded."
        )
    return "added"


def _totals(table: Table, added: str) -> tuple[int, int, int, int]:
    table.db.execute(query("totals", added=added))
    row = table.db.fetchone()
    if row is None:
        raise DataError(f"{table.name} could not be counted: import it again.")
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _standing(table: Table, mapping: Map) -> int:
    """How many observed movements the ledger has, that the file says once more."""
    if mapping.snapshot is None:
        return 0
    table.db.execute(query("standing"))
    return int((table.db.fetchone() or (0,))[0])


def _rejected(table: Table) -> list[Rejected]:
    table.db.execute(query("rejected"))
    found = [Rejected(int(row), str(why)) for row, why in table.db.fetchall()]
    return sorted([*table.rejected, *found], key=lambda rejected: rejected.row)
