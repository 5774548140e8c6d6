"""Levers: the least single change that gives the target a chosen chance, and the cheapest two.

A lever's effort is the logarithm of its factor: to double counts as much as to halve. The chance,
on the normal scale, is nearly straight in it, so that a few answers find the factor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.steering.change import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMITS: Final = {"pace": 3.0, "conversion": 4.0, "time": 3.0, "amount": 2.0}
"""The largest factor of each kind that is looked for; beyond it a lever cannot do it."""
NEAR: Final = 5e-4
"""How near the chance must come to the chosen one."""
MOST_ROUNDS: Final = 30
CLIPPED: Final = 1e-9


@dataclass(frozen=True)
class Lever:
    """One thing that could be changed.

    Attributes:
        kind: pace (of creation), conversion or time (of one leg), or amount.
        stage: whose way out, where the kind has one; else -1.

    """

    kind: str
    stage: int = -1

    def change(self, factor: float, on: Change | None = None) -> Change:
        """The change that pulls this lever, besides another one.

        The factor is on the deals created, on the odds to go onward, on the speed, which divides
        the time, or on the amounts.
        """
        others = on or Change()
        if self.kind == "conversion":
            return others.with_conversion(self.stage, factor)
        if self.kind == "time":
            return others.with_speed(self.stage, factor)
        if self.kind == "pace":
            return Change(factor, others.amount, others.conversion, others.speed)
        return Change(others.pace, factor, others.conversion, others.speed)


@dataclass(frozen=True)
class Pull:
    """How far a lever, or two together, must be pulled.

    Attributes:
        levers: which.
        factors: how far each; the limits where even they are not enough.
        chance: of the target with them.
        enough: whether that is the chosen one.

    """

    levers: tuple[Lever, ...]
    factors: tuple[float, ...]
    chance: float
    enough: bool

    @property
    def effort(self) -> float:
        """The length of the factors' logarithms."""
        return math.hypot(*map(math.log, self.factors))


def all_levers(stages: int) -> tuple[Lever, ...]:
    """Every lever of a course."""
    legs = range(stages)
    return (
        Lever("pace"),
        *(Lever("conversion", stage) for stage in legs),
        *(Lever("time", stage) for stage in legs),
        Lever("amount"),
    )


def pulls(
    chance: Callable[[Change], float], levers: Sequence[Lever], wanted: float
) -> tuple[Pull, ...]:
    """How far each lever alone must be pulled, the least effort first; the hopeless last.

    Args:
        chance: of the target under a change; rises with each factor.
        levers: which to try.
        wanted: the chosen chance.

    """
    now = chance(Change())
    found = [_pull(chance, (lever,), (1.0,), now, wanted) for lever in levers]
    return tuple(sorted(found, key=lambda each: (not each.enough, each.effort, -each.chance)))


def cheapest_two(
    chance: Callable[[Change], float], alone: Sequence[Pull], wanted: float
) -> Pull | None:
    """The two levers that together take the least effort; None where no two are enough.

    On the normal scale the chance rises by g for each unit of a lever's effort, and by
    g[1]·x[1] + g[2]·x[2] for two. The shortest x that reaches far enough is proportional to g, and
    with the two largest g shorter than with any others: their ray is searched.

    Args:
        chance: of the target under a change.
        alone: what `pulls` gave.
        wanted: the chosen chance.

    """
    now = chance(Change())
    steep = sorted(alone, key=lambda each: -_slope(each, now))[:2]
    slopes = [_slope(each, now) for each in steep]
    if len(steep) < 2 or min(slopes) <= 0:
        return None
    levers = (steep[0].levers[0], steep[1].levers[0])
    length = math.hypot(*slopes)
    found = _pull(chance, levers, tuple(slope / length for slope in slopes), now, wanted)
    return found if found.enough else None


def _slope(pull: Pull, now: float) -> float:
    """The normal score that a unit of effort gains."""
    return (_score(pull.chance) - _score(now)) / pull.effort if pull.effort else 0.0


def _pull(
    chance: Callable[[Change], float],
    levers: tuple[Lever, ...],
    direction: tuple[float, ...],
    now: float,
    wanted: float,
) -> Pull:
    """How far to go in a direction of efforts: a bracketed secant on the normal scale."""
    reach = min(
        math.log(LIMITS[lever.kind]) / part for lever, part in zip(levers, direction, strict=True)
    )

    def pulled(effort: float, reached: float) -> Pull:
        factors = tuple(math.exp(part * effort) for part in direction)
        return Pull(levers, factors, reached, abs(reached - wanted) <= NEAR or reached >= wanted)

    def asked(effort: float) -> float:
        change = Change()
        for lever, part in zip(levers, direction, strict=True):
            change = lever.change(math.exp(part * effort), change)
        return chance(change)

    low, high = 0.0, reach
    below, above = now, asked(high)
    if below >= wanted:
        return pulled(low, below)
    if above < wanted:
        return pulled(high, above)
    goal = _score(wanted)
    effort, reached, kept = high, above, 0
    weights = [1.0, 1.0]
    for _ in range(MOST_ROUNDS):
        if abs(reached - wanted) <= NEAR:
            break
        left = weights[0] * (goal - _score(below))
        right = weights[1] * (_score(above) - goal)
        effort = low + (high - low) * left / (left + right)
        reached = asked(effort)
        # The Illinois rule: an end that stays twice counts half, so that both ends close in.
        side = 1 if reached < wanted else -1
        weights = [1.0, 0.5 * weights[1]] if side == kept == 1 else weights
        weights = [0.5 * weights[0], 1.0] if side == kept == -1 else weights
        if side != kept:
            weights = [1.0, 1.0]
        kept = side
        if side == 1:
            low, below = effort, reached
        else:
            high, above = effort, reached
    return pulled(effort, reached)


def _score(chance: float) -> float:
    """A chance on the normal scale."""
    from scipy.special import ndtri  # noqa: PLC0415 (slow to load, not always wanted)

    return float(ndtri(min(max(chance, CLIPPED), 1 - CLIPPED)))
