"""The value in hand: what an owner's own deals are expected to bring, at the end of every day.

Won in the period counts whole, an open deal its amount times its chance to be won in the period
under the plan's model, the same model all along, so that the course moves only by what the deals
did. Deals that are not created yet count nothing, which is why it has to grow to reach a target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.planning.tracks import tracks
from mellantid.core.sums import sums

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats


def in_hand(history: History, plan: Plan, place: int, owner: int) -> Floats:
    """An owner's value in hand at the end of each day since the plan's start, (days + 1,).

    The last is that of the history's last day; it and the creation that is still planned for the
    owner sum to the owner's part of M(t) of `standing.money`.

    Args:
        history: what is known now.
        plan: the plan.
        place: which of its periods.
        owner: place in `history.owners`.

    Raises:
        QuestionError: the history cannot be compared with the plan (`Plan.check`).

    """
    plan.check(history)
    period, process = plan.periods[place], history.process
    seen = tracks(history, plan.made, plan.start, plan.assumed)
    now = max(history.until_day, plan.start)
    rows = np.flatnonzero(
        (seen.opening | seen.later) & (seen.owner == owner) & (seen.state != process.lost_state)
    )
    ends = seen.last[rows]
    begin = np.where(seen.later[rows], seen.day[rows], plan.start)
    until = np.where(ends, now + 1, seen.day[np.where(ends, rows, rows + 1)])
    length = np.maximum(until - begin, 0)
    row = np.repeat(rows, length)
    day = np.arange(row.size) - np.repeat(np.cumsum(length) - length - begin, length)
    chance = plan.chances(process)[place]
    worth = seen.amount[row] * seen.at_end(row, day, chance, period)
    return sums(day - plan.start, worth, now - plan.start + 1)
