"""The course of one deal: each stay in a stage, one after another, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.history import History


@dataclass(frozen=True)
class Stay:
    """One stay of a deal in a state.

    Attributes:
        state: where.
        days: working days from entry to the next movement, or to now.
        known: whether anything is known of when it came there; else the days are at least these.

    """

    state: int
    days: int
    known: bool


def stays_of(history: History, deal: int) -> tuple[Stay, ...]:
    """The stays of one deal, the last of which is where it stands.

    Args:
        history: what is known.
        deal: the deal's number.

    """
    first, end = np.searchsorted(history.deal, [deal, deal + 1]).tolist()
    moves = first + np.flatnonzero(history.moves[first:end])
    days = np.append(history.middle_day[moves], history.until_day)
    return tuple(
        Stay(int(history.state[row]), int(after - before), bool(history.known[row]))
        for row, before, after in zip(moves.tolist(), days[:-1], days[1:], strict=True)
    )
