"""Delivery: what the ledger knows into the engine, and new entries from the engine to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from mellantid.importing.engine import identifier, query
from mellantid.ledger import Entries

if TYPE_CHECKING:
    import duckdb

    from mellantid.importing.mapping import Map
    from mellantid.importing.report import Progress
    from mellantid.importing.table import Table
    from mellantid.ledger import Ledger

CHUNK = 1 << 16
# How the engine's columns are called in the ledger.
COLUMNS = {
    "key": "key",
    "deal": "deal",
    "kind": "kind",
    "stage": "stage",
    "occurred_at": "moment",
    "occurred_after": "after",
    "known_at": "known",
    "sequence": "sequence",
    "amount": "amount",
    "currency": "currency",
    "owner": "owner",
    "reason": "reason",
}


class _Source:
    """An engine's table, fetched a part at a time: no more than a part is held in memory."""

    def __init__(
        self, db: duckdb.DuckDBPyConnection, name: str, size: int, of: str, tell: Progress
    ) -> None:
        self.db, self.name, self.size, self.of, self.tell = db, name, size, of, tell
        self.span = (-1, -1)
        self.part: dict[str, list[object]] = {}

    def fetch(self, column: str, start: int, stop: int) -> list[object]:
        """Rows `start` to `stop` of one column."""
        if (start, stop) != self.span:
            self.db.execute(query("part", table=self.name, start=start, stop=stop))
            found = self.db.fetchnumpy()
            self.part = {name: values.tolist() for name, values in found.items()}
            self.span = (start, stop)
            self.tell(self.of, stop, self.size)
        return self.part[column]


class _Column(Sequence[object]):
    """One column of an engine's table as a sequence that is fetched when it is cut."""

    def __init__(self, source: _Source, name: str) -> None:
        self.source, self.name = source, name

    def __len__(self) -> int:
        return self.source.size

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[object]: ...
    def __getitem__(self, index: int | slice) -> object:
        if isinstance(index, slice):
            start, stop, _ = index.indices(len(self))
            return self.source.fetch(self.name, start, stop)
        return self.source.fetch(self.name, index, index + 1)[0]
