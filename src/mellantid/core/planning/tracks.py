"""Each deal's rows on a plan's own days: where it stood, since when, and what it was worth.

Plan, splits and money look at a history from one moment: what was known when the plan was made
belongs to the day on which it was made, everything after it to the days that follow. A movement in
the weekend after that moment would have the working day before it, so it is moved to the plan's
first day. A movement known only to within an interval has the middle day of the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.chances.passes import standing_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.history import History
    from mellantid.core.planning.target import Period
    from mellantid.core.planning.worth import Basis
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True)
class Tracks:
    """A history's rows, seen from the end of a day; sorted as the history is.

    Attributes:
        stages: the number of open stages, S.
        start: the working day from whose end they are seen.
        owners: the number of known owners.
        deal: which deal.
        later: whether the row came after the moment.
        day: the working day of the row; after the moment, at least the day after.
        moved: whether it is a movement.
        before: the state before, -1 at a creation.
        state: the state from here on.
        entry: the day on which that state was entered.
        entered_at: the moment (ms) at which it was entered.
        leg: the leg that a deal in that state is on; of one that is closed, the leg on which it
            was closed (0 where it never stood in a stage).
        amount: the amount from here on, unknown ones assumed.
        owner: the owner from here on, -1 unknown.

    """

    stages: int
    start: int
    owners: int
    deal: Ints
    later: Bools
    day: Ints
    moved: Bools
    before: Ints
    state: Ints
    entry: Ints
    entered_at: Ints
    leg: Ints
    amount: Floats
    owner: Ints

    @property
    def first(self) -> Bools:
        """Whether each row is its deal's first."""
        return np.append(True, self.deal[1:] != self.deal[:-1])[: self.deal.size]

    @property
    def last(self) -> Bools:
        """Whether each row is its deal's last."""
        return np.append(self.deal[1:] != self.deal[:-1], True)[: self.deal.size]

    @property
    def opening(self) -> Bools:
        """Whether each row is how its deal stood at the moment."""
        followed = np.append(self.later[1:], True)[: self.deal.size]
        found: Bools = ~self.later & (self.last | followed)
        return found

    @property
    def passes(self) -> Bools:
        """Whether each row passes a leg: a creation in an open stage, or a move onward.

        Onward is to a later stage or to won. A deal that is first heard of as won or lost passes
        nothing: the planned pace is of deals that stand on the course.
        """
        left, to = self.before, self.state
        onward = (left >= 0) & (left < self.stages) & (left < to) & (to <= self.stages)
        found: Bools = (self.first & (to < self.stages)) | onward
        return found

    @property
    def leg_left(self) -> Ints:
        """The leg that each movement passes, if it is a pass: 0 at a creation."""
        return np.where(self.first, 0, self.before + 1)

    def at_end(
        self, rows: Ints | Bools, day: ArrayLike, chance: PeriodChance, of: Period
    ) -> Floats:
        """Chance to be won in the period, at the end of a day by which nothing more happened."""
        state, entry = self.state[rows], self.entry[rows]
        end = np.broadcast_to(np.asarray(day, dtype=np.int64), state.shape)
        found: Floats = self._closed(rows, of)
        stands = (state < self.stages) & (entry <= end)
        found[stands] = chance.standing(state[stands], end[stands] - entry[stands], end[stands])
        # Entered on a day that has not ended yet: the weekend after the plan was made.
        enters = (state < self.stages) & (entry > end)
        found[enters] = chance.entering(state[enters], entry[enters])
        return found

    def during(self, rows: Ints | Bools, day: Ints, chance: PeriodChance, of: Period) -> Floats:
        """Chance to be won in the period, on a day, before it is known what the day brings.

        On the day of entry it is the chance of an entrant; later, that of the evening before.
        """
        return self.at_end(rows, np.asarray(day, dtype=np.int64) - 1, chance, of)

    def _closed(self, rows: Ints | Bools, of: Period) -> Floats:
        """One for a deal won within the period, by the date of the win; else zero."""
        at = self.entered_at[rows]
        won = (self.state[rows] == self.stages) & (of.begins <= at) & (at < of.ends)
        closed: Floats = won.astype(np.float64)
        return closed


def tracks(history: History, made: int, start: int, assumed: ArrayLike) -> Tracks:
    """See a history from the end of working day `start`.

    Args:
        history: what is known now.
        made: the moment (ms, exclusive) up to which things were known on that day.
        start: the working day.
        assumed: the amount of a deal whose amount is unknown: one for all, or one a deal.

    """
    later, moved = history.at >= made, history.moves
    known = history.middle_day
    day = np.where(later, np.maximum(known, start + 1), np.minimum(known, start))
    rows = np.arange(history.size)
    entered = np.maximum.accumulate(np.where(moved, rows, 0))
    stages = history.process.size
    stood = np.maximum.accumulate(np.where(history.first | (history.state < stages), rows, 0))
    leg = np.where(history.state[stood] < stages, history.state[stood] + 1, 0)
    guess = np.broadcast_to(np.asarray(assumed, dtype=np.float64), (len(history.deals),))
    return Tracks(
        stages=stages,
        start=start,
        owners=len(history.owners),
        deal=history.deal,
        later=later,
        day=day,
        moved=moved,
        before=history.before,
        state=history.state,
        entry=day[entered],
        entered_at=history.at[entered],
        leg=leg,
        amount=np.where(np.isnan(history.amount), guess[history.deal], history.amount),
        owner=history.owner,
    )


def open_numbers(seen: Tracks, basis: Basis, by: Ints | None = None, groups: int = 1) -> Floats:
    """Deals open at the tracks' moment by group, stage and age, (groups, S, A).

    Args:
        seen: the tracks.
        basis: gives the numbers of stages and ages.
        by: the group of each owner, nobody last; all in one group where left out.
        groups: how many groups there are.

    """
    rows = np.flatnonzero(seen.opening & (seen.state < seen.stages))
    stages, _, ages = basis.hazard.shape
    # Owner -1, nobody, picks the last group.
    group = None if by is None else by[seen.owner[rows]]
    age = seen.start - seen.entry[rows]
    return standing_numbers(seen.state[rows], age, stages, ages, group, groups)
