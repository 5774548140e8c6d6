"""Where each deal stood when something was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.history import UNCHANGED

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Ints

NO_LEG: Final = -1
"""What is done about a deal that is closed belongs to no leg."""


def legs_of(history: History, deal: Ints, at: Ints, after: Ints) -> Ints:
    """The leg on which each activity was done: the way out of the stage where its deal stood.

    What is known to the moment is put before a movement at the same moment, and what is known to
    the day before all movements of that day: a meeting that a movement came of was held before
    it. What was done before there was a deal belongs to its creation, leg 0; on the day of creation
    itself, to the stage in which the deal was created.

    Args:
        history: what is known.
        deal: which deal, counted as the history does.
        at: the moment (ms), the latest possible one.
        after: the moment after which it was; `at` - 1 where it is exact.

    Returns:
        The leg of each; `NO_LEG` where the deal was won or lost by then.

    """
    state = _states(history, deal, after + 1)
    first = np.flatnonzero(history.first)
    row = first[np.searchsorted(history.deal[first], deal)]
    created = (state == UNCHANGED) & (history.at[row] <= at)
    state = np.where(created, history.state[row], state)
    return np.where(state < history.process.size, state + 1, NO_LEG)


def _states(history: History, deal: Ints, moment: Ints) -> Ints:
    """The state of each deal just before a moment; `UNCHANGED` before its first row."""
    concerned = np.zeros(len(history.deals), dtype=np.bool_)
    concerned[deal] = True
    rows = np.flatnonzero(concerned[history.deal])
    # At one moment what is asked goes before what happens; then each takes the last row above it.
    whose = np.concatenate([deal, history.deal[rows]])
    when = np.concatenate([moment, history.at[rows]])
    order = np.lexsort((np.repeat([0, 1], [deal.size, rows.size]), when, whose))
    source = np.concatenate([np.full(deal.size, -1), np.arange(rows.size)])[order]
    above = np.maximum.accumulate(source)
    asked = np.flatnonzero(source < 0)
    found = np.full(deal.size, UNCHANGED, dtype=np.int64)
    place, row = order[asked], rows[np.maximum(above[asked], 0)]
    same = (above[asked] >= 0) & (history.deal[row] == deal[place])
    found[place[same]] = history.state[row[same]]
    return found
