"""What a model believes of each leg: the share that goes on, and the median of the stay.

With Q the chance to leave at an age, the chance to stand at least to age a is the product of
(1 - Q) over the ages before; the last age stands for all later ones, on which the shares are those
of that age for ever. The share that goes on is of those that go on or are lost, as it is measured
(`learning.stay_times`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways

if TYPE_CHECKING:
    from mellantid.core.types import Floats


@dataclass(frozen=True)
class LegBelief:
    """What is believed of a leg; NaN where the model never lets anybody go.

    Attributes:
        conversion: share that goes on, of those that go on or are lost.
        median_days: working days after which half have left.

    """

    conversion: float
    median_days: float


def leg_beliefs(hazard: Floats) -> tuple[LegBelief, ...]:
    """What daily chances, (S, S + 2, A), say of each leg after creation."""
    stages, _, ages = hazard.shape
    leaving = hazard.sum(axis=1)
    standing = np.cumprod(1.0 - leaving, axis=1)
    before = np.column_stack([np.ones(stages), standing[:, :-1]])
    # On the last age days go on until all have left: 1 / Q of them.
    weight = before.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        weight[:, -1] = np.where(leaving[:, -1] > 0, before[:, -1] / leaving[:, -1], before[:, -1])
    ended = np.einsum("sja,sa->sj", hazard, weight)
    on = (ended * onward_ways(stages)).sum(axis=1)
    lost = ended[:, -1]
    both = on + lost
    share = np.divide(on, both, out=np.full(stages, np.nan), where=both > 0)
    return tuple(
        LegBelief(float(share[stage]), _median(standing[stage], leaving[stage, -1], ages))
        for stage in range(stages)
    )


def _median(standing: Floats, leaving: float, ages: int) -> float:
    """The first age at which half have left."""
    if standing[-1] <= 0.5:
        return float(np.argmax(standing <= 0.5))
    if leaving <= 0:
        return float("nan")
    further = np.log(0.5 / standing[-1]) / np.log1p(-leaving) if leaving < 1 else 1.0
    return float(ages - 1 + np.ceil(further))
