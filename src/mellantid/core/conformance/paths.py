"""Paths: the states that each deal went through on one course, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.core.counting.visits import earlier_visits

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Ints


@dataclass(frozen=True, eq=False)
class Paths:
    """Rows by deal, then in their order; no row has the state of the row before it.

    With S stages the states are 0 to S - 1 the stages, S won, S + 1 lost.

    Attributes:
        stages: S.
        deal: which deal, (N,).
        state: the state entered, (N,).
        at: when, ms, (N,).
        day: the day of that, as a number, (N,).
        known: whether anything is known of when, (N,).
        timed: whether the time of day is, (N,).
        until: the moment (ms) up to which everything is known.
        until_day: its day.

    """

    stages: int
    deal: Ints
    state: Ints
    at: Ints
    day: Ints
    known: Bools
    timed: Bools
    until: int
    until_day: int

    @classmethod
    def of(
        cls,
        stages: int,
        deal: Ints,
        state: Ints,
        at: Ints,
        day: Ints,
        known: Bools,
        timed: Bools,
        until: tuple[int, int],
    ) -> Paths:
        """Take rows by deal, then in their order; drop those that repeat a state.

        Args:
            stages: S.
            deal: which deal.
            state: the state that each row tells; negative where it is no state of the course.
            at: when, ms.
            day: the day of that.
            known: whether anything is known of when.
            timed: whether the time of day is.
            until: the moment and the day up to which everything is known.

        """
        rows = np.flatnonzero(state >= 0)
        moved = np.ones(rows.size, dtype=np.bool_)
        moved[1:] = (deal[rows][1:] != deal[rows][:-1]) | (state[rows][1:] != state[rows][:-1])
        rows = rows[moved]
        return cls(
            stages, deal[rows], state[rows], at[rows], day[rows], known[rows], timed[rows], *until
        )

    @classmethod
    def of_history(cls, history: History) -> Paths:
        """The movements of a history; a day is a working day, and midnight no time of day."""
        rows = np.flatnonzero(history.moves)
        at = history.at[rows]
        local = at + history.clock.zone.offset(at)
        return cls(
            history.process.size,
            history.deal[rows],
            history.state[rows],
            at,
            history.middle_day[rows],
            history.known[rows],
            history.exact[rows] & (local % MS_PER_DAY != 0),
            history.until,
            history.until_day,
        )

    @property
    def size(self) -> int:
        """The number of rows, N."""
        return int(self.deal.size)

    @property
    def won(self) -> int:
        """The state of a deal that is won."""
        return self.stages

    @property
    def lost(self) -> int:
        """The state of a deal that is lost."""
        return self.stages + 1

    @cached_property
    def first(self) -> Bools:
        """Whether each row is the first of its deal."""
        return np.append(True, self.deal[1:] != self.deal[:-1])[: self.size]

    @cached_property
    def last(self) -> Bools:
        """Whether each row is the last of its deal."""
        return np.append(self.first[1:], True)[: self.size]

    @cached_property
    def group(self) -> Ints:
        """Each row's deal, counted from 0 without gaps."""
        return np.cumsum(self.first) - 1

    @property
    def deals(self) -> int:
        """How many deals have a row."""
        return int(self.first.sum())

    @cached_property
    def visits(self) -> Ints:
        """How often each row's deal had been in the row's state before."""
        return earlier_visits(self.group, self.state, self.stages + 2)

    @cached_property
    def deals_in(self) -> Ints:
        """How many deals were ever in each state, (S + 2,)."""
        return np.bincount(self.state[self.visits == 0], minlength=self.stages + 2)

    def deals_with(self, rows: Bools) -> int:
        """How many deals have one of some rows."""
        return int(np.unique(self.group[rows]).size)

    def moves(self) -> Ints:
        """How often deals moved straight from the row's state to the column's, (S + 2, S + 2)."""
        states = self.stages + 2
        rows = np.flatnonzero(~self.first)
        arc = self.state[rows - 1] * states + self.state[rows]
        return np.bincount(arc, minlength=states**2).reshape(states, states)

    def steps(self, *, apart: bool = False) -> Ints:
        """How often deals moved straight from the row's stage to the column's, (S, S).

        Args:
            apart: whether to leave out moves within one moment, which tell no order.

        """
        size = self.stages
        rows = np.flatnonzero(~self.first & (self.state < size))
        rows = rows[self.state[rows - 1] < size]
        if apart:
            rows = rows[self.at[rows] > self.at[rows - 1]]
        arc = self.state[rows - 1] * size + self.state[rows]
        return np.bincount(arc, minlength=size**2).reshape(size, size)

    def first_before(self, *, apart: bool = False) -> Ints:
        """In how many deals the row's stage first comes before the column's, (S, S).

        Args:
            apart: whether those that first come within one moment are left out.

        """
        size = self.stages
        never = np.iinfo(np.int64).max
        first = np.full((self.deals, size), never)
        rows = np.flatnonzero((self.visits == 0) & (self.state < size))
        first[self.group[rows], self.state[rows]] = self.at[rows] if apart else rows
        # A stage that a deal never came to comes after all others, and before none.
        earlier = [
            ((first < first[:, [j]]) & (first[:, [j]] < never)).sum(axis=0) for j in range(size)
        ]
        return np.array(earlier, dtype=np.int64).reshape(size, size).T
