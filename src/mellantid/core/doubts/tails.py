"""Tails of counts, and how many of many tests may be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Floats


def upper_tail(seen: ArrayLike, expected: ArrayLike, clumping: float = 0.0) -> Floats:
    """P(N >= seen) of a negative binomial count, or of a Poisson one where nothing clumps.

    Args:
        seen: counts.
        expected: their means.
        clumping: φ of the variance mean + φ mean², 0 or more.

    """
    from scipy.special import betainc, gammainc  # noqa: PLC0415 (slow to load, seldom wanted)

    n, mean = np.asarray(seen, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    tail = np.ones(np.broadcast(n, mean).shape)
    rows = np.broadcast_to(n > 0, tail.shape)
    n, mean = (np.broadcast_to(each, tail.shape)[rows] for each in (n, mean))
    if clumping > 0.0:
        tail[rows] = betainc(n, 1.0 / clumping, clumping * mean / (1.0 + clumping * mean))
    else:
        tail[rows] = gammainc(n, mean)
    return tail


def share_tail(few: float, many: float, share: float) -> float:
    """P(X <= few) of X ~ Binomial(few + many, share)."""
    from scipy.special import betaincc  # noqa: PLC0415 (as above)

    return float(betaincc(few + 1.0, many, share)) if many > 0 else 1.0


def two_sided(statistic: float, freedom: float = np.inf) -> float:
    """The chance of a value as far from 0 under Student's t, or the normal law."""
    from scipy.special import ndtr, stdtr  # noqa: PLC0415 (as above)

    z = -abs(statistic)
    return float(2.0 * (ndtr(z) if np.isinf(freedom) else stdtr(freedom, z)))


def chi_square_tail(statistic: float, freedom: int) -> float:
    """The chance that a chi-square variable exceeds a value."""
    from scipy.special import chdtrc  # noqa: PLC0415 (as above)

    return float(chdtrc(freedom, statistic)) if freedom > 0 else 1.0


def believed(p_values: ArrayLike, level: float) -> Bools:
    """Which of many tests are believed, so that at most `level` of these are false on average.

    The step-up rule of Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995): the k smallest
    p-values, for the largest k with the k-th at most level·k/m.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    passes = np.flatnonzero(p[order] <= level * np.arange(1, p.size + 1) / max(p.size, 1))
    found: Bools = np.zeros(p.size, dtype=np.bool_)
    if passes.size:
        found[order[: passes[-1] + 1]] = True
    return found
