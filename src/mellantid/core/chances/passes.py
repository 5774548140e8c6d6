"""The forward roll: how many deals are expected to pass each leg, day by day.

The dual of the win table. The win table asks of one deal, looking ahead, whether it will be won;
the roll takes all deals that stand somewhere, and those yet to be created, and follows the expected
numbers forward through the same chances. It is linear: the roll of parts sums to the roll of the
whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True)
class Passes:
    """Expected cumulative numbers, from the end of the day on which the roll starts.

    Attributes:
        legs: (..., days + 1, S + 1): deals created (0) and deals that left stage s for a later
            stage or for won (s + 1). Steps back and losses are not passes.
        won: (..., days + 1): deals won.

    """

    legs: Floats
    won: Floats


def standing_numbers(
    stage: Ints, age: Ints, stages: int, ages: int, group: Ints | None = None, groups: int = 1
) -> Floats:
    """The number of deals by group, stage and age, (groups, S, A); old ages in the last.

    Args:
        stage: each deal's stage.
        age: each deal's age at the end of the day, in working days.
        stages: S.
        ages: A.
        group: each deal's group; all in group 0 where left out.
        groups: how many there are.

    """
    of = np.zeros_like(stage) if group is None else group
    cell = (of * stages + stage) * ages + np.minimum(age, ages - 1)
    numbers = np.bincount(cell, minlength=groups * stages * ages).astype(np.float64)
    return numbers.reshape(groups, stages, ages)


def roll(hazard: Floats, standing: Floats, pace: ArrayLike, entry: Floats) -> Passes:
    """Roll expected numbers forward, a working day at a time.

    On a day with entrants x (from other stages, or created) the same-day moves add up to the
    entries y = x + Q0ᵀ y, with Q0 the chances to leave at age 0, so y = (I - Q0ᵀ)⁻¹ x.

    Args:
        hazard: q (S, S + 2, A), the chance to leave stage s for j on the day of age a.
        standing: deals at the end of the first day, (..., S, A).
        pace: deals to be created on each of the days that follow, (..., days).
        entry: the mix of stages in which deals are created, (S,).

    Returns:
        Cumulative passes, with the leading shape of `standing` and `pace` broadcast.

    """
    stages, _, ages = hazard.shape
    created = np.asarray(pace, dtype=np.float64)
    lead = np.broadcast_shapes(standing.shape[:-2], created.shape[:-1])
    groups, days = int(np.prod(lead)), created.shape[-1]
    now = np.broadcast_to(standing, (*lead, stages, ages)).reshape(groups, stages, ages)
    made = np.broadcast_to(created, (*lead, days)).reshape(groups, days)
    moved, won = _flows(hazard, np.ascontiguousarray(now.transpose(1, 0, 2)), made, entry)
    legs = np.zeros((groups, days + 1, stages + 1))
    legs[:, 1:, 0] = np.cumsum(made, axis=1)
    legs[:, 1:, 1:] = np.cumsum(moved, axis=1)
    wins = np.concatenate([np.zeros((groups, 1)), np.cumsum(won, axis=1)], axis=1)
    return Passes(legs.reshape(*lead, days + 1, stages + 1), wins.reshape(*lead, days + 1))


def _flows(hazard: Floats, now: Floats, made: Floats, entry: Floats) -> tuple[Floats, Floats]:
    """Deals that pass each leg, (groups, days, S), and are won, (groups, days), on each day."""
    stages, groups, _ = now.shape
    aged = np.concatenate([hazard[:, :, 1:], hazard[:, :, -1:]], axis=2)
    leave = np.ascontiguousarray(aged.transpose(0, 2, 1))
    stay = 1.0 - aged.sum(axis=1)[:, None, :]
    fresh = hazard[:, :, 0]
    fresh_stay = 1.0 - fresh.sum(axis=1)
    enter = np.linalg.inv(np.eye(stages) - fresh[:, :stages])
    onward = np.triu(np.ones((stages, stages + 2)), k=1)
    onward[:, -1] = 0.0
    moved, won = np.empty((groups, made.shape[1], stages)), np.empty(made.shape)
    for day in range(made.shape[1]):
        out = np.matmul(now, leave)
        arrive = (out.sum(axis=0)[:, :stages] + made[:, day, None] * entry) @ enter
        now = _grow_older(now * stay)
        now[:, :, 0] += (arrive * fresh_stay).T
        flow = out.transpose(1, 0, 2) + arrive[:, :, None] * fresh
        moved[:, day] = (flow * onward).sum(axis=2)
        won[:, day] = flow[:, :, stages].sum(axis=1)
    return moved, won


def _grow_older(numbers: Floats) -> Floats:
    """Each age's deals a day older; the last age keeps its own."""
    older = np.empty_like(numbers)
    older[:, :, 1:] = numbers[:, :, :-1]
    older[:, :, 0] = 0.0
    older[:, :, -1] += numbers[:, :, -1]
    return older
