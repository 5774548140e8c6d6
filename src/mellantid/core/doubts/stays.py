"""Stays with what a test of the model asks of them: their days, the deal's age, earlier visits."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.counting.visits import earlier_visits

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Ints

UNKNOWN: Final = -1


@dataclass(frozen=True, eq=False)
class Stays:
    """Whole stays in a stage, whoever owned the deal, ordered by deal and time.

    A stay is at risk of ending on every working day from `begin` up to and including `last`.

    Attributes:
        deal: which deal.
        stage: where it stands.
        to: the state that it leaves for on `last`; `process.still` where no exit was seen.
        entry: the working day of entry.
        begin: the first day at risk: the entry, or the first whole day that was recorded.
        last: the last.
        since: working days since the deal was created, at the entry; `UNKNOWN` where the creation
            was not seen.
        visits: how often the deal had entered this stage before.

    """

    deal: Ints
    stage: Ints
    to: Ints
    entry: Ints
    begin: Ints
    last: Ints
    since: Ints
    visits: Ints

    @property
    def size(self) -> int:
        """The number of stays."""
        return int(self.stage.size)

    @property
    def age(self) -> Ints:
        """Working days from entry to the last day at risk."""
        return self.last - self.entry

    def take(self, rows: Ints | Bools) -> Stays:
        """The chosen stays."""
        return Stays(*(getattr(self, each.name)[rows] for each in fields(self)))


def stays(history: History, observed_from: int | None = None) -> Stays:
    """Cut a history into whole stays; see `core.counting.sojourns` for what counts as one.

    Args:
        history: what is known.
        observed_from: the moment (ms) before which exits were not recorded.

    """
    size, day = history.process.size, history.middle_day
    move = np.flatnonzero(history.moves)
    deal, state = history.deal[move], history.state[move]
    ends = np.append(deal[1:] == deal[:-1], False)[: move.size]
    following = np.append(move[1:], 0)[: move.size]
    entry = day[move]
    begin = entry.copy()
    created = history.first[move] & history.known[move]
    if observed_from is not None:
        whole = int(history.clock.day(observed_from - 1)) + 1
        early = history.at[move] < observed_from
        begin = np.where(early, np.maximum(begin, whole), begin)
        created &= ~early
    first = np.maximum.accumulate(np.where(history.first[move], np.arange(move.size), 0))
    found = Stays(
        deal=deal,
        stage=state,
        to=np.where(ends, history.state[following], history.process.still),
        entry=entry,
        begin=begin,
        last=np.where(ends, day[following], history.until_day),
        since=np.where(created[first], entry - entry[first], UNKNOWN),
        visits=earlier_visits(deal, state, size + 2),
    )
    return found.take((state < size) & history.known[move] & (found.last >= begin))


def sojourns_of(stays: Stays, process: Process) -> Sojourns:
    """The stays as `Counts` takes them, all of one unknown owner and month."""
    nothing = np.zeros(stays.size, dtype=np.int64)
    return Sojourns(
        process,
        stage=stays.stage,
        to=stays.to,
        owner=nothing - 1,
        month=nothing,
        entry_age=stays.begin - stays.entry,
        age=stays.age,
        deal=stays.deal,
    )
