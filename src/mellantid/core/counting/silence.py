"""Lost by silence: a deal that stands in one stage for longer than was declared counts as lost.

Where losses go unrecorded the deals just stand there, and every count of open deals is full of
them. A rule that was declared beforehand ends such a stay: with `days` declared, what is still
there at the end of the day of age `days` is lost on that day. The rule looks only at what had
happened by then, so that it never changes what was known on an earlier day; a deal that moves later
comes back, as one that was lost and reopened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.core.history import UNCHANGED, History
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Bools, Ints


@dataclass(frozen=True, eq=False)
class Silence:
    """A history in which silence is a loss, and whom that is about.

    Attributes:
        days: working days in one stage after which a deal is lost.
        recorded: the history as it was recorded.
        history: the history with these losses.
        lost: how many stays have ever ended so.
        standing: the deals that are lost by silence now, ascending; they count into
            `history.deals`.
        back: how many of `lost` moved again later, other than to be recorded as lost.
        won: deals once lost by silence that stand as won now.

    """

    days: int
    recorded: History
    history: History
    lost: int
    standing: Ints
    back: int
    won: int


def lost_by_silence(history: History, days: int) -> Silence:
    """Let every stay that lasts longer than `days` working days end in lost.

    A stay that has not ended by the end of the day on which its age is `days` ends on that day.
    Where the entry is not known exactly, the age is counted as in `sojourns`, and no loss comes
    before the deal was seen there.

    Args:
        history: what is known.
        days: working days, 1 or more.

    Raises:
        QuestionError: `days` is below 1.

    """
    if days < 1:
        raise QuestionError("Silence needs 1 working day or more: leave it out to have none.")
    size = history.process.size
    move = np.flatnonzero(history.moves)
    last = np.append(history.deal[move[1:]] != history.deal[move[:-1]], True)[: move.size]
    day = history.middle_day
    following = np.append(move[1:], 0)[: move.size]
    silent_day = np.maximum(day[move] + days, history.day[move])
    at = _end_of(history.clock, silent_day)
    silent = np.where(last, at < history.until, day[following] > silent_day)
    cut = (history.state[move] < size) & silent
    if not cut.any():
        return Silence(days, history, history, 0, np.zeros(0, dtype=np.int64), 0, 0)
    back = cut & ~last & (history.state[following] != history.process.lost_state)
    deals = np.unique(history.deal[move[cut]])
    won = history.deal[history.last & (history.state == history.process.won_state)]
    return Silence(
        days,
        history,
        _with_losses(history, history.deal[move[cut]], at[cut]),
        int(cut.sum()),
        history.deal[move[cut & last]],
        int(back.sum()),
        int(np.isin(deals, won).sum()),
    )


def _end_of(clock: WorkingClock, day: Ints) -> Ints:
    """The last moment of working days, and of the days off after them."""
    return clock.zone.moments(clock.date_of_day(day + 1) * MS_PER_DAY) - 1


def _with_losses(history: History, deal: Ints, at: Ints) -> History:
    """The history with a loss of each of some deals at a moment."""
    moves: Bools = history.moves
    none = np.full(deal.size, UNCHANGED)
    return History.fold(
        history.process,
        history.clock,
        history.until,
        history.deals,
        history.owners,
        np.concatenate((history.deal, deal)),
        np.concatenate((history.at, at)),
        # A row that is no movement says nothing of the state: it stays lost.
        np.concatenate(
            (
                np.where(moves, history.state, UNCHANGED),
                np.full(deal.size, history.process.lost_state),
            )
        ),
        np.concatenate((history.amount, np.full(deal.size, np.nan))),
        np.concatenate((history.owner, none)),
        np.concatenate((history.after, at - 1)),
        # Rows of one moment keep their order; the day's end comes after them.
        np.arange(history.size + deal.size),
    )
