"""Stays that end sooner: the same fates, c times as fast.

A stay that would have ended at age x ends at age ⌊x/c + U⌋, the same way, with U even on [0, 1):
x/c days on average. Deal by deal a higher speed is never later, so that no chance to be won by a
day falls with it, and no conversion changes. (A factor on the hazards would do otherwise: where
young deals are lost and old ones won, it would lose more of them.) This is the accelerated failure
time of survival analysis (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data,
2002, section 2.3), on whole days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.steering.changes import extended, stay_ends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.types import Floats, Ints

# What is left of a stay's chance where rounding errors are as large.
NOTHING: Final = 1e-12


def sooner(hazard: Floats, speed: Mapping[int, float], horizon: int) -> Floats:
    """Daily chances of deals that enter from now on, when stays in some stages end sooner.

    Args:
        hazard: daily chances, (S, D, A).
        speed: by stage, how many times as fast stays end.
        horizon: the ages that matter: those up to so many days are exact.

    Returns:
        Daily chances, (S, D, max(A, horizon + 1)).

    """
    ages = max(hazard.shape[-1], horizon + 1)
    changed = extended(hazard, ages)
    for stage, factor in speed.items():
        changed[stage] = _sooner(hazard[stage], factor, ages)
    return changed


def _sooner(chances: Floats, speed: float, ages: int) -> Floats:
    """The daily chances of one stage, (D, ages)."""
    ending = stay_ends(extended(chances, int(np.ceil(speed * ages)) + 1))
    age, part = _divided(np.arange(ending.shape[-1]), speed)
    earlier, later = ending * (1.0 - part), ending * part
    moved = np.stack(
        [
            np.bincount(age, first, minlength=ages + 1)[:ages]
            + np.bincount(age + 1, second, minlength=ages + 1)[:ages]
            for first, second in zip(earlier, later, strict=True)
        ]
    )
    gone = np.cumsum(moved.sum(axis=0))
    left = 1.0 - np.concatenate([[0.0], gone[:-1]])
    daily = np.where(left > NOTHING, moved / np.maximum(left, NOTHING), 0.0)
    # Rounding alone can lift the sum above 1.
    return np.asarray(daily / np.maximum(daily.sum(axis=0), 1.0))


def win_when_sooner(
    chances: Floats, ages: Ints, speed: float, stage_worth: Floats, horizon: int
) -> Floats:
    """Chance to be won within `horizon` days of deals that stand in a stage now.

    What is left of a stay, r days, becomes ⌊r/c + U⌋, and a day at least: it has not ended yet.

    Args:
        chances: daily chances of the stage before the change, (D, A).
        ages: of the deals at the end of today, (n); the last age stands for all later ones.
        speed: how many times as fast what is left of a stay ends.
        stage_worth: chance to be won of a deal that enters each destination with t days to go,
            (horizon + 1, D).
        horizon: working days to go.

    """
    days = np.arange(1, int(np.ceil(speed * (horizon + 1))) + 1)
    ways = np.flatnonzero(chances.any(axis=-1))
    last = chances.shape[-1] - 1
    at = np.minimum(np.minimum(ages, last)[:, None] + days, last)
    stay = np.maximum(1.0 - chances.sum(axis=0), 0.0)[at]
    reached = np.ones_like(stay)
    np.cumprod(stay[:, :-1], axis=1, out=reached[:, 1:])
    whole, part = _divided(days, speed)
    won = np.zeros(ages.size)
    for way in ways:
        first = _worth(stage_worth[:, way], np.maximum(whole, 1), horizon)
        second = _worth(stage_worth[:, way], np.maximum(whole + 1, 1), horizon)
        worth = (1.0 - part) * first + part * second
        won += (chances[way][at] * reached) @ worth
    return np.minimum(won, 1.0)


def _divided(days: Ints, speed: float) -> tuple[Ints, Floats]:
    """Whole days of days/speed, and the part of a day that is left."""
    exact = days / speed
    whole = np.floor(exact)
    return whole.astype(np.int64), exact - whole


def _worth(by_days_to_go: Floats, days: Ints, horizon: int) -> Floats:
    """Worth of entering after so many days; none after the horizon."""
    left = horizon - days
    return np.where(left >= 0, by_days_to_go[np.maximum(left, 0)], 0.0)
