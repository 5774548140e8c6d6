"""Known truths to estimate: daily chances, and cells drawn from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.counts import Cells
from mellantid.core.process import Process

if TYPE_CHECKING:
    from mellantid.core.types import Floats

COURSE = Process("Course", ("Lead", "Demo", "Offer"))
ONE_STAGE = Process("Sprint", ("Open",))


def smooth_truth(rng: np.random.Generator, groups: int, ages: int) -> Floats:
    """Chances of `COURSE` that rise or fall with age, more on the day of entry, (G, 3, 5, A)."""
    hazard = np.zeros((groups, 3, 5, ages))
    age = np.arange(ages) + 0.5
    for stage in range(3):
        median = rng.uniform(8, 30, (groups, 1))
        slope = rng.uniform(-0.3, 0.5, (groups, 1))
        share = rng.uniform(0.35, 0.8, (groups, 1))
        total = np.log(2) / median * np.clip((age / median) ** slope, 0.2, 3.0)
        hazard[:, stage, stage + 1] = share * total
        hazard[:, stage, 4] = (1 - share) * np.log(2) / median
        if stage > 0:
            hazard[:, stage, stage - 1] = 0.06 * np.log(2) / median
        hazard[:, stage, stage + 1, 0] += rng.uniform(0, 0.2, groups)
    return hazard


def drawn_cells(
    rng: np.random.Generator, process: Process, hazard: Floats, entrants: int, seen: int
) -> Cells:
    """Cells of deals that enter each stage on even days up to the end of knowledge, `seen` long."""
    groups, stages, _, ages = hazard.shape
    exits, exposure = np.zeros(hazard.shape), np.zeros((groups, stages, ages))
    left = np.full((groups, stages), entrants)
    chances = np.concatenate((hazard, 1 - hazard.sum(2, keepdims=True)), axis=2)
    for age in range(min(ages, seen)):
        exposure[..., age] = left
        outcome = rng.multinomial(left, chances[..., age])
        exits[..., age] = outcome[..., :-1]
        left = rng.binomial(outcome[..., -1], 1 - 1 / (seen - age))
    return Cells(process, exits, exposure)


def one_stage_cells(exits: list[list[float]], exposure: list[float]) -> Cells:
    """Cells of `ONE_STAGE`: exits to won and to lost, and deal-days, by age."""
    full = np.array([[[[0.0] * len(exposure), *exits]]])
    return Cells(ONE_STAGE, full, np.array([[exposure]]))
