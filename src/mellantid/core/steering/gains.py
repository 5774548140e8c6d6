"""What a movement is worth now: on each open deal, and one more on each leg.

With V[s, a] the chance to be won in the period of a deal that stands in stage s at age a tonight, a
move to a later stage j tonight would add

    gain = amount (Σ_j w_j V[j, 0] - V[s, a]),      V_won = 1,

with w_j the mix of destinations of such deals, given that they go on within a week, and a week of
standing still costs

    waiting cost = amount (V[s, a] - V[s, a + 5, five days on]).

By the recursion of the win table the waiting cost is the week's expected gains, each weighed with
its chance, less the expected losses: what the deal was counted on to do in that week. A deal that
has stood for long has a high gain and hardly ever moves; so deals are ranked by *worth today*, the
gain times the chance to go on within a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.steering.changes import LONG_RUN, extended, stay_ends
from mellantid.core.weeks import WORKING_WEEK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.types import Bools, Floats, Ints

NOTHING: Final = 1e-15


@dataclass(frozen=True, eq=False)
class Gains:
    """What a move of each open deal is worth; arrays of one length.

    Attributes:
        gain: expected amount that a move on tonight would add.
        waiting_cost: expected amount that a week of standing still costs.
        move_chance: chance to go on within a week, as such deals do.
        worth_today: gain times that chance.
        next: the likeliest destination of a move on; the process's won state for won.

    """

    gain: Floats
    waiting_cost: Floats
    move_chance: Floats
    worth_today: Floats
    next: Ints


@dataclass(frozen=True, eq=False)
class Standing:
    """Deals that stand somewhere tonight; arrays of one length.

    Attributes:
        stage: where.
        age: working days since they entered it.
        group: the model's group.
        amount: what each is worth if it is won.

    """

    stage: Ints
    age: Ints
    group: Ints
    amount: Floats

    def some(self, which: Bools) -> Standing:
        """Some of the deals."""
        return Standing(self.stage[which], self.age[which], self.group[which], self.amount[which])


@dataclass(frozen=True, eq=False)
class Ahead:
    """The chances to come.

    Attributes:
        hazard: daily chances by group, (G, S, D, A).
        tables: the win table of each group.
        today: the day at whose end deals stand.
        first: the first day on which a win counts.
        last: the last one.

    """

    hazard: Floats
    tables: Sequence[WinTable]
    today: int
    first: int
    last: int

    @property
    def stages(self) -> int:
        """The number of stages, S."""
        return int(self.hazard.shape[1])

    @property
    def over(self) -> bool:
        """Whether no day to come counts."""
        return self.last < max(self.first, self.today + 1)

    def worth_of_arriving(self) -> Floats:
        """Chance to be won in the period of a deal that entered a state today, (G, S + 1)."""
        stages = np.arange(self.stages)
        worth = np.zeros((len(self.tables), self.stages + 1))
        for group, chance in enumerate(self._chances()):
            worth[group, :-1] = chance.standing(stages, 0, self.today)
        # What is done after hours is done tomorrow.
        worth[:, -1] = self.first <= self.today + 1 <= self.last
        return worth

    def worth_of_creating(self) -> Floats:
        """The same of a deal created in a stage today, before it may move on, (G, S)."""
        stages = np.arange(self.stages)
        worth = np.zeros((len(self.tables), self.stages))
        for group, chance in enumerate(self._chances()):
            worth[group] = chance.entering(stages, self.today)
        return worth

    def standing(self, deals: Standing, days: int = 0) -> Floats:
        """Chance to be won in the period of deals that still stand `days` days from now."""
        chances = np.zeros(deals.stage.size)
        for group, chance in enumerate(self._chances()):
            of = deals.group == group
            chances[of] = chance.standing(deals.stage[of], deals.age[of] + days, self.today + days)
        return chances

    def moves(self, deals: Standing, days: int = WORKING_WEEK) -> Floats:
        """Chance of each deal to go on to each later state within some days, (n, S + 1)."""
        stages = self.stages
        top = self.hazard.shape[-1] - 1
        reached = np.ones(deals.stage.size)
        moves = np.zeros((deals.stage.size, stages + 1))
        for day in range(1, days + 1):
            age = np.minimum(deals.age + day, top)
            leave = self.hazard[deals.group, deals.stage, :, age]
            moves += reached[:, None] * leave[:, : stages + 1]
            reached = reached * np.maximum(1.0 - leave.sum(axis=1), 0.0)
        moves[np.arange(stages + 1) <= deals.stage[:, None]] = 0.0
        return moves

    def _chances(self) -> list[PeriodChance]:
        if self.over:
            return []
        return [PeriodChance(table, self.first, self.last) for table in self.tables]


def gains(ahead: Ahead, deals: Standing) -> Gains:
    """What a move of each deal is worth; see the top of this room."""
    moves = ahead.moves(deals)
    mix = mixed(moves, deals.stage)
    now = ahead.standing(deals)
    arriving = np.einsum("nj,nj->n", mix, ahead.worth_of_arriving()[deals.group])
    gain = deals.amount * (arriving - now)
    chance = moves.sum(axis=1)
    return Gains(
        gain=gain,
        waiting_cost=deals.amount * (now - ahead.standing(deals, WORKING_WEEK)),
        move_chance=chance,
        worth_today=gain * chance,
        next=np.argmax(mix, axis=1),
    )


def mixed(moves: Floats, stage: Ints) -> Floats:
    """Each deal's mix of destinations, given that it goes on; the next one where none is known."""
    total = moves.sum(axis=1)
    unknown = np.flatnonzero(total <= NOTHING)
    mix: Floats = moves / np.where(total > NOTHING, total, 1.0)[:, None]
    mix[unknown] = 0.0
    mix[unknown, stage[unknown] + 1] = 1.0
    return mix


