"""Innovation: does the money of every leg come out at nil on average, as the plan's model says?

Under the plan's own model M(t) is a martingale, so each leg's money of a week is nil on average,
whatever happened before it. A leg whose weeks are not has chances, a pace or amounts that are no
longer what the plan was made with. The weeks of a martingale do not correlate, so the mean of n
weeks d has the standard error sd(d) / √n (Hall and Heyde, Martingale Limit Theory, 1980, ch. 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats

SMALLEST: Final = 8
"""Fewer weeks tell no standard error worth the name."""


@dataclass(frozen=True, eq=False)
class Innovations:
    """The mean step of a week, by line: the legs, amount changes, all of them together.

    Attributes:
        weeks: how many there are.
        mean: of a week, (S + 3,).
        error: its standard error; NaN with fewer than `SMALLEST` weeks.

    """

    weeks: int
    mean: Floats
    error: Floats

    @property
    def score(self) -> Floats:
        """The mean in standard errors: beyond ±3, it is not by chance; NaN where not known."""
        found: Floats = np.divide(
            self.mean, self.error, out=np.full(self.mean.shape, np.nan), where=self.error > 0
        )
        return found

    @property
    def missing(self) -> int:
        """How many more weeks are needed before anything can be said."""
        return max(SMALLEST - self.weeks, 0)


def innovations(by_week: Floats) -> Innovations:
    """The mean steps of weeks.

    Args:
        by_week: money by week and line, (weeks, S + 2), as `Money.by_week` gives it of
            `money(..., weekly=True)`: only then does each step lie in its own week.

    """
    steps = np.column_stack([by_week, by_week.sum(axis=1)])
    weeks, lines = steps.shape
    if weeks < SMALLEST:
        mean = steps.mean(axis=0) if weeks else np.zeros(lines)
        return Innovations(weeks, mean, np.full(lines, np.nan))
    return Innovations(weeks, steps.mean(axis=0), steps.std(axis=0, ddof=1) / np.sqrt(weeks))
