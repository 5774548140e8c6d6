"""What moving a deal onward today would add to what is expected, and what a week of waiting costs.

    gain     amount x (Σ_j w[j] V[j, 0, t] - V[s, a, t])
    waiting  amount x (V[s, a, t] - V[s, a + 5, t - 5])

with t the working days left, V the chance to be won within them, V of won 1, and w the shares of
the ways onward out of the stage at that age: a move is mostly to the next stage, now and then past
it. Either may be below zero: late in a period a deal that moves on can still be too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways
from mellantid.core.weeks import WORKING_WEEK

if TYPE_CHECKING:
    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.counting.open_deals import OpenDeals
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class Moves:
    """What each open deal's next move is worth; one element a deal.

    Attributes:
        chance: to be won in the period, as it stands.
        moved: to be won in the period, had it moved onward today.
        gain: what the move would add to the expected amount.
        waiting: what a working week without a move takes from it.
        next: the likeliest state that it would move to.
        hurry: how likely it is to move onward tomorrow.

    """

    chance: Floats
    moved: Floats
    gain: Floats
    waiting: Floats
    next: Ints
    hurry: Floats


def moves(
    open_: OpenDeals, amount: Floats, hazard: Floats, chance: PeriodChance, today: int
) -> Moves:
    """Value the next move of every open deal.

    Args:
        open_: the open deals.
        amount: what each counts for, (deals).
        hazard: daily chances (S, D, A).
        chance: to be won within the period, under them.
        today: the working day at whose end the deals stand as they do.

    """
    ages = hazard.shape[-1]
    stage, age = open_.stage, np.minimum(open_.age, ages - 1)
    stands = chance.standing(stage, age, today)
    later = chance.standing(stage, age + WORKING_WEEK, today + WORKING_WEEK)
    share, hurry = _shares(hazard, stage, np.minimum(age + 1, ages - 1))
    moved = np.vecdot(share, after_move(hazard.shape[0], chance, today))
    return Moves(
        stands,
        moved,
        amount * (moved - stands),
        amount * (stands - later),
        np.argmax(share, axis=1),
        hurry,
    )


def after_move(stages: int, chance: PeriodChance, today: int) -> Floats:
    """Chance to be won in the period of a deal that moved to each state today, (S + 2,)."""
    enters = np.arange(stages)
    in_period = float(chance.first <= today <= chance.last)
    return np.append(chance.standing(enters, np.zeros(stages), today), [in_period, 0.0])


def _shares(hazard: Floats, stage: Ints, age: Ints) -> tuple[Floats, Floats]:
    """Shares of the ways onward at an age, (deals, D), and their chance together, (deals).

    Where none is possible at that age the next state is taken.
    """
    stages = hazard.shape[0]
    onward = np.where(onward_ways(stages)[..., None], hazard, 0.0)[stage, :, age]
    total = onward.sum(axis=1)
    following = np.eye(stages + 2)[stage + 1]
    share = np.where(total[:, None] > 0, onward, following)
    return share / share.sum(axis=1, keepdims=True), total


def worth_of_one(
    found: Moves, open_: OpenDeals, stages: int, fresh: Floats, created: float
) -> Floats:
    """What one more movement on each leg is expected to add, (S + 1,).

    On leg 0 it is what a deal created today brings. On the leg out of a stage it is the mean gain
    of the deals that stand there, each as likely to be the next to move as its chance to move
    tomorrow; where none stands there, that of one that has just entered.

    Args:
        found: the deals' next moves.
        open_: the deals.
        stages: how many stages there are.
        fresh: gain of a deal of the mean amount that entered each stage today, (S,).
        created: what a deal created today is expected to bring.

    """
    weight = np.bincount(open_.stage, found.hurry, minlength=stages)
    gain = np.bincount(open_.stage, found.hurry * found.gain, minlength=stages)
    legs = np.where(weight > 0, gain / np.where(weight > 0, weight, 1.0), fresh)
    return np.append(created, legs)
