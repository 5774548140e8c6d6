"""What was known of a deal on the day on which it entered the state that it is in.

Deals are told apart by it and not by what became known later: an amount that is filled in when a
deal is won would tell which deals were won.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Floats, Ints


def latest_entry(history: History) -> Ints:
    """The row by which each row's deal entered the state that it is in."""
    return np.maximum.accumulate(np.where(history.moves, np.arange(history.size), 0))


def amounts_on_entry(history: History) -> Floats:
    """For each row the amount as known on the day of entry into its state; NaN unknown.

    What was set at the very moment of leaving the state does not count, even on that day.
    """
    if not history.size:
        return history.amount
    rows = np.arange(history.size)
    entry = latest_entry(history)
    following = _next_move(history)
    leaves = history.at[np.minimum(following, history.size - 1)]
    goes_on = following < history.size
    goes_on[goes_on] = history.deal[following[goes_on]] == history.deal[goes_on]
    in_time = ~goes_on | (history.at < leaves)
    same_day = history.middle_day == history.middle_day[entry]
    counts = (rows == entry) | (same_day & in_time)
    latest = np.maximum.accumulate(np.where(counts, rows, 0))
    return history.amount[latest[following - 1]]


def _next_move(history: History) -> Ints:
    """The first row after each one that is a movement; the number of rows where there is none."""
    rows = np.arange(history.size)
    moves = np.append(np.where(history.moves, rows, history.size), history.size)
    found: Ints = np.minimum.accumulate(moves[::-1])[::-1][1:]
    return found
