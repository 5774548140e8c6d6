"""What happened in a simulated organisation: one row for each thing, in columns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.history import UNCHANGED

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints


class Happening(IntEnum):
    """What a row tells, as the ledger names it."""

    CREATED = 0
    MOVED = 1
    WON = 2
    LOST = 3
    REOPENED = 4
    AMOUNT_CHANGED = 5
    OWNER_CHANGED = 6


@dataclass(frozen=True)
class Happenings:
    """Rows sorted by deal, then in the order in which they happened.

    Attributes:
        kind: a `Happening`.
        deal: which deal, from 0 in the order of creation.
        day: the working day.
        state: the state entered, or `UNCHANGED`.
        amount: the amount from here on, or NaN where the row says nothing of it.
        owner: the seller from here on, or `UNCHANGED`.

    """

    kind: Ints
    deal: Ints
    day: Ints
    state: Ints
    amount: Floats
    owner: Ints

    @property
    def size(self) -> int:
        """The number of rows."""
        return int(self.deal.size)

    def where(self, rows: Ints) -> Happenings:
        """The rows chosen, in the order chosen."""
        return Happenings(*(getattr(self, field.name)[rows] for field in fields(self)))


class Log:
    """Rows gathered while the simulation runs, in any order of deals."""

    def __init__(self) -> None:
        self._parts: list[Happenings] = []

    def add(
        self,
        kind: Happening | Ints,
        deal: Ints,
        day: Ints,
        state: Ints | None = None,
        amount: Floats | None = None,
        owner: Ints | None = None,
    ) -> None:
        """Note rows; of one deal, later calls happen after earlier ones."""
        size = deal.size
        self._parts.append(
            Happenings(
                np.full(size, kind, dtype=np.int64),
                deal,
                day,
                np.full(size, UNCHANGED) if state is None else state,
                np.full(size, np.nan) if amount is None else amount,
                np.full(size, UNCHANGED) if owner is None else owner,
            )
        )

    def happenings(self) -> Happenings:
        """All rows, sorted by deal, day, and the order in which they were noted."""
        names = [field.name for field in fields(Happenings)]
        columns = [np.concatenate([getattr(part, n) for part in self._parts]) for n in names]
        rows = Happenings(*columns)
        return rows.where(np.lexsort((np.arange(rows.size), rows.day, rows.deal)))
