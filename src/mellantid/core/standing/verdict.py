"""The verdict on a split: ahead or behind, gaining or losing, or too early to say.

Movements come at random also on a leg that keeps its pace, about as a Poisson number with the
planned mean. A split inside the band in which such a number falls with a chance of `INSIDE` is not
evidence of anything: it is too early to say, or, where so much was planned that the band is narrow,
the leg is on pace. A leg may also turn: four weeks that are beyond chance by themselves are
evidence for the side of the plan that the leg is on. Level and trend are told apart as a skier
reads them: how far ahead, and whether the gap grew over the last four weeks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from mellantid.core.types import Bools, Floats

INSIDE: Final = 0.8
"""Chance that a leg on pace is inside the noise band."""
ENOUGH: Final = 5.0
"""Planned movements below which nothing is said."""
NARROW: Final = 0.2
"""Half-width of the band, as a share of the planned movements, below which a leg is on pace."""
TURNED: Final = 0.01
"""Chance of so few, or of so many, movements in four weeks below which a leg has turned."""
TREND_DAYS: Final = 20
"""Working days over which a split gains or loses."""


class Verdict(StrEnum):
    """What is said of a split."""

    AHEAD_GAINING = "ahead and gaining"
    AHEAD_LOSING = "ahead and losing"
    BEHIND_GAINING = "behind and gaining"
    BEHIND_LOSING = "behind and losing"
    BEST = "best ever"
    ON_PACE = "on pace"
    TOO_EARLY = "too early to say"


def noise_band(planned: ArrayLike) -> tuple[Floats, Floats]:
    """The least and the most movements that a leg on pace may show: `INSIDE` of a Poisson number.

    Fewer than the least have a chance below (1 - INSIDE) / 2 in all, more than the most likewise.
    """
    mean = np.asarray(planned, dtype=np.float64)
    tail = (1 - INSIDE) / 2
    # The quantile's neighbours are tried, as the inverse is that of a continuous relative.
    near = np.floor(special.pdtrik(tail, np.maximum(mean, 1e-9)))[..., None] + np.arange(-1, 3)
    near = np.maximum(near, 0)
    low = np.where(special.pdtr(near, mean[..., None]) >= tail, near, np.inf).min(axis=-1)
    far = np.ceil(special.pdtrik(1 - tail, np.maximum(mean, 1e-9)))[..., None] + np.arange(-2, 3)
    far = np.maximum(far, 0)
    high = np.where(_at_least(far, mean[..., None]) >= tail, far, 0.0).max(axis=-1)
    return low, high


def needs_more(planned: ArrayLike) -> Floats:
    """How many more movements must have been planned before anything can be said."""
    return np.ceil(np.maximum(ENOUGH - np.asarray(planned, dtype=np.float64), 0.0))


def verdicts(
    planned: ArrayLike,
    actual: ArrayLike,
    change: ArrayLike,
    best: ArrayLike = False,
    lately: ArrayLike | None = None,
) -> NDArray[np.object_]:
    """The verdict on each split.

    Args:
        planned: movements planned since the plan's start.
        actual: movements made.
        change: the split in movements, less what it was `TREND_DAYS` before.
        best: whether the leg's last `TREND_DAYS` are the best that it has had; said unless the leg
            is behind.
        lately: movements planned in the last `TREND_DAYS`, of which `change` more were made; where
            left out, only the whole time since the start is evidence.

    """
    mean, made, change_, best_ = np.broadcast_arrays(
        np.asarray(planned, dtype=np.float64), actual, change, best
    )
    tail = (1 - INSIDE) / 2
    early = mean < ENOUGH
    turned = _turned(lately, change_)
    behind = (special.pdtr(made, mean) < tail) | (turned & (made < mean))
    ahead = (_at_least(made, mean) < tail) | (turned & (made >= mean))
    low, high = noise_band(mean)
    gaining: Bools = change_ >= 0
    choices = [
        (early, Verdict.TOO_EARLY),
        (best_ & ~behind, Verdict.BEST),
        (ahead & gaining, Verdict.AHEAD_GAINING),
        (ahead, Verdict.AHEAD_LOSING),
        (behind & gaining, Verdict.BEHIND_GAINING),
        (behind, Verdict.BEHIND_LOSING),
        (high - low <= 2 * NARROW * mean, Verdict.ON_PACE),
    ]
    said = [*(verdict for _, verdict in choices), Verdict.TOO_EARLY]
    first = np.argmax([*(holds for holds, _ in choices), np.ones(mean.shape, np.bool_)], axis=0)
    found: NDArray[np.object_] = np.array(said, dtype=object)[first]
    return found


def _turned(lately: ArrayLike | None, change: Floats) -> Bools:
    """Whether the last `TREND_DAYS` alone are beyond chance, below or above what was planned.

    A leg that stops after a good half-year would otherwise be on pace for months.
    """
    if lately is None:
        return np.zeros(change.shape, dtype=np.bool_)
    mean = np.broadcast_to(np.asarray(lately, dtype=np.float64), change.shape)
    made = np.maximum(mean + change, 0.0)
    # The number made is whole; planned plus change is so but for rounding.
    count = np.rint(made)
    turned: Bools = np.minimum(special.pdtr(count, mean), _at_least(count, mean)) < TURNED
    return turned


def _at_least(number: ArrayLike, mean: Floats) -> Floats:
    """The chance that a Poisson number is at least so large."""
    count = np.asarray(number, dtype=np.float64)
    tail: Floats = np.where(count <= 0, 1.0, special.pdtrc(np.maximum(count - 1, 0), mean))
    return tail
