"""How every deal stands: the open ones with their age, and those that have been won."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.on_entry import amounts_on_entry, latest_entry
from mellantid.core.history import UNCHANGED

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class OpenDeals:
    """Every deal that is neither won nor lost at the end of a day; arrays of one length.

    Attributes:
        deal: which deal, ascending.
        stage: where it stands.
        age: working days since it entered the stage, at least that where `entry_known` is false.
            A change of owner or amount does not restart it; coming back to the stage does.
        amount: the amount as last known; NaN unknown.
        owner: the present owner; -1 unknown.
        entry_known: whether anything is known of when it entered the stage.
        entry_amount: what was known of the amount on the day of entry into the stage, NaN where
            nothing was; None: not told.

    """

    deal: Ints
    stage: Ints
    age: Ints
    amount: Floats
    owner: Ints
    entry_known: Bools
    entry_amount: Floats | None = None

    @property
    def size(self) -> int:
        """The number of open deals."""
        return int(self.deal.size)


@dataclass(frozen=True, eq=False)
class WonDeals:
    """Deals that stand as won; arrays of one length, ordered by deal.

    Attributes:
        deal: which deal.
        amount: the amount as last known, also where it was corrected after the win; NaN unknown.
        owner: who owned it when it was won (or first after, where that is not known); -1 unknown.
        at: the moment (ms) of the win: the last one, where it was won, reopened and won again.

    """

    deal: Ints
    amount: Floats
    owner: Ints
    at: Ints

    @property
    def size(self) -> int:
        """The number of won deals."""
        return int(self.deal.size)


def open_deals(history: History) -> OpenDeals:
    """Every open deal as it stands at the end of `history.until_day`."""
    last = np.flatnonzero(history.last & (history.state < history.process.size))
    entry = latest_entry(history)[last]
    return OpenDeals(
        deal=history.deal[last],
        stage=history.state[last],
        age=history.until_day - history.middle_day[entry],
        amount=history.amount[last],
        owner=history.owner[last],
        entry_known=history.known[entry],
        entry_amount=amounts_on_entry(history)[last],
    )


def won_in(history: History, first_moment: int, end_moment: int) -> WonDeals:
    """Deals that stand as won when the history ends, and were won in [first, end) (ms).

    A deal that was won and has since been reopened or lost is not among them.
    """
    entry = latest_entry(history)
    last = np.flatnonzero(history.last & (history.state == history.process.won_state))
    at = history.at[entry[last]]
    last = last[(at >= first_moment) & (at < end_moment)]
    won = entry[last]
    return WonDeals(
        deal=history.deal[last],
        amount=history.amount[last],
        owner=_owner_known_from(history)[won],
        at=history.at[won],
    )


def _owner_known_from(history: History) -> Ints:
    """The owner at each row, or, where that is not known, the first one known of the deal after."""
    rows = np.arange(history.size)
    given = np.where((history.owner != UNCHANGED) | history.last, rows, history.size)
    following = np.minimum.accumulate(given[::-1])[::-1]
    return history.owner[following]
