"""How far a plan may be off and still be right: what it was estimated from, and how paces swing.

A plan's chances rest on a finite history, and no leg keeps one pace from quarter to quarter: people
come and go, seasons that nobody has measured yet pass. Both make the true pace over the planned one
a factor with a spread,

    variance  =  1 / n  +  swing^2,

with n passes behind the plan (Poisson) and `swing` the standard deviation from quarter to quarter
of the factor itself, chance taken away. Taken as a gamma law of mean 1, its interval is the
`doubt`: a pace within it is on plan, and only what leaves it is a change (`watching.watch`).

The swing is a moment estimate. With E, the expected numbers of k blocks, scaled to the T events
that came, and p = E / T, the mean of the sum of (N - E)^2 is

    sum E (1 - p)  +  swing^2 (sum E^2 - 2 sum p E^2 + sum p^2 sum E^2).

Blocks count by their squares, so that many small streams add little noise; the weighted one, of
DerSimonian and Laird, Controlled Clinical Trials 7, 1986, divides by E and fails where E is small.
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
"""Working days over which a swing is measured: a quarter; less where few quarters are known."""
LEAST_BLOCK: Final = 21
"""The least: a month."""
BLOCKS: Final = 4
"""Blocks that a swing is measured on, at least."""


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


def swing(stream: Stream) -> float:
    """The standard deviation of the pace from quarter to quarter, over all streams; 0: none shows.

    Where less than a year is known its quarters are taken, and nothing is said of a swing where
    these are shorter than a month.

    Args:
        stream: planned and actual events of the past, whose streams swing alike; only the shape of
            `planned` over the blocks counts, not its level. What is left over at the beginning is
            not used.

    """
    block = min(stream.days // BLOCKS, BLOCK)
    if block < LEAST_BLOCK:
        return 0.0
    count = stream.days // block
    expected, made = (_blocks(each, count, block) for each in (stream.planned, stream.actual))
    sums, came = (each.sum(axis=-1, keepdims=True) for each in (expected, made))
    share = np.divide(expected, sums, out=np.zeros_like(expected), where=sums > 0)
    mean = share * came
    chance = (mean * (1.0 - share)).sum()
    squares = (mean**2).sum(axis=-1)
    room = squares - 2.0 * (share * mean**2).sum(axis=-1) + (share**2).sum(axis=-1) * squares
    gap = ((made - mean) ** 2)[sums[..., 0] > 0].sum()
    in_all = float(room.sum())
    return float(np.sqrt(max(gap - chance, 0.0) / in_all)) if in_all > 0 else 0.0


def _blocks(values: Floats, count: int, block: int) -> Floats:
    """Sums over the last `count` blocks of days, (..., blocks)."""
    last = np.asarray(values, dtype=np.float64)[..., -count * block :]
    found: Floats = last.reshape(*last.shape[:-1], count, block).sum(axis=-1)
    return found
