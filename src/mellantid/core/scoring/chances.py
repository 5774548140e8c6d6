"""Scores of chances of things that happen or do not, and how well the chances hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.scoring.shares import wilson

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats

SUREST: Final = 1e-6
"""A chance nearer to 0 or 1 is scored as this near: one wrong certainty is not infinitely bad."""
BINS: Final = 10


def brier(chance: Floats, came: Bools) -> float:
    """The mean squared difference of chances and what came: smaller is better (Brier 1950)."""
    return float(((chance - came) ** 2).mean())


def log_score(chance: Floats, came: Bools) -> float:
    """Minus the mean logarithm of the chance given to what came: smaller is better (Good 1952)."""
    sure = np.clip(chance, SUREST, 1 - SUREST)
    return float(-np.log(np.where(came, sure, 1 - sure)).mean())


@dataclass(frozen=True)
class Reliable:
    """Chances of one bin, and how often what they spoke of came.

    Attributes:
        low: the bin begins.
        high: it ends.
        n: how many chances lie in it.
        foretold: their mean.
        came: the share that came.
        came_low: the share's interval (Wilson, 95 %), from here
        came_high: to here.

    """

    low: float
    high: float
    n: int
    foretold: float
    came: float
    came_low: float
    came_high: float


def reliability(chance: Floats, came: Bools, bins: int = BINS) -> tuple[Reliable, ...]:
    """How often things came that had been given a chance of so much, by bins of equal width."""
    place = np.minimum((chance * bins).astype(np.int64), bins - 1)
    found = []
    for each in np.unique(place).tolist():
        mine = place == each
        n, hits = int(mine.sum()), int(came[mine].sum())
        low, high = wilson(hits, n)
        share = hits / n
        mean = float(chance[mine].mean())
        found.append(Reliable(each / bins, (each + 1) / bins, n, mean, share, low, high))
    return tuple(found)
