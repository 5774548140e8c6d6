"""The swing of a time: what moves all stages together for a while, and passes.

The forecast carries it on as the common period factor (`forecasting/period_factor.py`); here it is
taken out of a stage's months before they are asked whether the stage has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats

PRIOR_SD: Final = 0.15
"""Scale of what is believed of a swing beforehand: times seldom differ by a third for no reason."""


def swing_of_others(foretold: Floats, seen: Floats) -> Floats:
    """How much more the other stages moved onward in each month than was foretold, (M, S, D).

    A month's swing has a gamma law of mean 1 and sd `PRIOR_SD` before its movements are counted. It
    is 1 for ways back and out: what swings is moving onward.

    Args:
        foretold: exits that the model foretells, (M, S, D).
        seen: exits that came, (M, S, D).

    """
    ways = onward(foretold.shape[1:])
    expected, came = (np.where(ways, each, 0.0).sum(axis=2) for each in (foretold, seen))
    told, moved = (each.sum(axis=1, keepdims=True) - each for each in (expected, came))
    weight = 1 / PRIOR_SD**2
    swing = (moved + weight) / (told + weight)
    by_way: Floats = np.where(ways, swing[:, :, None], 1.0)
    return by_way


def onward(shape: tuple[int, ...]) -> Bools:
    """Which ways lead onward, (S, D): to a later stage or to won, not to lost."""
    stages, destinations = shape
    to, stage = np.arange(destinations), np.arange(stages)[:, None]
    ways: Bools = (to > stage) & (to <= stages)
    return ways
