"""The course ahead: how the won amount grows from today on, and when it reaches a target."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.total import TotalDistribution
    from mellantid.core.types import Floats, Ints

LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""The quantiles that are shown."""


@dataclass(frozen=True, eq=False)
class Course:
    """The cumulative won amount at the ends of days to come.

    Attributes:
        clock: the working clock.
        days: working days, ascending; the first is today.
        totals: the distribution at each.

    """

    clock: WorkingClock
    days: Ints
    totals: tuple[TotalDistribution, ...]

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The date of each day."""
        numbers = self.clock.date_of_day(self.days)
        return tuple(EPOCH + dt.timedelta(days=int(date)) for date in numbers)

    def quantiles(self, levels: Sequence[float] = LEVELS) -> Floats:
        """Quantiles by day, (days, levels): a fan."""
        return np.stack([total.quantile(levels) for total in self.totals])

    def reached(self, target: float) -> Floats:
        """P(the target has been reached) by the end of each day, rising."""
        chances = [float(total.exceeds(target)) for total in self.totals]
        return np.maximum.accumulate(np.array(chances))

    def arrival(self, target: float, levels: Sequence[float]) -> tuple[dt.date | None, ...]:
        """Quantiles of the date on which a target that is not reached yet will have been.

        Each is the first date by which the chance is at least so high; between the days of the
        course it is read along straight lines on the normal scale, on which it is nearly straight.
        None: not before the course ends.
        """
        from scipy.special import ndtri  # noqa: PLC0415  # slow to load, not always wanted

        scores = ndtri(np.clip(self.reached(target), 1e-9, 1 - 1e-9))
        wanted = ndtri(np.asarray(levels))
        found: list[dt.date | None] = []
        for level, place in zip(wanted, np.searchsorted(scores, wanted), strict=True):
            if place == self.days.size:
                found.append(None)
                continue
            near = slice(max(int(place) - 1, 0), int(place) + 1)
            day = np.ceil(np.interp(level, scores[near], self.days[near]) - 1e-9)
            tomorrow = int(self.days[0]) + 1
            number = int(self.clock.date_of_day(max(int(day), tomorrow)))
            found.append(EPOCH + dt.timedelta(days=number))
        return tuple(found)


def even_choice(values: Floats, count: int) -> Ints:
    """Places of `count` values spread evenly over their ranks; all of them where they are few."""
    order = np.argsort(values, kind="stable")
    if order.size <= count:
        return order
    return order[((np.arange(count) + 0.5) * order.size / count).astype(np.int64)]
