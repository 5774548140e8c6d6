"""Fading: old deal-days and old exits count less, by half for every half-life that has passed.

What weighs is the moment of a deal-day itself, not of the entry before it: a stay that began in
month m and has reached age a stands (m + a/D) months after month 0, with D working days a month, so

    w = 2^((m + a/D - now)/H) = 2^((m - now)/H) · g^a,      g = 2^(1/(D·H))

falls apart into a factor for the stay and one for the age. The histogram, which knows the month of
entry and the ages, is therefore enough. Exponential forgetting keeps the gamma and Dirichlet priors
conjugate (West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, section 10.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints

DAYS_IN_MONTH: Final = 21.0
"""Working days in a month, about: five days a week less some holidays."""


@dataclass(frozen=True, eq=False)
class Fading:
    """How what is counted fades.

    Attributes:
        half_life: in months, of each stage, (S,); infinite where nothing fades.
        now: the present month (year * 100 + month).
        days_in_month: working days in a month.

    """

    half_life: Floats
    now: int
    days_in_month: float = DAYS_IN_MONTH

    def of_entry(self, stage: Ints, month: Ints) -> Floats:
        """What the day of entry counts for, by row.

        Args:
            stage: where the stay is.
            month: year * 100 + month of its entry; it is taken to be in the month's middle.

        """
        past = month_number(np.array(self.now)) - month_number(month)
        weight: Floats = np.exp2(-past / self.half_life[stage])
        return weight

    def growth(self, stage: Ints) -> Floats:
        """By how much each later day of a stay counts for more than the day before it, by row."""
        growth: Floats = np.exp2(1.0 / (self.half_life[stage] * self.days_in_month))
        return growth


def month_number(month: Ints) -> Ints:
    """Months counted through the years, of year * 100 + month."""
    number: Ints = month // 100 * 12 + month % 100
    return number
