"""Remarks: what a person should know of what was read, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.importing.engine import identifier, query
from mellantid.importing.events import IGNORED
from mellantid.importing.mangled import weigh_swapped
from mellantid.importing.names import counted

if TYPE_CHECKING:
    from mellantid.importing.mapping import Map
    from mellantid.importing.reading import Reading
    from mellantid.importing.table import Table


SHOWN = 5


def _one(table: Table, name: str, **parts: object) -> tuple[Any, ...]:
    table.db.execute(query(name, **parts))
    return table.db.fetchone() or ()


def remark_on_dates(table: Table, reading: Reading) -> None:
    """Warn of date columns that look as if day and month were swapped, and of dates to come."""
    for key in reading.dates:
        local = identifier(key + "_local")
        table.db.execute(query("dates", local=local, day=MS_PER_DAY))
        found = table.db.fetchnumpy()
        if not len(found["date"]):
            continue
        swapped = weigh_swapped(
            np.asarray(found["date"], dtype=np.int64), np.asarray(found["count"], dtype=np.int64)
        )
        if swapped.likely:
            name = table.headers[reading.columns[key]]
            table.warnings.append(
                f'The dates in "{name}" look as if day and month had been swapped wherever the day '
                f"is 12 or less ({counted(swapped.rows, 'row')}): weekdays and months fit far "
                "better with them swapped back; export the file again with dates as yyyy-mm-dd."
            )


def remark_on_amounts(table: Table, reading: Reading) -> None:
    """Warn of amounts that are no number."""
    if not reading.has("amount"):
        return
    count, rows, example = _one(table, "bad_amounts")
    if count:
        name = table.headers[reading.columns["amount"]]
        table.warnings.append(
            f'{counted(count, "amount")} in "{name}" taken as unknown, being no number, such as '
            f'"{example}": rows {rows}.'
        )


def remark_on_rows(table: Table, mapping: Map) -> None:
    """Warn of labels that the map ignores and of rows that repeat each other."""
    count, labels, kinds = _one(table, "ignored", ignored=IGNORED)
    if count:
        more = f" and {kinds - SHOWN} labels more" if kinds > SHOWN else ""
        table.warnings.append(
            f"{counted(count, 'row')} with a label that the map ignores: {labels}{more}."
        )
    if mapping.shape == "changes":
        (repeated,) = _one(table, "repeated")
    else:
        (repeated,) = _one(table, "agreeing")
    if repeated:
        table.warnings.append(
            f"{counted(repeated, 'row')} left out as a repetition of another in all that the map "
            "names."
        )


def remark_on_events(table: Table, mapping: Map, recorded_at: int) -> None:
    """Warn of deals without a date, of moves that were only observed, and of dates to come."""
    (coming,) = _one(table, "coming", now=recorded_at)
    if coming:
        table.warnings.append(
            f"{counted(coming, 'movement')} dated in the time to come, from when on they count."
        )
    if mapping.snapshot is None:
        return
    dateless, labels, between = _one(table, "observed")
    if dateless:
        table.warnings.append(
            f"{counted(dateless, 'deal')} without any date ({labels}), known to be there but not "
            "since when."
        )
    if between:
        table.warnings.append(
            f"{counted(between, 'deal')} in a stage whose date of entry the file does not have: "
            "recorded as observed between the last look and this one."
        )
    if mapping.snapshot.amount_known == "created":
        won, open_ = _one(table, "amounts_when", won_state=mapping.process.won_state)
        if won and not open_:
            table.warnings.append(
                "Closed deals have an amount and open ones have none, so it is known only at the "
                'close: write amount_known = "closed" in [snapshot] of the map.'
            )
