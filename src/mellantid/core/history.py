"""What is known of deals up to a moment, as arrays: the one input of everything the core computes.

A *record* sets something of a deal at a moment: its state, its amount, its owner, or several at
once. `History.fold` sorts the records, carries each value forward, and drops what changes nothing.
Row order, duplicates and dtype make no difference: records of one deal at one moment are ordered by
the source's own sequence where it has one, else along the course.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from mellantid.core.types import Floats, Ints
from mellantid.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.clock import WorkingClock
    from mellantid.core.process import Process
    from mellantid.core.types import Bools

UNCHANGED: Final = -1
NOWHERE: Final = -1
UNKNOWN_WHEN: Final = -(2**62)
LARGEST_KEY: Final = 2**62

Column = TypeVar("Column", Ints, Floats)


@dataclass(frozen=True, eq=False)
class History:
    """Deals' records after the fold, sorted by deal, then moment; row i holds what was true after.

    Attributes:
        process: the course.
        clock: turned moments into days.
        until: the moment (ms, exclusive) up to which everything is known.
        deals: the deals' identities; `deal` counts into it.
        owners: the owners' identities; `owner` counts into it.
        deal: which deal a row is about.
        at: the moment (ms), the latest possible one where it is not known exactly.
        after: the moment after which it happened: `at` - 1 where exact, `UNKNOWN_WHEN` where
            nothing is known but that it had happened by `at`.
        state: the state from here on.
        amount: the amount from here on, in the workspace's currency; NaN while unknown.
        owner: the owner from here on; -1 while unknown.

    """

    process: Process
    clock: WorkingClock
    until: int
    deals: tuple[str, ...]
    owners: tuple[str, ...]
    deal: Ints
    at: Ints
    after: Ints
    state: Ints
    amount: Floats
    owner: Ints

    @classmethod
    def fold(
        cls,
        process: Process,
        clock: WorkingClock,
        until: int,
        deals: tuple[str, ...],
        owners: tuple[str, ...],
        deal: ArrayLike,
        at: ArrayLike,
        state: ArrayLike,
        amount: ArrayLike | None = None,
        owner: ArrayLike | None = None,
        after: ArrayLike | None = None,
        sequence: ArrayLike | None = None,
    ) -> History:
        """Sort records and carry values forward.

        Args:
            process: the course.
            clock: the working clock.
            until: the moment up to which everything is known, exclusive; later records are left
                out.
            deals: identities that `deal` counts into.
            owners: identities that `owner` counts into.
            deal: which deal, one for each record.
            at: the moment in ms.
            state: the state entered, or `UNCHANGED`.
            amount: the new amount, NaN where the record says nothing of it.
            owner: the new owner, or `UNCHANGED`.
            after: earliest bound where the moment is not exact (see `History.after`).
            sequence: the source's order within one moment; 0 where it has none.

        Raises:
            DataError: the columns differ in length.

        """
        deal_, at_, state_ = (np.asarray(column, dtype=np.int64) for column in (deal, at, state))
        unknown: Floats = np.full(deal_.size, np.nan)
        amount_ = _or(amount, unknown)
        owner_ = _or(owner, np.full(deal_.size, UNCHANGED))
        after_ = _or(after, at_ - 1)
        sequence_ = _or(sequence, np.zeros(deal_.size, dtype=np.int64))
        if any(
            each.size != deal_.size for each in (at_, state_, amount_, owner_, after_, sequence_)
        ):
            raise DataError("The columns of the records differ in length: give one value a record.")
        # Within one moment: the source's sequence, then along the course, then by value, so that
        # any order of the same rows gives the same history; of two that differ only in how exactly
        # the moment is known, the more exact one stays.
        order = _order(deal_, at_, (-after_, owner_, amount_, state_, sequence_))
        order = order[at_[order] < until]
        deal_, at_, after_ = deal_[order], at_[order], after_[order]
        starts = _starts(deal_)
        state_ = _carry(state_[order], state_[order] != UNCHANGED, starts, NOWHERE)
        owner_ = _carry(owner_[order], owner_[order] != UNCHANGED, starts, UNCHANGED)
        amount_ = _carry(amount_[order], ~np.isnan(amount_[order]), starts, np.nan)
        rows = _changes(deal_, state_, owner_, amount_) & (state_ != NOWHERE)
        return cls(
            process,
            clock,
            until,
            deals,
            owners,
            deal_[rows],
            at_[rows],
            after_[rows],
            state_[rows],
            amount_[rows],
            owner_[rows],
        )

    @property
    def size(self) -> int:
        """The number of rows."""
        return int(self.deal.size)

    @cached_property
    def until_day(self) -> int:
        """The working day at whose end, or in which, the knowledge ends."""
        return int(self.clock.day(self.until - 1))

    @cached_property
    def first(self) -> Bools:
        """Whether each row is the first of its deal: its creation."""
        return _starts(self.deal)

    @cached_property
    def last(self) -> Bools:
        """Whether each row is the last of its deal: how it stands now."""
        return np.append(self.deal[1:] != self.deal[:-1], True)[: self.size]

    @cached_property
    def before(self) -> Ints:
        """The state before each row; `NOWHERE` at a creation."""
        return np.where(self.first, NOWHERE, np.roll(self.state, 1))

    @cached_property
    def moves(self) -> Bools:
        """Whether each row is a movement: creation, or another state than before."""
        found: Bools = self.before != self.state
        return found

    @cached_property
    def creations(self) -> Bools:
        """Whether each row creates a deal in an open stage, at a time of which something is known.

        Only these tell a pace: what was there when the history began is stock, and a deal that is
        first heard of as won or lost never stood on the course.
        """
        return self.first & self.known & (self.state < self.process.size)

    @cached_property
    def day(self) -> Ints:
        """The working day of each row."""
        return self.clock.day(self.at)

    @cached_property
    def middle_day(self) -> Ints:
        """The working day at which each row is put: where it is not exact, the interval's middle.

        A row is never put before the row before it. Where nothing is known but that it had
        happened, it is the day by which it had.
        """
        first = self.clock.day(np.where(self.known, self.after + 1, self.at))
        middle = (first + self.day) // 2
        # A running maximum within each deal: deals are lifted apart so that none reaches the next.
        lift = self.deal * (self.until_day + 1)
        return np.maximum.accumulate(middle + lift) - lift

    @cached_property
    def known(self) -> Bools:
        """Whether anything is known of when each row happened, besides that it had."""
        found: Bools = self.after != UNKNOWN_WHEN
        return found

    @cached_property
    def exact(self) -> Bools:
        """Whether the moment of each row is known exactly."""
        found: Bools = self.after == self.at - 1
        return found

    def known_at(self, until: int) -> History:
        """This history with what happened at or after `until` (ms) left out.

        It knows nothing of when things became known: for the honest past read the ledger as of
        then.
        """
        rows = self.at < until
        return History(
            self.process,
            self.clock,
            min(until, self.until),
            self.deals,
            self.owners,
            self.deal[rows],
            self.at[rows],
            self.after[rows],
            self.state[rows],
            self.amount[rows],
            self.owner[rows],
        )


def _order(deal: Ints, at: Ints, ties: tuple[Ints | Floats, ...]) -> Ints:
    """The rows by deal, then moment, then the keys that break ties, the last of them first.

    One sort of a packed key does nearly all of it; only rows that tie are sorted by the rest.
    """
    if deal.size == 0:
        return np.zeros(0, dtype=np.int64)
    span = int(at.max()) - int(at.min()) + 1
    if (int(deal.max()) + 1) * span > LARGEST_KEY or deal.min() < 0:
        return np.lexsort((*ties, at, deal))
    key = deal * span + (at - at.min())
    order = np.argsort(key)
    key = key[order]
    same = np.append(False, key[1:] == key[:-1])
    tied = np.flatnonzero(same | np.append(same[1:], False))
    rows = order[tied]
    order[tied] = rows[np.lexsort((*(values[rows] for values in ties), key[tied]))]
    return order


def _or(values: ArrayLike | None, default: Column) -> Column:
    """A column that may have been left out, of the default's kind."""
    return default if values is None else np.asarray(values, dtype=default.dtype)


def _starts(deal: Ints) -> Bools:
    """Whether each row of a column sorted by deal begins a new deal."""
    return np.append(True, deal[1:] != deal[:-1])[: deal.size]


def _carry(values: Column, given: Bools, starts: Bools, unknown: float) -> Column:
    """Each row's latest given value within its deal; `unknown` before the first."""
    rows = np.arange(values.size)
    source = np.maximum.accumulate(np.where(given | starts, rows, 0))
    return np.where(given[source], values[source], unknown).astype(values.dtype)


def _changes(deal: Ints, state: Ints, owner: Ints, amount: Floats) -> Bools:
    """Whether each row differs from the row of the same deal before it."""
    same = (
        (deal[1:] == deal[:-1])
        & (state[1:] == state[:-1])
        & (owner[1:] == owner[:-1])
        & ((amount[1:] == amount[:-1]) | (np.isnan(amount[1:]) & np.isnan(amount[:-1])))
    )
    return np.append(True, ~same)[: deal.size]
