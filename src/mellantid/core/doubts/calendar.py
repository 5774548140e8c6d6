"""The calendar: does it matter on which day of the week, the month or the quarter it is?

The model foretells each day from who stands where since when. What it misses by the place of the
day in the week, month or quarter is a ratio of paces, and by the day of the quarter a set of
factors, drawn to 1 as far as the data do not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.doubts.rates import Ratio, ratio_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Bools, Floats, Ints

QUARTER_END: Final = 10
"""The last working days of a quarter: two weeks."""
BANDS: Final = (0, 1, 3, 5, 10, 20)
"""First working day before a quarter's end of each band: 0 is the very last day."""
PRIOR_WEIGHTS: Final = np.geomspace(2.0, 2000.0, 41)
"""Exits foretold for which a factor of 1 may stand in."""


@dataclass(frozen=True, eq=False)
class Days:
    """Where working days lie in the calendar.

    Attributes:
        weekday: 0 = Monday to 6.
        month: counted through the years.
        from_start: working days since the month's first.
        to_month_end: working days to the month's last.
        to_quarter_end: working days to the quarter's last.

    """

    weekday: Ints
    month: Ints
    from_start: Ints
    to_month_end: Ints
    to_quarter_end: Ints

    @property
    def quarter(self) -> Ints:
        """The quarter, counted through the years."""
        return self.month // 3


def days_of(clock: WorkingClock, days: Ints) -> Days:
    """Place working days in the calendar."""
    dates = clock.date_of_day(days)
    month = dates.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return Days(
        weekday=(dates + EPOCH.weekday()) % 7,
        month=month,
        from_start=days - clock.day_of_date(_first_date(month) - 1) - 1,
        to_month_end=_last_day(clock, month) - days,
        to_quarter_end=_last_day(clock, month // 3 * 3 + 2) - days,
    )


def _first_date(month: Ints) -> Ints:
    """The date number on which a month begins."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _last_day(clock: WorkingClock, month: Ints) -> Ints:
    """The working day of a month's last date."""
    return clock.day_of_date(_first_date(month + 1) - 1)


def by_weekday(
    seen: Floats, expected: Floats, days: Days, among: Collection[int] | None = None
) -> dict[int, Ratio]:
    """Each weekday against the others, within months.

    Args:
        seen: exits by day.
        expected: exits foretold by day.
        days: where the days lie.
        among: the weekdays that are compared; None: all that are worked.

    """
    compared = np.unique(days.weekday) if among is None else np.array(sorted(among))
    rows = np.isin(days.weekday, compared)
    weekday, month = days.weekday[rows], days.month[rows]
    return {
        int(one): ratio_of(seen[rows], expected[rows], weekday == one, month) for one in compared
    }


def month_ends(seen: Floats, expected: Floats, days: Days) -> tuple[Ratio, Ratio]:
    """The first and the last working day of the month against the other days, within months."""
    first, last = (
        ratio_of(seen, expected, place == 0, days.month)
        for place in (days.from_start, days.to_month_end)
    )
    return first, last


def quarter_end(seen: Floats, expected: Floats, days: Days) -> Ratio:
    """The last working days of the quarter against the rest, within quarters that are over."""
    whole = whole_quarters(days)
    inside = days.to_quarter_end < QUARTER_END
    return ratio_of(seen[whole], expected[whole], inside[whole], days.quarter[whole])


def whole_quarters(days: Days) -> Bools:
    """The days of quarters of which the last day is among them."""
    over = days.quarter[days.to_quarter_end == 0]
    found: Bools = np.isin(days.quarter, over)
    return found


@dataclass(frozen=True, eq=False)
class QuarterFactors:
    """What each working day of a quarter is times the quarter's average.

    Attributes:
        factor: by band of working days to the quarter's end, drawn to 1; one for each of `BANDS`.
        seen: exits in each band.
        expected: what was foretold of each, at each quarter's own pace.
        weight: for how many exits foretold the factor of 1 stands in.

    """

    factor: Floats
    seen: Floats
    expected: Floats
    weight: float

    def of(self, to_quarter_end: Ints) -> Floats:
        """The factor of working days that lie so many working days before a quarter's end."""
        return self.factor[band_of(to_quarter_end)]


def band_of(to_quarter_end: Ints) -> Ints:
    """The place in `BANDS` of working days that lie so many days before a quarter's end."""
    return np.searchsorted(BANDS, to_quarter_end, side="right") - 1


def quarter_factors(seen: Floats, expected: Floats, days: Days) -> QuarterFactors:
    """The factors of the days of a quarter, as far as the data tell them.

    With n exits seen in a band where e are foretold, at each quarter's own pace, n ~ Poisson(f e)
    and f ~ Gamma(w, w): the posterior mean is (w + n)/(w + e). w has the largest marginal
    likelihood, a product of negative binomials, over a grid. The factors are scaled so that a
    quarter has its own total.
    """
    whole = whole_quarters(days)
    n, e, quarter = seen[whole], expected[whole], days.quarter[whole]
    _, place = np.unique(quarter, return_inverse=True)
    pace = np.bincount(place, n) / np.maximum(np.bincount(place, e), 1e-300)
    band = band_of(days.to_quarter_end[whole])
    came = np.bincount(band, n, minlength=len(BANDS)).astype(np.float64)
    foretold = np.bincount(band, e * pace[place], minlength=len(BANDS)).astype(np.float64)
    weight = float(PRIOR_WEIGHTS[np.argmax(_log_likelihood(came, foretold))])
    factor = (weight + came) / (weight + foretold)
    total = float(foretold.sum())
    scale = total / float(factor @ foretold) if total > 0 else 1.0
    return QuarterFactors(factor * scale, came, foretold, weight)


def _log_likelihood(n: Floats, e: Floats) -> Floats:
    """Of each prior weight: Σ log NB(n; w, w/(w + e)), up to a constant."""
    from scipy.special import gammaln  # noqa: PLC0415 (slow to load, seldom wanted)

    w = PRIOR_WEIGHTS[:, None]
    terms = gammaln(w + n) - gammaln(w) + w * np.log(w) - (w + n) * np.log(w + e)
    total: Floats = terms.sum(axis=1)
    return total
