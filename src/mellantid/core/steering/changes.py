"""Changes to a sales process: pace, conversion, time and amount, each a factor from now on.

- **pace**: deals are created at c times the pace.
- **conversion** of a leg: at every age the odds of going on against being lost are c times what
  they were, at the same chance to leave for either. Deals leave when they did; more of them go on.
- **speed** of a leg: every stay that is still to end ends sooner, c times as fast, and the same way
  (`sooner`). Deals go where they did; they get there earlier.
- **amount**: deals that are open, and those to come, are worth c times as much.

A change of conversion and of speed thus touch different things, and each can only do good where it
is above 1: a deal's fate is as good or better, or comes sooner.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.types import Floats

PACE: Final = "pace"
CONVERSION: Final = "conversion"
TIME: Final = "time"
AMOUNT: Final = "amount"
LONG_RUN: Final = 500
"""Working days within which a stay is followed to its end: two years."""


@dataclass(frozen=True)
class Changes:
    """Factors from now on; 1 changes nothing.

    Attributes:
        pace: on the creation of deals.
        amount: on the amounts of deals that are open and of those to come.
        conversion: by stage, on the odds of going on against being lost.
        speed: by stage, on how fast stays end.

    """

    pace: float = 1.0
    amount: float = 1.0
    conversion: Mapping[int, float] = field(default_factory=dict)
    speed: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = (self.pace, self.amount, *self.conversion.values(), *self.speed.values())
        if not all(np.isfinite(each) and each > 0 for each in given):
            raise QuestionError("A change is a factor above 0: 1.1 for a tenth more, 1 for none.")

    def check(self, stages: int) -> None:
        """See that the stages are those of a process.

        Raises:
            QuestionError: there is no such stage.

        """
        if any(not 0 <= stage < stages for stage in (*self.conversion, *self.speed)):
            raise QuestionError(f"There is no such stage: give one of 0 to {stages - 1}.")

    def also(self, lever: str, stage: int | None, factor: float) -> Changes:
        """These changes and one more; of the same lever and stage the later one holds."""
        if lever == PACE:
            return replace(self, pace=factor)
        if lever == AMOUNT:
            return replace(self, amount=factor)
        if stage is None:
            raise QuestionError(f"A change of {lever} is of one leg: say which.")
        if lever == CONVERSION:
            return replace(self, conversion={**self.conversion, stage: factor})
        return replace(self, speed={**self.speed, stage: factor})


def converted(hazard: Floats, conversion: Mapping[int, float]) -> Floats:
    """Daily chances with other odds of going on against being lost, (..., S, D, A).

    With q_f the chance to go on and q_l to be lost, every way on becomes c (q_f + q_l) / (c q_f +
    q_l) of itself, and the loss (q_f + q_l) / (c q_f + q_l) of itself: their sum, and so the chance
    to stay, is kept.
    """
    changed = hazard.copy()
    stages = hazard.shape[-3]
    for stage, factor in conversion.items():
        on, lost = slice(stage + 1, stages + 1), stages + 1
        forward = hazard[..., stage, on, :].sum(axis=-2)
        both = forward + hazard[..., stage, lost, :]
        weighed = factor * forward + hazard[..., stage, lost, :]
        scale = np.divide(both, weighed, out=np.ones_like(both), where=weighed > 0)
        changed[..., stage, on, :] *= factor * scale[..., None, :]
        changed[..., stage, lost, :] *= scale
    return changed


def goes_on(hazard: Floats, stage: int) -> float:
    """The share of a stage's deals that go on, of those that go on or are lost in the long run."""
    forward, lost = _ends(hazard, stage)
    total = float(forward.sum() + lost.sum())
    return float(forward.sum()) / total if total > 0 else float("nan")


def days_to_go_on(hazard: Floats, stage: int) -> float:
    """Working days that stays which go on last on average; NaN where none does."""
    forward, _ = _ends(hazard, stage)
    total = float(forward.sum())
    return float(np.arange(forward.size) @ forward) / total if total > 0 else float("nan")


def _ends(hazard: Floats, stage: int) -> tuple[Floats, Floats]:
    """Chance that a stay ends at each age by going on, and by being lost."""
    stages = hazard.shape[0]
    ending = stay_ends(extended(hazard[stage], LONG_RUN))
    return ending[stage + 1 : stages + 1].sum(axis=0), ending[stages + 1]


def stay_ends(chances: Floats) -> Floats:
    """Chance that a stay ends at each age each way, (..., D, A), from the daily chances."""
    stay = np.maximum(1.0 - chances.sum(axis=-2), 0.0)
    reached = np.ones_like(stay)
    np.cumprod(stay[..., :-1], axis=-1, out=reached[..., 1:])
    ending: Floats = chances * reached[..., None, :]
    return ending


def extended(by_age: Floats, ages: int) -> Floats:
    """Values at ages 0 to `ages` - 1, the last one known standing for all later."""
    known = by_age.shape[-1]
    return by_age[..., np.minimum(np.arange(ages), known - 1)]
