"""How long deals stay in each stage, and in which of them nobody waits.

A stay that has not ended is seen until the end of what is known (right censored). The quantiles are
of the product-limit estimate (Kaplan and Meier 1958): the first length by which the estimated share
that has left reaches the level; infinite where it never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.conformance.paths import Paths
    from mellantid.core.types import Bools, Floats, Ints

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
SMALLEST: Final = 20
"""Stays below which it is not judged whether anybody waits."""
LEVEL: Final = 0.9
"""The level of the longer quantile."""
SHORT: Final = 0.05
"""Part of the rest of the way that is nothing beside it."""


@dataclass(frozen=True, eq=False)
class Lengths:
    """The stays in each stage; NaN where nothing is known.

    Attributes:
        n: stays that have ended, and those that have not but have lasted a night, (S,).
        median: days (24 hours) by which half have left, (S,); infinite where they have not.
        long: days by which nine in ten have, (S,).
        same_day: share that left on the day of entry, (S,).
        under_hour: share that left within the hour, (S,); NaN where only dates are known.
        passing: whether nobody waits there, (S,): nine in ten have left within 24 hours, and within
            a twentieth of what deals spend in the other stages on average.

    """

    n: Ints
    median: Floats
    long: Floats
    same_day: Floats
    under_hour: Floats
    passing: Bools


def lengths(paths: Paths) -> Lengths:
    """Measure the stays."""
    size = paths.stages
    rows = np.flatnonzero((paths.state < size) & paths.known)
    ended = ~paths.last[rows]
    following = np.minimum(rows + 1, paths.size - 1)
    fine = ~ended | paths.known[following]
    rows, ended, following = rows[fine], ended[fine], following[fine]
    took = np.where(ended, paths.at[following], paths.until) - paths.at[rows]
    nights = np.where(ended, paths.day[following], paths.until_day) - paths.day[rows]
    took, nights = np.maximum(took, 0), np.maximum(nights, 0)
    stage = paths.state[rows]
    n = np.bincount(stage[ended | (nights > 0)], minlength=size)
    same = np.bincount(stage[ended & (nights == 0)], minlength=size)
    # Of stays that have ended: what stands forgotten somewhere makes no other stage quick.
    spent = np.bincount(stage[ended], took[ended], minlength=size) / max(paths.deals, 1) / DAY
    median, long = (_quantiles(stage, took, ended, size, level) for level in (0.5, LEVEL))
    return Lengths(
        n=n,
        median=median,
        long=long,
        same_day=_shares(same, n),
        under_hour=_within_the_hour(paths, stage, took, ended),
        passing=(n >= SMALLEST) & (long <= 1.0) & (long <= SHORT * (spent.sum() - spent)),
    )


def _within_the_hour(paths: Paths, stage: Ints, took: Ints, ended: Bools) -> Floats:
    size = paths.stages
    if 2 * int(paths.timed.sum()) <= int(paths.known.sum()):
        return np.full(size, np.nan)
    quick = np.bincount(stage[ended & (took < HOUR)], minlength=size)
    return _shares(quick, np.bincount(stage[ended | (took >= HOUR)], minlength=size))


def _shares(part: Ints, whole: Ints) -> Floats:
    """One over the other; NaN where there is nothing."""
    share: Floats = np.full(whole.size, np.nan)
    return np.divide(part, whole, out=share, where=whole > 0)


def _quantiles(stage: Ints, took: Ints, ended: Bools, size: int, level: float) -> Floats:
    """By stage the days by which a share has left."""
    of = [_quantile(took[stage == s], ended[stage == s], level) for s in range(size)]
    return np.array(of) / DAY


def _quantile(took: Ints, ended: Bools, level: float) -> float:
    """The length by which a share has left, in the unit of the lengths; NaN where there is none."""
    if not took.size:
        return float("nan")
    order = np.lexsort((~ended, took))
    took, ended = took[order], ended[order]
    at_risk = took.size - np.arange(took.size)
    # With ends before cuts at one length, one factor a row gives what one factor a length does.
    left = 1.0 - np.cumprod(1.0 - ended / at_risk)
    reached = np.flatnonzero(left >= level - 1e-9)
    return float(took[reached[0]]) if reached.size else float("inf")
