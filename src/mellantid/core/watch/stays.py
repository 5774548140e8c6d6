"""Stays of deals in stages, by working day: who was at risk, when, and since when."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Ints


@dataclass(frozen=True, eq=False)
class Stays:
    """Pieces of stays with one owner, as `core.sojourns` cuts them, with their working days.

    Attributes:
        stage: where the deal stands.
        owner: who owns it; -1 unknown.
        entry: the working day on which it entered the stage.
        begin: the first day on which this piece is at risk.
        last: the last day on which it is.
        onward: whether it leaves on that day for a later stage or for won.
        deal: which deal.

    """

    stage: Ints
    owner: Ints
    entry: Ints
    begin: Ints
    last: Ints
    onward: Bools
    deal: Ints

    def take(self, rows: Bools) -> Stays:
        """The chosen pieces."""
        return Stays(*(getattr(self, each.name)[rows] for each in fields(self)))

    def within(self, first: int, last: int) -> Stays:
        """The pieces at risk on a day from `first` to `last`, cut to those days."""
        found = self.take((self.last >= first) & (self.begin <= last))
        return replace(
            found,
            begin=np.maximum(found.begin, first),
            last=np.minimum(found.last, last),
            onward=found.onward & (found.last <= last),
        )


def stays(history: History) -> Stays:
    """Cut a history into stays, up to the end of its last day.

    The day of a change of owner belongs to the new one. A stay whose entry is not known at all has
    no age, so it is neither at risk nor does its exit count.
    """
    size, day = history.process.size, history.middle_day
    other = history.first | (history.owner != np.roll(history.owner, 1))
    start = np.flatnonzero(history.moves | other)
    entry = start[np.maximum.accumulate(np.where(history.moves[start], np.arange(start.size), 0))]
    following = np.append(start[1:], 0)[: start.size]
    goes_on = np.append(history.deal[start[1:]] == history.deal[start[:-1]], False)[: start.size]
    ends = goes_on & history.moves[following]
    begin, stage, to = day[start], history.state[start], history.state[following]
    last = np.where(goes_on, day[following] - ~ends, history.until_day)
    rows = (stage < size) & history.known[entry] & (last >= begin)
    onward = ends & (to > stage) & (to <= size)
    return Stays(
        stage[rows],
        history.owner[start][rows],
        day[entry][rows],
        begin[rows],
        last[rows],
        onward[rows],
        history.deal[start][rows],
    )
