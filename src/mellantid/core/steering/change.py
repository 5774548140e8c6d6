"""A change to how things are done: more deals created, more moving on, faster, or worth more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.types import Floats


@dataclass(frozen=True)
class Change:
    """Factors on the present state of things; 1 changes nothing.

    Attributes:
        pace: on the deals created a day.
        amount: on what deals that are not won yet are worth.
        conversion: by stage, on the odds that a deal which leaves it goes onward.
        speed: by stage, on the pace at which deals leave it, by all ways out alike.

    """

    pace: float = 1.0
    amount: float = 1.0
    conversion: Mapping[int, float] = field(default_factory=dict)
    speed: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        factors = (self.pace, self.amount, *self.conversion.values(), *self.speed.values())
        if not all(np.isfinite(each) and each > 0 for each in factors):
            raise QuestionError("A change is a factor above 0: 1.1 for a tenth more.")

    def with_conversion(self, stage: int, factor: float) -> Change:
        """The same with another conversion out of one stage."""
        return replace(self, conversion={**self.conversion, stage: factor})

    def with_speed(self, stage: int, factor: float) -> Change:
        """The same with another speed out of one stage."""
        return replace(self, speed={**self.speed, stage: factor})

    def bend(self, hazard: Floats) -> Floats:
        """Daily chances (..., S, D, A) as they would be.

        Of a day's chance T to leave, O onward, a conversion factor c makes the onward part
        T·cO/(cO + T - O), and leaves T as it is. A speed factor v makes T be 1 - (1 - T)^v, as if
        v days passed in one, and leaves the shares as they are.
        """
        if not self.conversion and not self.speed:
            return hazard
        bent = hazard.copy()
        onward = onward_ways(hazard.shape[-3])
        for stage, factor in self.conversion.items():
            part = bent[..., stage, :, :]
            _convert(part, onward[stage][:, None], factor)
        for stage, factor in self.speed.items():
            part = bent[..., stage, :, :]
            _hasten(part, factor)
        return bent


def _convert(part: Floats, onward: Floats, factor: float) -> None:
    """Move chance between the ways onward and the others, in place, (..., D, A)."""
    total = part.sum(axis=-2, keepdims=True)
    on = np.where(onward, part, 0.0).sum(axis=-2, keepdims=True)
    off = np.maximum(total - on, 0.0)
    sure = factor * on + off
    scale = np.divide(total, sure, out=np.ones_like(total), where=sure > 0)
    part *= np.where(onward, factor, 1.0) * scale


def _hasten(part: Floats, factor: float) -> None:
    """Let `factor` days pass in one, in place, (..., D, A)."""
    total = part.sum(axis=-2, keepdims=True)
    left = -np.expm1(factor * np.log1p(-np.minimum(total, 1 - 1e-15)))
    part *= np.divide(left, total, out=np.ones_like(total), where=total > 0)
