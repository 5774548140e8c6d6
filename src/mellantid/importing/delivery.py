"""Delivery: what the ledger knows into the engine, and new entries out of it into the ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from mellantid.errors import DataError
from mellantid.importing.engine import query
from mellantid.ledger import Entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mellantid.importing.mapping import Map
    from mellantid.importing.report import Progress
    from mellantid.importing.table import Table
    from mellantid.ledger import Ledger

CHUNK = 50_000
UNLISTED = -2
FOUND = (
    "SELECT entry.key, entry.amount, entry.owner FROM json_each(?) AS wanted "
    "CROSS JOIN entry ON entry.key = wanted.value"
)
ANY = "SELECT 1 FROM entry WHERE process = ? LIMIT 1"
NEWEST = "SELECT deal, max(occurred_at) FROM entry WHERE process = ? GROUP BY deal"
LOOKS = "SELECT recorded_at, max(occurred_at) FROM entry WHERE process = ? GROUP BY recorded_at"
# What was observed at the moment of an import bears that moment: it is no date of a file.
LAST_DATE = "SELECT max(occurred_at) FROM entry WHERE process = ? AND occurred_at < recorded_at"


def load_ledger(table: Table, mapping: Map, ledger: Ledger) -> int | None:
    """Take into the engine how each deal of the process stands: its table `ledger`.

    Returns:
        The newest moment of the process in the ledger that a file dated; None where there is none.

    """
    table.db.execute(query("ledger_tables"))
    process = mapping.process
    if not ledger.rows(ANY, (process.name,)):
        return None
    latest = ledger.latest(process.name, process)
    newest = dict(ledger.rows(NEWEST, (process.name,)))
    looked = dict(ledger.rows(LOOKS, (process.name,)))
    states = {label: process.state(label) for label in set(latest.stage) if label is not None}
    known = {
        "deal": np.array(latest.deal, dtype=object),
        "label": np.array(latest.stage, dtype=object),
        "state": np.array(
            [_code(states.get(label) if label else None) for label in latest.stage], dtype=np.int64
        ),
        "moment": np.array([newest[deal] for deal in latest.deal], dtype=np.int64),
        "amount": np.array(latest.amount, dtype=np.float64),
        "currency": np.array(latest.currency, dtype=object),
        "owner": np.array(latest.owner, dtype=object),
        "seen": np.array([looked[moment] for moment in latest.recorded_at], dtype=np.int64),
    }
    table.db.register("known", known)
    table.db.execute(query("ledger_deals"))
    table.db.unregister("known")
    dated = ledger.rows(LAST_DATE, (process.name,))[0][0]
    return None if dated is None else int(dated)


def _code(state: int | None) -> int:
    return UNLISTED if state is None else state


def find_taken(table: Table, ledger: Ledger, size: int, tell: Progress) -> bool:
    """Take into the engine's table `taken` which keys of `made` the ledger has already.

    Args:
        table: with the engine.
        ledger: to look in.
        size: the number of entries in `made`.
        tell: told of the work.

    Returns:
        Whether there are any.

    """
    if not ledger.rows("SELECT 1 FROM entry LIMIT 1"):
        return False
    any_taken = False
    for start in range(0, size, CHUNK):
        tell("comparing", start, size)
        table.db.execute(query("keys", start=start, stop=start + CHUNK))
        keys = [key for (key,) in table.db.fetchall()]
        rows = ledger.rows(FOUND, (json.dumps(keys),))
        if not rows:
            continue
        any_taken = True
        columns = list(zip(*rows, strict=True))
        found = {
            "key": np.array(columns[0], dtype=object),
            "amount": np.array(columns[1], dtype=np.float64),
            "owner": np.array(columns[2], dtype=object),
        }
        table.db.register("found", found)
        table.db.execute(query("taken"))
        table.db.unregister("found")
    return any_taken


def deliver(
    table: Table,
    mapping: Map,
    ledger: Ledger,
    recorded_at: int,
    name: str,
    version: int,
    tell: Progress,
) -> int:
    """Append the entries of an engine's table, a part at a time, in one transaction.

    Args:
        table: with the engine.
        mapping: for the process.
        ledger: where they go.
        recorded_at: now.
        name: the engine's table.
        version: of the process.
        tell: told of the work.

    Returns:
        How many were added.

    Raises:
        DataError: the ledger has one of the keys with another content, written meanwhile.

    """
    batches = _batches(table, mapping, name, version, tell)
    appended = ledger.append(batches, recorded_at)
    if appended.conflicts:
        first = appended.conflicts[0]
        raise DataError(
            f"The ledger was written to meanwhile: {len(appended.conflicts)} entries, such as one "
            f"of deal {first.deal}, are there in another way; import the file again."
        )
    return appended.added


def _plain(values: NDArray[np.generic]) -> list[Any] | None:
    """A column as plain values; None for all where it says nothing."""
    if isinstance(values, np.ma.MaskedArray) and values.mask.all():
        return None
    listed: list[Any] = values.tolist()
    return listed


def _batches(
    table: Table, mapping: Map, name: str, version: int, tell: Progress
) -> Iterator[Entries]:
    table.db.execute(query("size", table=name))
    size = int((table.db.fetchone() or (0,))[0])
    for start in range(0, size, CHUNK):
        tell("writing", start, size)
        table.db.execute(query("part", table=name, start=start, stop=start + CHUNK))
        found = table.db.fetchnumpy()
        if np.array_equal(found["known_at"], found["occurred_at"]):
            del found["known_at"]  # which says the same, and is quicker
        part = {column: _plain(values) for column, values in found.items()}
        yield Entries(
            process=mapping.process.name, process_version=version, source=table.name, **part
        )
    tell("writing", size, size)
