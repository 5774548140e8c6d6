"""The course ahead: how the won amount grows from today on, and when it reaches a target."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from mellantid.core.clock import EPOCH

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.totals.total import TotalDistribution
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
    totals: Sequence[TotalDistribution]

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
        None: not before the course ends. Only the days that the search meets are computed.
        """
        from scipy.special import ndtri  # noqa: PLC0415  # slow to load, not always wanted

        def score(place: int) -> float:
            chance = float(self.totals[place].exceeds(target))
            return float(ndtri(np.clip(chance, 1e-9, 1 - 1e-9)))

        found: dict[float, dt.date | None] = {}
        place = 0
        for level in sorted(levels):
            wanted = float(ndtri(level))
            # The places rise with the levels, so that dates do too.
            place = bisect_left(range(self.days.size), wanted, lo=place, key=score)
            if place == self.days.size:
                found[level] = None
                continue
            near = range(max(place - 1, 0), place + 1)
            scores = [score(each) for each in near]
            day = np.ceil(np.interp(wanted, scores, self.days[near.start : near.stop]) - 1e-9)
            tomorrow = int(self.days[0]) + 1
            number = int(self.clock.date_of_day(max(int(day), tomorrow)))
            found[level] = EPOCH + dt.timedelta(days=number)
        return tuple(found[level] for level in levels)


@dataclass(frozen=True, eq=False)
class WhenAsked(Sequence["TotalDistribution"]):
    """Distributions that are computed when they are asked for, each once.

    Attributes:
        size: how many there are.
        make: computes the one at a place.

    """

    size: int
    make: Callable[[int], TotalDistribution]
    _made: dict[int, TotalDistribution] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> TotalDistribution: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[TotalDistribution]: ...
    def __getitem__(self, place: int | slice) -> TotalDistribution | Sequence[TotalDistribution]:
        if isinstance(place, slice):
            return [self[each] for each in range(self.size)[place]]
        at = range(self.size)[place]
        if at not in self._made:
            self._made[at] = self.make(at)
        return self._made[at]


def even_choice(values: Floats, count: int) -> Ints:
    """Places of `count` values spread evenly over their ranks; all of them where they are few."""
    order = np.argsort(values, kind="stable")
    if order.size <= count:
        return order
    return order[((np.arange(count) + 0.5) * order.size / count).astype(np.int64)]
