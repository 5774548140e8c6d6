"""What became of a simulated organisation: the won deals of a stretch of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.simulation.happenings import Happening, Happenings

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True)
class Outcome:
    """Won deals.

    Attributes:
        deal: which.
        day: the working day of each win.
        amount: the amount of each when it was won.

    """

    deal: Ints
    day: Ints
    amount: Floats

    @property
    def total(self) -> float:
        """The won amount."""
        return float(self.amount.sum())


def won_between(happenings: Happenings, first_day: int, last_day: int) -> Outcome:
    """The deals that are won on the working days from a first to a last, both included."""
    rows = np.arange(happenings.size)
    given = ~np.isnan(happenings.amount)
    amount = happenings.amount[np.maximum.accumulate(np.where(given, rows, 0))]
    won = happenings.kind == Happening.WON
    won &= (happenings.day >= first_day) & (happenings.day <= last_day)
    return Outcome(happenings.deal[won], happenings.day[won], amount[won])
