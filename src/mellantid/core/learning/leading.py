"""Who leads a leg: groups whose deals truly go on more often there than everybody's.

Each group has, on each leg, one factor on the daily chances of going on and one on those of being
lost, pooled on the organisation (`pooling.py`): θ ~ Gamma(κ + d, κ + E). The odds of going on,
against being lost, are then the organisation's times ψ = θ_on/θ_lost, with

    E log ψ   = ψ0(κ + d_on) - log(κ + E_on) - ψ0(κ + d_lost) + log(κ + E_lost)
    Var log ψ = ψ1(κ + d_on) + ψ1(κ + d_lost)

of the digamma and trigamma functions, and log ψ is near enough normal. A group that is drawn toward
the rest by κ leads no leg by luck alone as often as its raw share would say.

Assumes that θ is the same at all ages, so that a group's conversion changes by its odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, polygamma, psi

from mellantid.core.modelling.pooling import foretold_exits, likeliest_strength
from mellantid.core.scoring.shares import NORMAL_95

if TYPE_CHECKING:
    from mellantid.core.counting.counts import Cells
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

ON, LOST, BACK = 0, 1, 2
"""The ways out of a stage that are told apart."""


@dataclass(frozen=True, eq=False)
class Leads:
    """How each group's odds of going on compare with the organisation's, (G, S) each.

    Attributes:
        chance: the chance that they are higher.
        ratio: the median of ψ.
        low: its 95 % interval, from here
        high: to here.

    """

    chance: Floats
    ratio: Floats
    low: Floats
    high: Floats


def by_leg(process: Process) -> Ints:
    """Ties by which on each leg all ways on share a factor, losses another, ways back a third."""
    stage = np.arange(process.size)[:, None]
    to = np.arange(process.size + 2)[None]
    kind = np.where(to < stage, BACK, np.where(to == process.lost_state, LOST, ON))
    return 3 * stage + kind


def leads(cells: Cells, hazard: Floats, strength: float | None = None) -> Leads:
    """Compare groups with the organisation.

    Args:
        cells: exits and exposure of each group.
        hazard: the organisation's daily chances, (S, D, A).
        strength: κ; None: the likeliest.

    """
    exits, foretold = cells.exits.sum(axis=-1), foretold_exits(hazard[None], cells.exposure)
    k = likeliest_strength(exits, foretold, by_leg(cells.process))[0]
    k = k if strength is None else strength
    size = cells.process.size
    onward = np.arange(size + 2)[None] > np.arange(size)[:, None]
    onward[:, -1] = False
    seen_on, due_on = ((each * onward).sum(axis=-1) for each in (exits, foretold))
    seen_lost, due_lost = exits[..., -1], foretold[..., -1]
    middle = psi(k + seen_on) - np.log(k + due_on) - psi(k + seen_lost) + np.log(k + due_lost)
    error = np.sqrt(polygamma(1, k + seen_on) + polygamma(1, k + seen_lost))
    low, high = np.exp(middle - NORMAL_95 * error), np.exp(middle + NORMAL_95 * error)
    return Leads(ndtr(middle / error), np.exp(middle), low, high)
