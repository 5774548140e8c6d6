"""Since when a pace has changed, and how large the change probably is.

Given that it changed on some day of the window, all days alike beforehand, the chance that it was
day j is proportional to the e-value of the days j..now (`e_values`, its likelihood against the plan
with the new pace mixed over its law). Given day j the factor on the plan is Gamma(k + N, k + A) of
those days. Mixed over j it allows for not knowing the start: the factor since the likeliest start
alone is drawn to the extreme, as that start was chosen for looking bad.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammainc

from mellantid.core.watch.e_values import SHAPE, Side, log_e_value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Floats, Ints

LEVEL: Final = 0.8
"""Chance of the intervals."""
_STARTS: Final = 40
"""Starts that the factor is mixed over, the likeliest first; the rest weigh next to nothing."""
_HALVINGS: Final = 30
_WIDEST: Final = 60.0
"""Factors are looked for between 1/60 and 60 times the plan."""


@dataclass(frozen=True, eq=False)
class Change:
    """A change of pace, one for each stream, (...,).

    Attributes:
        since: the likeliest first day of the changed pace, as a column of the window. It means
            something only where there is evidence of a change.
        since_low: the first day of an interval around it in which the start is with a chance of
            `LEVEL` or more.
        since_high: the last day of that interval.
        ratio: the median of the factor on the plan since then.
        ratio_low: the factor's interval, of chance `LEVEL`, from here
        ratio_high: to here.

    """

    since: Ints
    since_low: Ints
    since_high: Ints
    ratio: Floats
    ratio_low: Floats
    ratio_high: Floats


def change(
    planned: ArrayLike, actual: ArrayLike, slower: ArrayLike, shape: float = SHAPE
) -> Change:
    """Estimate a change that still holds at the end of the window.

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        slower: whether the change is to a slower pace, else a faster one, (...,).
        shape: k of the law of the pace factor.

    """
    mean, made = _to_the_end(planned), _to_the_end(actual)
    log_chance = np.where(
        np.asarray(slower, dtype=np.bool_)[..., None],
        log_e_value(mean, made, Side.SLOWER, shape),
        log_e_value(mean, made, Side.FASTER, shape),
    )
    chance = np.exp(log_chance - log_chance.max(axis=-1, keepdims=True))
    chance /= chance.sum(axis=-1, keepdims=True)
    passed = np.cumsum(chance, axis=-1)
    tail = (1.0 - LEVEL) / 2.0
    likely = np.argsort(-chance, axis=-1)[..., :_STARTS]
    weight, n, rate = (
        np.take_along_axis(each, likely, axis=-1) for each in (chance, shape + made, shape + mean)
    )
    since = np.argmax(chance, axis=-1)
    low, middle, high = _quantiles(weight, n, rate, np.array([tail, 0.5, 1.0 - tail]))
    return Change(
        since=since,
        since_low=np.minimum(_first(passed >= tail), since),
        since_high=np.maximum(_first(passed >= 1.0 - tail), since),
        ratio=middle,
        ratio_low=low,
        ratio_high=high,
    )


def _to_the_end(values: ArrayLike) -> Floats:
    """Sums from each day to the last."""
    each = np.asarray(values, dtype=np.float64)
    return np.cumsum(each[..., ::-1], axis=-1)[..., ::-1]


def _first(holds: Bools) -> Ints:
    """The first column of each row that holds; the last column where none does."""
    holds[..., -1] = True
    found: Ints = np.argmax(holds, axis=-1)
    return found


def _quantiles(weight: Floats, n: Floats, rate: Floats, levels: Floats) -> Floats:
    """Quantiles of mixtures of gamma laws, (levels, ...), by halving of the logarithm."""
    share = weight / weight.sum(axis=-1, keepdims=True)
    level = levels.reshape(-1, *(1,) * (weight.ndim - 1))
    high = np.full((levels.size, *weight.shape[:-1]), np.log(_WIDEST))
    low = -high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        below = (share * gammainc(n, rate * np.exp(middle)[..., None])).sum(axis=-1) >= level
        low, high = np.where(below, low, middle), np.where(below, middle, high)
    return np.exp((low + high) / 2.0).astype(np.float64)
