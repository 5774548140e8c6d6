"""Latest safe passage: the last day by which an open deal must have moved on.

Two clocks run. The rope's: a deal whose limit is a is caught at the end of the day on which its age
is a + 1, so it passes safely up to the day of age a. The period's: a move into stage j on day d is
won by the period's last day T with chance F_j(T - d), which falls as d comes later; the last useful
day is the last d on which it is still as much as asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.cutoff import NEVER

if TYPE_CHECKING:
    from mellantid.core.counting.open_deals import OpenDeals
    from mellantid.core.types import Floats, Ints

NO_DAY: Final = -1
"""There is no such day: it is too early to say, or the chance cannot be had any more."""
ENOUGH: Final = 0.5
"""A move is in time while it keeps this share of the chance that it has with time without end."""


def passage_days(open_: OpenDeals, limit: Ints, today: int) -> Ints:
    """The last working day on which each open deal is not yet caught; `NO_DAY`: not known.

    It lies in the past for one that is caught.

    Args:
        open_: the open deals at the end of `today`.
        limit: each deal's age past which it is caught (`cutoff.limits`).
        today: the working day.

    """
    known = limit < NEVER
    return np.where(known, today - open_.age + np.where(known, limit, 0), NO_DAY)


def last_useful_days(entering: Floats, last: int, chance: float | None = None) -> Ints:
    """For each stage, the last day on which a move out of it to the next one is still in time.

    Args:
        entering: F_s(t), the chance of an entrant to be won within t days, (T + 1, S).
        last: the period's last working day.
        chance: the chance that the move must have; None: `ENOUGH` of F_s(T), which stands for
            *at all*.

    Returns:
        By stage, (S,); `NO_DAY` where no time is enough. Out of the last stage the move is the win
        itself, which counts up to the last day. A day before today says that it is too late.

    """
    worth = entering[:, 1:]
    needed = np.full(worth.shape[1], chance) if chance is not None else ENOUGH * worth[-1]
    enough = (worth >= needed) & (worth > 0)
    # F rises with the time to go, so the first that is enough is the least.
    days = np.where(enough.any(axis=0), last - enough.argmax(axis=0), NO_DAY)
    return np.append(days, last)
