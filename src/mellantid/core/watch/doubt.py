"""How far a plan may be off and still be right: what it was estimated from, and how paces swing.

A plan's chances rest on a finite history, and no leg keeps one pace from quarter to quarter: people
come and go, seasons that nobody has measured yet pass. Both make the true pace over the planned one
a factor with a spread,

    variance  =  1 / n  +  swing^2,

with n passes behind the plan (Poisson) and `swing` the standard deviation from quarter to quarter
of the factor itself, chance taken away. Taken as a gamma law of mean 1, its interval is the
`doubt`: a pace within it is on plan, and only what leaves it is a change (`watching.watch`).

Source of the swing: the moment estimator of DerSimonian and Laird, Controlled Clinical Trials 7,
1986, for Poisson counts: with E scaled to the sum of N, the mean of sum (N - E)^2 / E over k blocks
is k - 1 + swing^2 (sum E - sum E^2 / sum E).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaincinv

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats
    from mellantid.core.watch.stream import Stream

SURE: Final = 0.9
"""Chance that the true factor is within the doubt."""
BLOCK: Final = 65
"""Working days over which a swing is measured: a quarter."""


def doubt(exits: ArrayLike, swing: ArrayLike = 0.0, sure: float = SURE) -> tuple[Floats, Floats]:
    """How far the plan may be off: factors low and high within which it is with chance `sure`.

    Args:
        exits: passes of the leg that the plan was estimated from; infinite where its level is
            not an estimate. Less than half a pass counts as half.
        swing: standard deviation of the leg's pace from quarter to quarter, as a share of it.
        sure: the chance that the factor is between the two.

    """
    n = np.maximum(np.asarray(exits, dtype=np.float64), 0.5)
    variance = 1.0 / n + np.asarray(swing, dtype=np.float64) ** 2
    # Below a ten-thousandth the interval is a point.
    shape = 1.0 / np.maximum(variance, 1e-8)
    tail = (1.0 - sure) / 2.0
    low, high = (gammaincinv(shape, level) / shape for level in (tail, 1.0 - tail))
    sharp = variance <= 1e-8
    return np.where(sharp, 1.0, low), np.where(sharp, 1.0, high)


def swing(stream: Stream, block: int = BLOCK) -> float:
    """The standard deviation of the pace from block to block, over all streams; 0 if none shows.

    Args:
        stream: planned and actual events of the past, whose streams swing alike; only the shape of
            `planned` over the blocks counts, not its level.
        block: days of a block. What is left over at the beginning is not used.

    """
    count = stream.days // block
    if count < 2:
        return 0.0
    expected, made = (_blocks(each, count, block) for each in (stream.planned, stream.actual))
    sums = expected.sum(axis=-1, keepdims=True)
    seen = (sums > 0) & (made.sum(axis=-1, keepdims=True) > 0)
    level = np.divide(made.sum(axis=-1, keepdims=True), sums, out=np.zeros_like(sums), where=seen)
    mean = expected * level
    gap = np.divide((made - mean) ** 2, mean, out=np.zeros_like(mean), where=mean > 0)
    in_all = mean.sum(axis=-1)
    squares = (mean**2).sum(axis=-1)
    room = in_all - np.divide(squares, in_all, out=np.zeros_like(in_all), where=in_all > 0)
    free = np.maximum((mean > 0).sum(axis=-1) - 1, 0)
    total = float(room.sum())
    return float(np.sqrt(max(gap.sum() - free.sum(), 0.0) / total)) if total > 0 else 0.0


def _blocks(values: Floats, count: int, block: int) -> Floats:
    """Sums over the last `count` blocks of days, (..., blocks)."""
    last = np.asarray(values, dtype=np.float64)[..., -count * block :]
    found: Floats = last.reshape(*last.shape[:-1], count, block).sum(axis=-1)
    return found
