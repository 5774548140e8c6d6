"""Appending: new entries in, known ones left alone, all of it in one transaction or none.

Into an empty ledger the rows go first and the unique index is built after them, sorted, which is
twice as fast as a million insertions into it; the transaction hides that from everybody else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from mellantid.errors import DataError
from mellantid.ledger.appended import Appended, Conflict
from mellantid.ledger.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from mellantid.ledger.chunk import Chunk, Scalar
    from mellantid.ledger.entries import Entries

CHUNK: Final = 20_000

# What makes two entries with one key the same. What is left out says how this ledger came to know:
# the same happening reported again, by another file or at another time, is no news.
CONTENT: Final = (
    "process",
    "deal",
    "kind",
    "stage",
    "occurred_at",
    "occurred_after",
    "sequence",
    "amount",
    "currency",
    "owner",
    "refers_to",
    "reason",
)
STORED: Final = (
    f"SELECT e.key, {', '.join(f'e.{name}' for name in CONTENT)} "  # noqa: S608 (fixed names)
    "FROM json_each(?) AS wanted CROSS JOIN entry AS e ON e.key = wanted.value"
)
# Retractions, as [key, process, deal], of what is not there or is another deal's.
WRONG_RETRACTIONS: Final = (
    "SELECT json_extract(wanted.value, '$[0]'), entry.deal FROM json_each(?) AS wanted "
    "LEFT JOIN entry ON entry.key = json_extract(wanted.value, '$[0]') "
    "WHERE entry.key IS NULL OR entry.process <> json_extract(wanted.value, '$[1]') "
    "OR entry.deal <> json_extract(wanted.value, '$[2]')"
)
# What looks at every row that comes in.
LIFTABLE: Final = {
    "entry_refuses_replacement": "TRIGGER",
    "entry_key": "INDEX",
    "entry_deal": "INDEX",
}


class Appending:
    """One append inside a transaction that is open on the connection.

    Args:
        connection: to the ledger, with its write lock held.
        recorded_at: the moment that the new rows bear.

    """

    def __init__(self, connection: sqlite3.Connection, recorded_at: int) -> None:
        self._connection = connection
        self._recorded_at = recorded_at
        self._added = 0
        self._unchanged = 0
        self._conflicts: list[Conflict] = []
        self._retracted: set[tuple[str, str, str]] = set()

    def append(self, batches: Iterable[Entries]) -> Appended:
        """Write what is new of the batches.

        Raises:
            DataError: an entry cannot be one, or takes back an entry that is not there.

        """
        chunks: Iterator[Chunk] = (chunk for batch in batches for chunk in batch.chunks(CHUNK))
        if self._connection.execute("SELECT 1 FROM entry LIMIT 1").fetchone() is None:
            chunks = iter(self._fill(chunks))
        for chunk in chunks:
            self._add_what_is_new(chunk)
        self._check_retractions()
        return Appended(self._added, self._unchanged, tuple(self._conflicts))

    def _fill(self, chunks: Iterator[Chunk]) -> list[Chunk]:
        """Write into the empty table; give back the rows whose key has come before."""
        statements = self._lift()
        seen: set[Scalar] = set()
        again = []
        for chunk in chunks:
            keys = chunk.column("key")
            if len(set(keys)) == len(keys) and seen.isdisjoint(keys):
                seen.update(keys)
                self._insert(chunk)
                continue
            new = []
            for key in keys:
                new.append(key not in seen)
                seen.add(key)
            self._insert(chunk.where(new))
            again.append(chunk.where([not is_new for is_new in new]))
        for statement in statements:
            self._connection.execute(statement)
        return again

    def _lift(self) -> list[str]:
        """Take down what looks at every key; give the statements that put it up again."""
        statements = []
        for name, what in LIFTABLE.items():
            row = self._connection.execute(
                "SELECT sql FROM sqlite_master WHERE name = ?", (name,)
            ).fetchone()
            if row is not None:
                statements.append(str(row[0]))
                self._connection.execute(f"DROP {what} {name}")
        return statements

    def _add_what_is_new(self, chunk: Chunk) -> None:
        keys = chunk.column("key")
        stored = self._stored(keys)
        contents = list(zip(*(chunk.column(name) for name in CONTENT), strict=True))
        known: dict[Scalar, tuple[Scalar, ...]] = dict(stored)
        new = []
        for key, content in zip(keys, contents, strict=True):
            before = known.setdefault(key, content)
            # The very object: this row is the first of its key.
            new.append(before is content)
            if before is not content:
                self._repeat(cast("str", key), before, content)
        if any(new):
            self._insert(chunk if all(new) else chunk.where(new))

    def _stored(self, keys: list[Scalar]) -> Mapping[Scalar, tuple[Scalar, ...]]:
        rows = self._connection.execute(STORED, (json.dumps(keys),))
        return {row[0]: row[1:] for row in rows}

    def _repeat(self, key: str, before: tuple[Scalar, ...], content: tuple[Scalar, ...]) -> None:
        """Note a row whose key is there already."""
        if before == content:
            self._unchanged += 1
            return
        pairs = zip(CONTENT, before, content, strict=True)
        differs = tuple(name for name, old, new in pairs if old != new)
        deal = str(content[CONTENT.index("deal")])
        self._conflicts.append(Conflict(key, deal, differs))

    def _insert(self, chunk: Chunk) -> None:
        """Write rows whose keys are known to be new."""
        columns = {**chunk.columns, "recorded_at": self._recorded_at, "key": chunk.column("key")}
        bound = {name: values for name, values in columns.items() if _must_be_bound(values)}
        places = ("?" if name in bound else _literal(columns[name]) for name in columns)
        self._connection.executemany(
            f"INSERT INTO entry ({', '.join(columns)}) VALUES ({', '.join(places)})",  # noqa: S608 (fixed names, quoted constants)
            zip(*(chunk.listed(values) for values in bound.values()), strict=True),
        )
        self._added += chunk.size
        self._note_retractions(chunk)

    def _note_retractions(self, chunk: Chunk) -> None:
        if chunk.columns["refers_to"] is None:
            return
        names = ("kind", "refers_to", "process", "deal")
        rows = zip(*(chunk.column(name) for name in names), strict=True)
        self._retracted |= {
            (str(key), str(process), str(deal))
            for kind, key, process, deal in rows
            if kind == Kind.RETRACTED
        }

    def _check_retractions(self) -> None:
        if not self._retracted:
            return
        keys = json.dumps(sorted(self._retracted))
        row = self._connection.execute(WRONG_RETRACTIONS, (keys,)).fetchone()
        if row is not None:
            key, deal = row
            whose = "the ledger does not have" if deal is None else f"is of the deal {deal!r}"
            raise DataError(
                f"A retraction refers to the key {key!r}, which {whose}: give the key of the "
                "entry to take back, and its deal."
            )


def _must_be_bound(values: list[Scalar] | Scalar) -> bool:
    """Whether a column cannot stand in the statement as a constant, which is quicker."""
    if isinstance(values, str):
        return "\x00" in values
    return isinstance(values, list | float)


def _literal(value: list[Scalar] | Scalar) -> str:
    """A constant as SQL."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)
