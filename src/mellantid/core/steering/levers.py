"""Levers: the single change, and the cheapest two, that bring a target to a chosen chance.

A lever's effort is the logarithm of its factor, so that a tenth more pace, a tenth better odds of
going on, a tenth more speed and a tenth higher amounts count alike. The chance of the target rises
with each factor; the one wanted is looked for between 1 and twice as much (or half as much, where
there is something to spare), on the normal scale, on which the chance is nearly straight in the
effort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.steering.changes import AMOUNT, CONVERSION, PACE, TIME, Changes
from mellantid.core.steering.mix import cheapest_pair
from mellantid.core.steering.question import Question, Which, crossing
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.steering.scene import Scene

MOST: Final = 2.0
"""The largest factor that is asked of a lever: twice as much."""
VERSIONS: Final = 16
"""Versions that the search looks at: P(target) moves by 0.003 at most."""
LEADING: Final = 3
"""Levers, the ones that reach furthest, whose pairs are tried."""


@dataclass(frozen=True)
class Lever:
    """One change, as large as it needs to be.

    Attributes:
        which: the lever.
        now: deals created a working week, the share that goes on, working days that going on takes,
            or the mean amount of a win to come.
        needed: what it would have to be; NaN where even the limit is not enough (or, with something
            to spare, where even the limit leaves enough).
        factor: on pace, odds, speed or amount; the limit where it is not enough.
        limit: what it would be at the limit.
        p: the chance of the target with the factor.
        feasible: whether the factor leads to the chance asked for.

    """

    which: Which
    now: float
    needed: float
    factor: float
    limit: float
    p: float
    feasible: bool

    @property
    def effort(self) -> float:
        """The size of the change: the logarithm of its factor, without its sign."""
        return abs(float(np.log(self.factor)))


@dataclass(frozen=True)
class Levers:
    """What leads to a chance of a target.

    Attributes:
        wanted: the chance.
        p: the chance now.
        single: each lever alone, the least effort first, those that are not enough last.
        mix: the cheapest two together; empty where the chance is there already, or where no two
            are enough.
        mix_p: the chance with both; NaN without.

    """

    wanted: float
    p: float
    single: tuple[Lever, ...]
    mix: tuple[Lever, ...]
    mix_p: float


def levers(scene: Scene, target: float, wanted: float, *, priced: bool = True) -> Levers:
    """Every lever that brings a target to a chance, and the cheapest two.

    Args:
        scene: what the forecast stands on.
        target: the amount to reach.
        wanted: the chance to reach it with.
        priced: whether deals have amounts; where each counts as one there is no lever on them.

    Raises:
        QuestionError: the chance does not lie between 0 and 1.

    """
    if not 0 < wanted < 1:
        raise QuestionError(f"No change leads to a chance of {wanted:g}: ask for 0.8, for example.")
    asked = Question(scene.merged(VERSIONS), target, wanted)
    start = asked.score(Changes())
    legs = [Which(kind, s) for kind in (CONVERSION, TIME) for s in range(scene.process.size)]
    whole = [Which(PACE), Which(AMOUNT)] if priced else [Which(PACE)]
    tried = [_alone(asked, which, start) for which in (*whole, *legs)]
    tried.sort(key=lambda each: (not each[0].feasible, each[1]))
    single = tuple(lever for lever, _ in tried)
    mix, mix_p = _mix(asked, tried, start)
    return Levers(wanted, asked.chance(start), single, mix, mix_p)


def _alone(asked: Question, which: Which, start: float) -> tuple[Lever, float]:
    """A lever as far as it has to be moved, and the effort, drawn out straight beyond the limit."""
    limit = float(np.log(MOST)) if start < 0 else -float(np.log(MOST))

    def at(effort: float) -> float:
        return asked.score(Changes().also(which.kind, which.stage, float(np.exp(effort))))

    end = at(limit)
    feasible = (start < 0) != (end < 0)
    effort, score = crossing(at, (0.0, start), (limit, end)) if feasible else (limit, end)
    lever = _lever(asked, which, effort, limit, score, feasible=feasible)
    reach = limit * start / (start - end) if start != end else np.inf
    return lever, abs(effort) if feasible else abs(float(reach))


def _mix(
    asked: Question, tried: list[tuple[Lever, float]], start: float
) -> tuple[tuple[Lever, ...], float]:
    """The cheapest two levers, of those that reach furthest alone."""
    leading = sorted((each for each in tried if np.isfinite(each[1])), key=lambda each: each[1])
    found = None
    if start < 0:
        reaches = [(lever.which, reach) for lever, reach in leading[:LEADING]]
        found = cheapest_pair(asked, reaches, start, float(np.log(MOST)))
    if found is None:
        return (), float("nan")
    limit = float(np.log(MOST))
    pair = tuple(
        _lever(asked, which, effort, limit, found.score, feasible=True)
        for which, effort in zip(found.pair, found.efforts, strict=True)
    )
    return pair, asked.chance(found.score)


def _lever(
    asked: Question, which: Which, effort: float, limit: float, score: float, *, feasible: bool
) -> Lever:
    factor = float(np.exp(effort))
    return Lever(
        which=which,
        now=asked.value(which, 1.0),
        needed=asked.value(which, factor) if feasible else float("nan"),
        factor=factor,
        limit=asked.value(which, float(np.exp(limit))),
        p=asked.chance(score),
        feasible=feasible,
    )
