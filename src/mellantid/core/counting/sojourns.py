"""Sojourns: one row for each piece of a deal's stay in a stage with one owner.

Everything that estimation needs is in here: where, whereto, from which age at risk, until which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.on_entry import amounts_on_entry

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Sojourns:
    """Pieces of stays, ordered by deal and time; ages are working days since entry into the stage.

    A piece is at risk of ending on every age from `entry_age` up to and including `age`.

    Attributes:
        process: the course.
        stage: where the deal stands.
        to: the state that it leaves for, or `process.still` where this piece saw no exit.
        owner: who owns it; -1 unknown.
        month: year * 100 + month of the entry into the stage.
        entry_age: the first age at risk: 0, or more where observation or ownership began later.
        age: the age at exit, or at the end of the last day seen.
        deal: which deal.
        amount: what was known of the amount on the day of entry into the stage, NaN where nothing
            was; None: not told.

    """

    process: Process
    stage: Ints
    to: Ints
    owner: Ints
    month: Ints
    entry_age: Ints
    age: Ints
    deal: Ints
    amount: Floats | None = None

    @property
    def size(self) -> int:
        """The number of pieces."""
        return int(self.stage.size)

    def take(self, rows: Ints | Bools) -> Sojourns:
        """The chosen pieces."""
        return Sojourns(
            self.process,
            self.stage[rows],
            self.to[rows],
            self.owner[rows],
            self.month[rows],
            self.entry_age[rows],
            self.age[rows],
            self.deal[rows],
            None if self.amount is None else self.amount[rows],
        )


def sojourns(
    history: History, observed_from: int | None = None, set_aside: Ints | None = None
) -> Sojourns:
    """Cut a history into sojourns.

    A deal that comes back to a stage begins a new sojourn there. Where the owner changes, the day
    of the change belongs to the new owner: the old piece ends on the day before, with no exit seen.
    What has not ended is seen up to the end of `history.until_day`.

    Args:
        history: what is known.
        observed_from: the moment (ms) before which exits were not recorded, so that the deals of
            that time are known only if they were still there: those that entered before it are at
            risk from the first whole working day after it (left truncation), and those that
            left before that day are left out.
        set_aside: working days of clean-ups: what was closed as lost on them is taken to have been
            still there on the day before, with no exit seen.

    Returns:
        The pieces. A stay whose entry is not known at all is left out, the deal's later ones not.

    """
    process, day = history.process, history.middle_day
    start = np.flatnonzero(history.moves | _handed_over(history))
    entry = start[_latest(history.moves[start])]
    goes_on = np.append(history.deal[start[1:]] == history.deal[start[:-1]], False)[: start.size]
    following = np.append(start[1:], 0)[: start.size]
    ends = goes_on & history.moves[following]
    if set_aside is not None:
        lost = history.state[following] == process.lost_state
        ends &= ~(lost & np.isin(day[following], set_aside))
    last = np.where(goes_on, day[following] - ~ends, history.until_day)
    begin = day[start]
    if observed_from is not None:
        whole = int(history.clock.day(observed_from - 1)) + 1
        begin = np.where(history.at[entry] < observed_from, np.maximum(begin, whole), begin)
    stays = Sojourns(
        process,
        stage=history.state[start],
        to=np.where(ends, history.state[following], process.still),
        owner=history.owner[start],
        month=_entry_months(history)[entry],
        entry_age=begin - day[entry],
        age=last - day[entry],
        deal=history.deal[start],
        amount=amounts_on_entry(history)[start],
    )
    seen = (stays.stage < process.size) & history.known[entry] & (last >= begin)
    return stays.take(seen)


def _handed_over(history: History) -> Bools:
    """Whether each row has another owner than the row before it; a deal's first row counts."""
    other: Bools = history.owner != np.roll(history.owner, 1)
    return history.first | other


def _latest(marked: Bools) -> Ints:
    """The position of the latest marked row, at each row; the first row must be marked."""
    return np.maximum.accumulate(np.where(marked, np.arange(marked.size), 0))


def _entry_months(history: History) -> Ints:
    """The month of each row: of its own local date, or of the middle day where it is not exact."""
    months = history.clock.months(history.at)
    rows = np.flatnonzero(~history.exact & history.known)
    dates = history.clock.date_of_day(history.middle_day[rows])
    months[rows] = history.clock.months_of_dates(dates)
    return months
