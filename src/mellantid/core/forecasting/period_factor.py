"""The common period factor: how much whole quarters differ from what the model foretells.

What moves all deals of a quarter together (the trade, a price list, a long illness) does not even
out over them, so that a forecast without it is far too sure of itself. With n[q] movements in
quarter q where the model foretells e[q],

    n[q] ~ Poisson(e[q] exp(c + u[q])),   u[q] ~ Normal(0, σ²)

on the scale of y = log(n/e), whose own variance is about 1/e, with c integrated out (restricted
likelihood: Patterson and Thompson, Biometrika 58, 1971), for the model was fitted on the very
movements. σ has a half-normal prior of scale `PRIOR_SD`; its whole posterior is carried on, since
eight quarters tell it to within a factor of two only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.modelling.swing import PRIOR_SD

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Floats, Ints

MONTHS: Final = 3.0
"""Of a quarter."""
FEWEST: Final = 5.0
"""A quarter in which fewer movements are foretold tells nothing of the factor."""
GRID: Final = np.linspace(0.0, 2.0, 201)
FINE: Final = np.linspace(-6.0, 6.0, 481)


@dataclass(frozen=True, eq=False)
class PeriodFactor:
    """What is known of σ.

    Attributes:
        weights: posterior chance of each σ of `GRID`.
        quarters: how many quarters told of it.
        level: the share of a quarter's variance by which the model's own level is off: 1 over the
            number of quarters that it is the mean of, fewer where it forgets (`share_of_level`).

    """

    weights: Floats
    quarters: int
    level: float = 1.0

    @cached_property
    def sd(self) -> float:
        """The standard deviation of a quarter's log factor, σ integrated out."""
        return float(np.sqrt(self.weights @ GRID**2))

    def spread(self, ranks: Floats, part: float = 1.0) -> Floats:
        """Log factors at ranks between 0 and 1 of their law, which is a mixture of normals.

        They are on what the model says, which is itself a mean of the quarters that it was fitted
        on: it is off by `level` σ² in variance.

        Args:
            ranks: chances to stay below.
            part: the share of a quarter's variance that the days in question have.

        """
        from scipy.special import ndtr  # noqa: PLC0415 (slow to load, not always wanted)

        if self.sd == 0.0 or part == 0.0:
            return np.zeros_like(ranks)
        width = np.sqrt(part + self.level)
        at = FINE * self.sd * width
        scale = GRID[1:] * width
        below = self.weights[1:] @ ndtr(at / scale[:, None]) + self.weights[0] * (at >= 0)
        spread: Floats = np.interp(ranks, below, at)
        return spread


NONE: Final = PeriodFactor(np.where(GRID == 0, 1.0, 0.0), 0)
"""No factor: quarters differ by chance alone."""


@dataclass(frozen=True, eq=False)
class PeriodFactors:
    """The factor on moving onward, and the one on creating deals.

    Attributes:
        onward: on the chance to move onward, of all stages together.
        creation: on the pace of creation.

    """

    onward: PeriodFactor
    creation: PeriodFactor


def period_factor(foretold: Floats, seen: Floats, level: float | None = None) -> PeriodFactor:
    """Learn the factor from quarters that are over.

    Args:
        foretold: movements that the model foretells for each quarter, given those at risk.
        seen: movements that came.
        level: `PeriodFactor.level`; 1 over the number of quarters by default.

    """
    told = foretold >= FEWEST
    expected, came = foretold[told], seen[told]
    log_prior = -0.5 * (GRID / PRIOR_SD) ** 2
    quarters = int(expected.size)
    off = 1.0 / max(quarters, 1) if level is None else level
    if quarters < 2:
        return PeriodFactor(_shares(log_prior), quarters, off)
    # Half an event more on both sides: a quarter without any is no infinite fall.
    y = np.log((came + 0.5) / (expected + 0.5))
    precision = 1.0 / (GRID[:, None] ** 2 + 1.0 / expected)
    total = precision.sum(axis=1)
    centre = (precision @ y) / total
    misfit = (precision * (y - centre[:, None]) ** 2).sum(axis=1)
    likelihood = 0.5 * (np.log(precision).sum(axis=1) - np.log(total) - misfit)
    return PeriodFactor(_shares(log_prior + likelihood), quarters, off)


def share_of_level(foretold: Floats, half_life: Floats) -> float:
    """How far a model that forgets is off, as a share of one quarter's variance: Σ W².

    W is what each quarter weighs in the model, Σ W = 1: its movements, faded by the half-life of
    their stage. Equal quarters of which none is forgotten give 1 over their number; a model that
    remembers two months follows the last quarter's swing, and is off by it in the next.

    Args:
        foretold: movements by stage and quarter, the oldest first, (S, Q).
        half_life: in months, of each stage, (S,); infinite where nothing is forgotten.

    """
    past = MONTHS * np.arange(foretold.shape[1])[::-1]
    faded = foretold * np.exp2(-past / half_life[:, None])
    by_stage = faded.sum(axis=1, keepdims=True)
    weight = np.divide(faded, by_stage, out=np.zeros_like(faded), where=by_stage > 0)
    total = float(foretold.sum())
    if total <= 0:
        return 1.0
    of_quarter = (foretold.sum(axis=1) / total) @ weight
    return float(of_quarter @ of_quarter)


def _shares(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max())
    shares: Floats = weights / weights.sum()
    return shares


def quarters_of(clock: WorkingClock, days: Ints) -> Ints:
    """The calendar quarter of each working day, counted through the years."""
    months = clock.months_of_dates(clock.date_of_day(days))
    found: Ints = months // 100 * 4 + (months % 100 - 1) // 3
    return found


def by_quarter(quarter: Ints, by_day: Floats) -> Floats:
    """Sums by quarter of values by day."""
    _, place = np.unique(quarter, return_inverse=True)
    total: Floats = np.bincount(place, by_day).astype(np.float64)
    return total


def part_of_variance(quarter: Ints) -> float:
    """What share of one quarter's variance the mean factor of some days has.

    Quarters differ independently: days spread evenly over m of them have 1/m of it.
    """
    if not quarter.size:
        return 0.0
    _, days = np.unique(quarter, return_counts=True)
    return float(((days / quarter.size) ** 2).sum())
