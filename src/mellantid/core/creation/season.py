"""The season of creation: how the pace differs by calendar month, shrunk toward no season.

With n_m creations in month m where a steady growth would have brought e_m, the season's factor is
(k + n_m) / (k + e_m): the posterior mean under a Gamma(k, k) prior. k is chosen by the marginal
likelihood of the twelve counts, negative binomial, so that months which differ by chance only stay
close to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Floats, Ints

MONTHS: Final = 12
WHOLE_YEARS: Final = 2
PRIOR_EVENTS: Final = np.geomspace(1.0, 1e6, 61)
"""Prior weights in creations that are tried; the last one is as good as no season."""


def flat_season() -> Floats:
    """No season: the factor 1 for each month."""
    return np.ones(MONTHS)


def season_of(clock: WorkingClock, created: Ints, first: int, last: int) -> Floats:
    """Factors on the pace by calendar month, January first, with mean 1 over the days seen.

    Args:
        clock: the working clock.
        created: the day of each creation.
        first: the first day of which all creations are known.
        last: the last one.

    Returns:
        Twelve factors, all 1 where fewer than two whole years of months are known.

    """
    months = _whole_years(clock, first, last)
    years = months.size // MONTHS
    if years < WHOLE_YEARS:
        return flat_season()
    days = _in_months(clock, np.arange(first, last + 1), months)
    counts = _in_months(clock, created, months)
    expected = _steady_growth(days, counts, years)
    seen, foretold = _over_years(months, counts), _over_years(months, expected)
    weight = _best_weight(seen, foretold)
    factors = (weight + seen) / (weight + foretold)
    share = _over_years(months, days) / days.sum()
    season: Floats = factors / (factors * share).sum()
    return season


def _whole_years(clock: WorkingClock, first: int, last: int) -> Ints:
    """Numbers of the last whole years' months, of those of which every day is known."""
    edges = _month_numbers(clock, np.array([max(first - 1, 0), first, last, last + 1]))
    begin = edges[1] if edges[0] != edges[1] else edges[1] + 1
    end = edges[2] + 1 if edges[2] != edges[3] else edges[2]
    years = max(int(end - begin) // MONTHS, 0)
    return np.arange(end - years * MONTHS, end)


def _month_numbers(clock: WorkingClock, days: Ints) -> Ints:
    """Months since year 0 of working days."""
    months = clock.months_of_dates(clock.date_of_day(days))
    return months // 100 * MONTHS + months % 100 - 1


def _in_months(clock: WorkingClock, days: Ints, months: Ints) -> Floats:
    """How many of the days lie in each of some successive months."""
    place = _month_numbers(clock, days) - months[0]
    place = place[(place >= 0) & (place < months.size)]
    return np.bincount(place, minlength=months.size).astype(np.float64)


def _over_years(months: Ints, values: Floats) -> Floats:
    """Values of months, added over the years: January first."""
    return np.bincount(months % MONTHS, weights=values, minlength=MONTHS).astype(np.float64)


def _steady_growth(days: Floats, counts: Floats, years: int) -> Floats:
    """Creations expected in each month under growth at the yearly rate of the first to the last.

    Whole years are compared, so that a season is not taken for growth.
    """
    yearly = counts.reshape(years, MONTHS).sum(axis=1)
    # Half a creation more in each year keeps an empty one from giving an infinite growth.
    rates = (yearly + 0.5) / days.reshape(years, MONTHS).sum(axis=1)
    growth = np.log(rates[-1] / rates[0]) / (years - 1)
    shape = days * np.exp(growth * np.arange(counts.size) / MONTHS)
    return np.asarray(shape * counts.sum() / shape.sum())


def _best_weight(seen: Floats, foretold: Floats) -> float:
    """The prior weight k under which the counts are likeliest: NB with mean e and size k."""
    k = PRIOR_EVENTS[:, None]
    # A month with no working day expects none and has none: any positive mean serves.
    e = np.maximum(foretold, np.finfo(float).tiny)
    likelihood = (
        gammaln(k + seen) - gammaln(k) + k * np.log(k / (k + e)) + seen * np.log(e / (k + e))
    ).sum(axis=1)
    return float(PRIOR_EVENTS[int(np.argmax(likelihood))])
