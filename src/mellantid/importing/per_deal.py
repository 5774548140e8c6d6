"""One row per deal: with a date for each stage, or as the deal stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.clock import FIRST_YEAR, LAST_YEAR, MS_PER_DAY
from mellantid.importing.engine import identifier, literal, query
from mellantid.importing.names import counted
from mellantid.importing.reading import LATEST

if TYPE_CHECKING:
    from mellantid.importing.mapping import Map, Snapshot
    from mellantid.importing.reading import Reading
    from mellantid.importing.table import Table

SNAPSHOT_DATES = ("created", "closed", "changed")
YEARS = f"{FIRST_YEAR} to {LAST_YEAR}"


def _per_deal(table: Table, reading: Reading, present: str, reasons: list[str]) -> None:
    """Judge a file with one row per deal: rows of a deal that agree are one."""
    texts = [identifier(key) for key in reading.columns if not key.startswith("lookup_")]
    dates = [
        f"CASE WHEN {identifier(key + '_at')} BETWEEN 0 AND {LATEST} "
        f"THEN {identifier(key + '_at')} END"
        for key in reading.dates
    ]
    columns = [
        *texts,
        *(identifier(key + end) for key in reading.dates for end in ("_local", "_at")),
        "amount_number",
    ]
    newest = f"greatest({', '.join([*dates, 'NULL'])})" if dates else "NULL"
    table.db.execute(
        query(
            "one_per_deal",
            columns=", ".join(columns),
            newest=newest,
            texts=", ".join(texts),
            deal_name=reading.header("deal"),
            present=present,
            reasons=" ".join(reasons),
        )
    )


def _unreadable(reading: Reading, key: str) -> str:
    """What to say of a date that is there but cannot be used; NULL where it can."""
    text, moment = identifier(key), identifier(key + "_at")
    form = reading.form(key)
    date = f"'the date \"' || {text} || '\" in \"' || {reading.header(key)} || '\"'"
    return (
        f"CASE WHEN {text} IS NOT NULL AND {moment} IS NULL "
        f"THEN {date} || ' cannot be read as ' || {form} "
        f"WHEN {moment} NOT BETWEEN 0 AND {LATEST} THEN {date} || ' lies outside {YEARS}' END"
    )


def from_stages(table: Table, mapping: Map, reading: Reading, observed: int) -> None:
    """Make events of a file with a date for each stage; see `events.make_events`."""
    keys = [key for key in reading.columns if key.startswith("entered_")]
    unreadable = [_unreadable(reading, key) for key in keys]
    usable = [f"{identifier(key + '_at')} BETWEEN 0 AND {LATEST}" for key in keys]
    none = " AND ".join(f"({part}) IS NOT TRUE" for part in usable)
    first = f"coalesce({', '.join([*unreadable, 'NULL'])})"
    reasons = [f"WHEN {none} THEN coalesce({first}, 'has no date in any stage''s column')"]
    _per_deal(table, reading, "NULL", reasons)
    labels = list(mapping.entered)
    selects = [
        query(
            "stages_event",
            label=literal(labels[int(key.partition("_")[2])]),
            state=mapping.process.state(labels[int(key.partition("_")[2])]),
            at=identifier(key + "_at"),
            latest=LATEST,
            **_values(reading),
        )
        for key in keys
    ]
    table.db.execute("CREATE OR REPLACE TABLE event AS " + " UNION ALL ".join(selects))
    _present_values(table, reading, observed)
    _remark_on_left_out(table, reading, dict(zip(keys, unreadable, strict=True)))


def _remark_on_left_out(table: Table, reading: Reading, unreadable: dict[str, str]) -> None:
    """Warn of dates that could not be used though others of their row could."""
    for key, why in unreadable.items():
        name = table.headers[reading.columns[key]]
        table.db.execute(query("left_out_dates", why=why))
        count, example = table.db.fetchone() or (0, None)
        if count:
            table.warnings.append(
                f'{counted(count, "date")} in "{name}" left out, the other dates of the row taken: '
                f"{example}."
            )


def _values(reading: Reading) -> dict[str, str]:
    """The expressions for what holds with an event of a file with one row per deal."""
    return {
        "currency": f"upper({reading.text('currency')})",
        "owner": reading.text("owner"),
        "reason": reading.text("reason"),
    }


def from_snapshot(
    table: Table, mapping: Map, reading: Reading, snapshot: Snapshot, observed: int
) -> None:
    """Make events of a file with deals as they stand; see `events.make_events`."""
    name = reading.header("stage")
    dates = [key for key in SNAPSHOT_DATES if reading.has(key)]
    won = mapping.process.won_state
    # The close of an open deal is a plan: whatever it says is no fault.
    faults = [
        f"CASE WHEN label.state >= {won} THEN {fault} END" if key == "closed" else fault
        for key, fault in ((key, _unreadable(reading, key)) for key in dates)
    ]
    faults += _backwards(won) if {"created", "closed"} <= {*dates} else []
    reasons = [
        f"WHEN stage IS NULL THEN 'has no stage in \"' || {name} || '\"'",
        "WHEN label.label IS NULL",
        "THEN 'the stage \"' || stage || '\" is listed nowhere in the map' || coalesce(hint, '')",
        f"ELSE coalesce({', '.join([*faults, 'NULL'])})",
    ]
    _per_deal(table, reading, "ranked.stage", reasons)
    process = mapping.process
    entered = snapshot.entered or process.stages[0]
    parts = {
        **{key: f"{key}_at" if key in dates else "NULL::BIGINT" for key in SNAPSHOT_DATES},
        **_values(reading),
        "entered_state": process.state(entered),
        "entered_label": literal(entered),
        "won_state": won,
        "observed": f"{observed}::BIGINT",
        "amount_at_creation": str(snapshot.amount_known == "created").lower(),
    }
    table.db.execute(query("snapshot", **parts))
    _present_values(table, reading, observed)


def _backwards(won: int) -> list[str]:
    """The complaint about a deal that closed before it was created."""
    backwards = (
        f"CASE WHEN label.state >= {won} "
        f"AND closed_local // {MS_PER_DAY} < created_local // {MS_PER_DAY} "
        "THEN 'was closed on ' || closed || ', before it was created on ' || created END"
    )
    return [backwards]


def _present_values(table: Table, reading: Reading, observed: int) -> None:
    values = _values(reading)
    table.db.execute(query("present_values", observed=f"{observed}::BIGINT", **values))
