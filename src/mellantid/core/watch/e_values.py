"""Anytime-valid evidence that a pace has changed: mixtures of likelihood ratios against the plan.

For every pace factor r, r^N exp(-(r - 1) A) is a martingale of mean 1 while N has the compensator
A; DESIGN writes r = e^theta. So is its mean over a law of r, fixed beforehand: an *e-process*. By
Ville's inequality it ever reaches 1/alpha with a chance of at most alpha, however often one looks.
With r ~ Gamma(k, k) the mean has a closed form,

    E = e^A  k^k / Gamma(k)  Gamma(k + N) / (k + A)^(k + N),

and with r kept to one side of 1 it is multiplied by the share of the posterior Gamma(k + N, k + A)
on that side over the share of the prior. Kept below 1 it is a supermartingale for every pace at or
above the plan, so it is valid for the whole of "not slower than the plan"; above 1 likewise.

Daily counts need not be Poisson. A count that is a sum of single chances q with the sum A has
E r^N <= exp((r - 1) A), since 1 + (r - 1) q <= exp((r - 1) q): the guarantee holds as well.

Sources: Robbins and Siegmund 1970 for mixtures; Howard, Ramdas, McAuliffe and Sekhon, Probability
Surveys 17, 2020, for gamma-Poisson mixtures.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats

SHAPE: Final = 6.0
"""k of the law of the pace factor: mean 1, standard deviation 0.41."""
_NODES: Final = 24
"""Paces that stand for the law where a closed form does not serve."""


class Side(StrEnum):
    """Which changes of pace are looked for."""

    SLOWER = "slower"
    FASTER = "faster"
    EITHER = "either"


def log_e_value(
    planned: ArrayLike, actual: ArrayLike, side: Side = Side.SLOWER, shape: float = SHAPE
) -> Floats:
    """The logarithm of the e-value of a stretch with `planned` and `actual` events in all.

    Args:
        planned: planned events, the compensator A, 0 or more.
        actual: actual events N.
        side: paces below the plan, above it, or both.
        shape: k of the law of the pace factor.

    """
    mean, made = np.asarray(planned, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    n, rate = shape + made, shape + mean
    both = mean + shape * np.log(shape) - gammaln(shape) + gammaln(n) - n * np.log(rate)
    if side is Side.EITHER:
        return np.asarray(both, dtype=np.float64)
    share = gammainc if side is Side.SLOWER else gammaincc
    # A share too small for a float is evidence of nothing: the e-value is 0.
    with np.errstate(divide="ignore"):
        return np.asarray(both + np.log(share(n, rate)) - np.log(share(shape, shape)))


def e_process(
    planned: ArrayLike, actual: ArrayLike, side: Side = Side.SLOWER, shape: float = SHAPE
) -> Floats:
    """The e-value at the end of each day for a change from the first day on, (..., days).

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        side: paces below the plan, above it, or both.
        shape: k of the law of the pace factor.

    """
    mean, made = np.cumsum(planned, axis=-1), np.cumsum(actual, axis=-1)
    return exp(log_e_value(mean, made, side, shape))


def paces(side: Side, shape: float = SHAPE) -> tuple[Floats, Floats]:
    """A few paces on one side of the plan, and weights that sum to 1, in the place of their law.

    Gauss-Legendre points in the law's own chance, so that means over them are close to those over
    the law; as a mixture they are valid by themselves.
    """
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    split = gammainc(shape, shape)
    low, high = {Side.SLOWER: (0.0, split), Side.FASTER: (split, 1.0)}.get(side, (0.0, 1.0))
    chance = low + (high - low) * (points + 1.0) / 2.0
    found = gammaincinv(shape, chance) / shape
    return np.asarray(found, dtype=np.float64), np.asarray(weights / 2.0, dtype=np.float64)


def exp(logarithm: ArrayLike) -> Floats:
    """The exponential, the largest float where it is beyond one."""
    largest = np.log(np.finfo(np.float64).max)
    return np.exp(np.minimum(np.asarray(logarithm, dtype=np.float64), largest)).astype(np.float64)
