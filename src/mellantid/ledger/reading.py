"""Reading back what was known at a moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.core.history import UNKNOWN_WHEN
from mellantid.ledger.kinds import KINDS
from mellantid.ledger.names import Names
from mellantid.ledger.records import Records

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from mellantid.core.types import Floats, Ints

# So few that a part's values are still in the processor's cache when they are turned.
CHUNK: Final = 1_000
EVER: Final = 2**63 - 1
EXACT: Final = -1
TEXTS: Final = ("process", "deal", "kind", "stage", "currency", "owner")
WHOLES: Final = ("id", "occurred_at", "occurred_after", "known_at", "recorded_at", "sequence")
READ: Final = (
    "SELECT process, deal, kind, stage, currency, owner, "  # noqa: S608 (a constant of ours)
    f"id, occurred_at, coalesce(occurred_after, {EXACT}), known_at, recorded_at, sequence, amount "
    "FROM entry "
    "WHERE known_at < :as_of AND occurred_at < :as_of AND kind <> 'retracted' "
    "AND (:process IS NULL OR process = :process) "
    "AND id NOT IN (SELECT value FROM json_each(:left_out)) {deals} ORDER BY id"
)
SOME_DEALS: Final = "AND deal IN (SELECT value FROM json_each(:deals))"
RETRACTIONS: Final = (
    "SELECT back.key, back.refers_to, taken.id FROM entry AS back "
    "LEFT JOIN entry AS taken ON taken.key = back.refers_to "
    "WHERE back.kind = 'retracted' AND back.known_at < :as_of ORDER BY back.id DESC"
)


def read(
    connection: sqlite3.Connection,
    process: str | None,
    as_of: int | None,
    deals: Sequence[str] | None = None,
) -> Records:
    """The entries, of some deals or all, that were known, and had happened, before `as_of` (ms)."""
    before = EVER if as_of is None else as_of
    left_out = json.dumps(retracted(connection, before))
    some = None if deals is None else json.dumps(list(deals))
    wanted = {"as_of": before, "process": process, "left_out": left_out, "deals": some}
    # A condition of its own, so that the index by deal is used.
    query = READ.format(deals="" if deals is None else SOME_DEALS)
    cursor = connection.execute(query, wanted)
    texts = {name: Names() for name in TEXTS}
    wholes: dict[str, list[Ints]] = {name: [np.empty(0, dtype=np.int64)] for name in WHOLES}
    amounts: list[Floats] = [np.empty(0)]
    for columns in _columns(cursor):
        for name, values in zip(TEXTS, columns, strict=False):
            texts[name].add(values)
        for name, values in zip(WHOLES, columns[len(TEXTS) :], strict=False):
            wholes[name].append(np.array(values, dtype=np.int64))
        amounts.append(np.array(columns[-1], dtype=np.float64))
    return _records(
        as_of, texts, {name: np.concatenate(parts) for name, parts in wholes.items()}, amounts
    )


def retracted(connection: sqlite3.Connection, as_of: int) -> list[int]:
    """The ids of the entries that had been taken back before `as_of`.

    A retraction that was itself taken back, by a later one, takes nothing back.
    """
    void: set[str] = set()
    ids = []
    for key, refers_to, taken in connection.execute(RETRACTIONS, {"as_of": as_of}):
        if key not in void:
            void.add(refers_to)
            ids.append(taken)
    return sorted(ids)


def _columns(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(CHUNK):
        yield list(zip(*rows, strict=True))


def _records(
    as_of: int | None, texts: dict[str, Names], wholes: dict[str, Ints], amounts: list[Floats]
) -> Records:
    at, after = wholes["occurred_at"], wholes["occurred_after"]
    processes, process = texts["process"].sorted()
    deals, deal = texts["deal"].sorted()
    kinds, kind = texts["kind"].sorted()
    stages, stage = texts["stage"].sorted()
    owners, owner = texts["owner"].sorted()
    currencies, currency = texts["currency"].sorted()
    return Records(
        as_of=as_of,
        processes=processes,
        deals=deals,
        stages=stages,
        owners=owners,
        currencies=currencies,
        id=wholes["id"],
        process=process,
        deal=deal,
        kind=np.array([KINDS.index(name) for name in kinds], dtype=np.int64)[kind],
        stage=stage,
        at=at,
        after=np.where(after == EXACT, at - 1, np.where(after == 0, UNKNOWN_WHEN, after)),
        known_at=wholes["known_at"],
        recorded_at=wholes["recorded_at"],
        sequence=wholes["sequence"],
        amount=np.concatenate(amounts),
        currency=currency,
        owner=owner,
    )
