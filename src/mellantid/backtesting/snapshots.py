"""Open deals as they stood at earlier dates, and what became of them within a horizon.

It is what those who learn from closed pipelines have: one row a deal and date, as known at the
origin, and only of dates whose horizon was over by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.on_entry import latest_entry
from mellantid.core.counting.open_deals import open_deals, won_in

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Open deals at the end of a date; arrays of one length.

    Attributes:
        deal: which deal.
        stage: where it stands.
        age: working days in the stage.
        since: working days since its first row.
        amount: as last known; NaN unknown.

    """

    deal: Ints
    stage: Ints
    age: Ints
    since: Ints
    amount: Floats

    @classmethod
    def of(cls, history: History) -> Snapshot:
        """How the deals of a history stand at its end."""
        standing = open_deals(history)
        born = np.zeros(len(history.deals), dtype=np.int64)
        born[history.deal[history.first]] = history.middle_day[history.first]
        return cls(
            standing.deal,
            standing.stage,
            standing.age,
            history.until_day - born[standing.deal],
            standing.amount,
        )

    @property
    def size(self) -> int:
        """The number of deals."""
        return int(self.deal.size)

    def features(self) -> Floats:
        """What a classifier sees, (deals, 5): stage, ages, log amount, and whether it is known."""
        known = self.amount > 0
        amount = np.log(np.where(known, self.amount, 1.0))
        return np.column_stack([self.stage, self.age, self.since, amount, known])


@dataclass(frozen=True, eq=False)
class Past:
    """A past date: how the deals stood, and what came within the horizon.

    Attributes:
        snapshot: the open deals.
        won: whether each was won within the horizon.
        lost: whether each was lost within it.
        days: working days until that, or until the horizon was over; at least 1.
        of_open: amount won of them within it.
        of_new: amount won within it of deals that were not open then.

    """

    snapshot: Snapshot
    won: Bools
    lost: Bools
    days: Ints
    of_open: float
    of_new: float

    @property
    def total(self) -> float:
        """Amount won within the horizon."""
        return self.of_open + self.of_new


def past(history: History, origin: dt.date, horizon: dt.timedelta, assumed: float) -> Past:
    """What stood at the end of a past date, and what came of it, as a history knows it.

    Args:
        history: what is known, up to the end of the horizon or longer.
        origin: the date.
        horizon: from there to the last date that counts.
        assumed: what a deal of unknown amount counts for.

    """
    clock = history.clock
    then, after = clock.end_of(origin), clock.end_of(origin + horizon)
    standing, known = Snapshot.of(history.known_at(then)), history.known_at(after)
    wins = won_in(known, then, after)
    amount = np.where(np.isnan(wins.amount), assumed, wins.amount)
    was_open = np.isin(wins.deal, standing.deal)
    state, since = _ends(known)
    won, lost = (
        state[standing.deal] == each
        for each in (history.process.won_state, history.process.lost_state)
    )
    first, last = (int(clock.day(moment - 1)) for moment in (then, after))
    day = np.where(won | lost, since[standing.deal], last)
    return Past(
        standing,
        won,
        lost,
        np.maximum(day - first, 1),
        float(amount[was_open].sum()),
        float(amount[~was_open].sum()),
    )


def _ends(history: History) -> tuple[Ints, Ints]:
    """The state in which each deal is at the end, and the working day since which it is."""
    last = np.flatnonzero(history.last)
    state, since = (np.full(len(history.deals), -1, dtype=np.int64) for _ in range(2))
    state[history.deal[last]] = history.state[last]
    since[history.deal[last]] = history.day[latest_entry(history)[last]]
    return state, since
