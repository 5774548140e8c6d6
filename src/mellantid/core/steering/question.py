"""A question to a scene: how far the chance of a target lies from the one wanted, under changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.steering.changes import (
    AMOUNT,
    CONVERSION,
    PACE,
    Changes,
    converted,
    days_to_go_on,
    goes_on,
)
from mellantid.core.weeks import WORKING_WEEK
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.core.steering.scene import Scene
    from mellantid.core.types import Floats

NEAR: Final = 5e-3
"""How near the chance comes on the normal scale: 0.002 at most."""
FINE: Final = 1e-4
"""How near an effort comes where the chance jumps."""
MOST_STEPS: Final = 40
SMALLEST: Final = 1e-12


@dataclass(frozen=True)
class Which:
    """A lever: its kind, and the stage whose leg it is, None for pace and amount."""

    kind: str
    stage: int | None = None

    def __post_init__(self) -> None:
        if (self.stage is None) != (self.kind in {PACE, AMOUNT}):
            raise QuestionError("Conversion and time are of one leg, pace and amount of none.")


@dataclass(frozen=True, eq=False)
class Question:
    """A scene, a target and the chance wanted.

    Attributes:
        scene: what the forecast stands on.
        target: the amount to reach.
        wanted: the chance to reach it with.

    """

    scene: Scene
    target: float
    wanted: float

    def score(self, changes: Changes) -> float:
        """The chance under changes on the normal scale, less the one wanted on it."""
        from scipy.special import ndtri  # noqa: PLC0415  # slow to load, seldom wanted

        chance = self.scene.what_if(changes).chance(self.target)
        return float(ndtri(np.clip(chance, SMALLEST, 1 - SMALLEST)) - ndtri(self.wanted))

    def chance(self, score: float) -> float:
        """The chance that a score stands for."""
        from scipy.special import ndtr, ndtri  # noqa: PLC0415  # slow to load, seldom wanted

        return float(ndtr(score + ndtri(self.wanted)))

    def value(self, which: Which, factor: float) -> float:
        """What a lever stands at with a factor.

        Deals created a working week; the share that goes on; working days that going on takes; the
        mean amount of a win to come.
        """
        scene = self.scene
        if which.kind == PACE:
            return factor * float(scene.pace.sum()) / max(scene.pace.size, 1) * WORKING_WEEK
        if which.stage is None:
            return factor * scene.mean_win
        if which.kind == CONVERSION:
            return goes_on(converted(self._hazard, {which.stage: factor}), which.stage)
        return days_to_go_on(self._hazard, which.stage) / factor

    @cached_property
    def _hazard(self) -> Floats:
        """The groups' daily chances, as they share the deals to come, (S, D, A)."""
        share = self.scene.share
        weights = share if share.sum() > 0 else np.ones(share.size)
        return np.asarray(np.average(self.scene.hazard, axis=0, weights=weights))


def crossing(
    at: Callable[[float], float], low: tuple[float, float], high: tuple[float, float]
) -> tuple[float, float]:
    """Where a function that rises or falls crosses 0, by false position (Illinois).

    Args:
        at: the function.
        low: a place and the function there.
        high: another, where it has the other sign (0 counts as above).

    Returns:
        A place where the function is not below 0, and at most `NEAR` above it or within `FINE` of
        a place where it is below; and the function there.

    """
    below, above = (low, high) if low[1] < 0 else (high, low)
    below_weight, above_weight = below[1], above[1]
    for _ in range(MOST_STEPS):
        if above[1] <= NEAR or abs(above[0] - below[0]) <= FINE:
            break
        # Aimed a little above 0, so that the place it meets is one to keep.
        part = (above_weight - NEAR / 2) / (above_weight - below_weight)
        place = above[0] + float(np.clip(part, 0.01, 0.99)) * (below[0] - above[0])
        value = at(place)
        if value >= 0:
            above, above_weight, below_weight = (place, value), value, below_weight / 2
        else:
            below, below_weight, above_weight = (place, value), value, above_weight / 2
    return above