def worth_of_legs(
    ahead: Ahead,
    deals: Standing,
    found: Gains,
    entry: Floats,
    share: Floats,
    amount: float,
) -> Floats:
    """The worth of one more movement on each leg, (S + 1,).

    Leg 0: a deal created now. Leg s + 1: the next deal to leave stage s, that is, the deals that
    stand there weighed by their chance to go on within a week; where none stands, a typical mover.

    Args:
        ahead: the chances to come.
        deals: the open deals.
        found: their gains.
        entry: the share of created deals that enter each stage.
        share: each group's share of the deals to come.
        amount: what a deal to come is worth.

    """
    part = share / share.sum() if share.sum() > 0 else np.full(share.size, 1.0 / share.size)
    worth = np.empty(ahead.stages + 1)
    worth[0] = amount * float(part @ ahead.worth_of_creating() @ entry)
    for stage in range(ahead.stages):
        here = deals.stage == stage
        chance = found.move_chance[here]
        if chance.sum() > NOTHING:
            worth[stage + 1] = float(chance @ found.gain[here] / chance.sum())
        else:
            worth[stage + 1] = amount * _typical(ahead, stage, part)
    return worth


def _typical(ahead: Ahead, stage: int, share: Floats) -> float:
    """What a move adds to the chance of a deal that goes on at the age at which such deals do."""
    arriving = ahead.worth_of_arriving()
    gain = 0.0
    for group, part in enumerate(share):
        ending = stay_ends(extended(ahead.hazard[group, stage], LONG_RUN))
        on = ending[stage + 1 : ahead.stages + 1]
        if on.sum() <= NOTHING:
            continue
        ages = np.arange(on.shape[1])
        standing = ahead.standing(
            Standing(np.full_like(ages, stage), ages, np.full_like(ages, group), np.ones(ages.size))
        )
        before = np.einsum("ja,a->", on, standing)
        after = float(on.sum(axis=1) @ arriving[group, stage + 1 :])
        gain += part * (after - before) / float(on.sum())
    return float(gain)
