"""Ratios of paces: some days against all others, within strata that may differ for other reasons.

Within stratum h (a month, a quarter) n1 exits were seen on the days in question and n0 on the rest,
where the model foretells e1 and e0. Given n = n1 + n0,

    n1 ~ Binomial(n, ρ e1/(ρ e1 + e0)),

whatever the stratum's own pace, so that a good quarter is no effect of its last days. ρ solves the
score equation Σ_h n1 = Σ_h n π_h(ρ) (the conditional maximum likelihood estimate). What the strata
differ by beyond chance widens its interval (quasi-likelihood: McCullagh and Nelder, Generalized
Linear Models, 1989, chapter 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.doubts.tails import two_sided

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats, Ints

LEVEL: Final = 0.9
"""The chance that an interval holds its ratio."""
_Z: Final = 1.6448536269514722
_STEPS: Final = 60
_NAN: Final = float("nan")


@dataclass(frozen=True)
class Ratio:
    """How much faster some days are than the rest.

    Attributes:
        seen: exits on these days.
        expected: what the model, at the strata's own pace on all days, foretells of them.
        ratio: ρ; NaN where nothing was seen or foretold.
        low: lower end of its interval.
        high: upper end.
        p: the chance of a ratio as far from 1, were there no effect.
        strata: how many strata told.

    """

    seen: float
    expected: float
    ratio: float
    low: float
    high: float
    p: float
    strata: int


def ratio_of(seen: Floats, expected: Floats, inside: Bools, stratum: Ints) -> Ratio:
    """Compare some days with the rest.

    Args:
        seen: exits by day.
        expected: exits foretold by day.
        inside: the days in question.
        stratum: the stratum of each day.

    """
    _, place = np.unique(stratum, return_inverse=True)
    strata = int(place.max(initial=-1)) + 1
    n1, n0, e1, e0 = (
        np.bincount(place, values * part, minlength=strata).astype(np.float64)
        for values in (seen, expected)
        for part in (inside, ~inside)
    )
    n = n1 + n0
    told = (n > 0) & (e1 > 0) & (e0 > 0)
    n1, n, e1, e0 = n1[told], n[told], e1[told], e0[told]
    if not n.sum() or n1.sum() == n.sum() or not n1.sum():
        expected_in = float((n * e1 / (e1 + e0)).sum())
        return Ratio(float(n1.sum()), expected_in, _NAN, _NAN, _NAN, 1.0, n.size)
    level = e1 / (e1 + e0)
    ratio = _solved(n1, n, e1, e0)
    share = ratio * e1 / (ratio * e1 + e0)
    spread, freedom = _spread(n1, n, share)
    half = _Z * np.sqrt(spread / (n * share * (1 - share)).sum())
    score = (n1 - n * level).sum() / np.sqrt(spread * (n * level * (1 - level)).sum())
    return Ratio(
        float(n1.sum()),
        float((n * level).sum()),
        ratio,
        float(ratio * np.exp(-half)),
        float(ratio * np.exp(half)),
        two_sided(float(score), freedom),
        int(n.size),
    )


def _solved(n1: Floats, n: Floats, e1: Floats, e0: Floats) -> float:
    """The root of the score in log ρ, by bisection: it falls from Σ n1 to Σ n1 - Σ n."""
    low, high = -12.0, 12.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        odds = np.exp(middle) * e1
        low, high = (middle, high) if (n1 - n * odds / (odds + e0)).sum() > 0 else (low, middle)
    return float(np.exp(0.5 * (low + high)))


def _spread(n1: Floats, n: Floats, share: Floats) -> tuple[float, float]:
    """Variance over the binomial's, at least 1, and the degrees of freedom that told it."""
    freedom = n.size - 1
    if freedom < 1:
        return 1.0, float("inf")
    pearson = float(((n1 - n * share) ** 2 / (n * share * (1 - share))).sum()) / freedom
    return (pearson, float(freedom)) if pearson > 1.0 else (1.0, float("inf"))
