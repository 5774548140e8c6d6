"""Skill: how much smaller one forecast's scores are than another's, and whether that is chance.

Origins near each other share most of what comes after them, so they are drawn again by whole
blocks, the quarters in which they lie (block bootstrap: Künsch, Ann. Stat. 17, 1989).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints

DRAWS: Final = 2000


@dataclass(frozen=True)
class Skill:
    """How much better a forecast is than another.

    Attributes:
        skill: 1 less the ratio of the mean scores: above 0 is better.
        low: its 90 % interval, from here
        high: to here.
        blocks: how many blocks it stands on: with few the interval says little.

    """

    skill: float
    low: float
    high: float
    blocks: int


def skill(
    scores: Floats, others: Floats, block: Ints, rng: np.random.Generator, draws: int = DRAWS
) -> Skill:
    """Compare scores of the same cases, of which smaller is better.

    Args:
        scores: the forecast's.
        others: the other's.
        block: in which block each case lies.
        rng: the source of randomness.
        draws: how many times the blocks are drawn again.

    """
    names, place = np.unique(block, return_inverse=True)
    sums = np.stack([np.bincount(place, each, names.size) for each in (scores, others)])
    again = rng.integers(names.size, size=(draws, names.size))
    mine, theirs = sums[0][again].sum(axis=1), sums[1][again].sum(axis=1)
    low, high = np.quantile(1 - _ratio(mine, theirs), [0.05, 0.95])
    whole = float(1 - _ratio(sums[0].sum(), sums[1].sum()))
    return Skill(whole, float(low), float(high), int(names.size))


def _ratio(mine: Floats, theirs: Floats) -> Floats:
    """The ratio of sums; two that are nothing are equal."""
    ratio: Floats = np.where(theirs > 0, mine / np.where(theirs > 0, theirs, 1.0), 1.0)
    return ratio
