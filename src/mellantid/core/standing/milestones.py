"""Milestones on the way to a goal, placed so that one is always near.

They stand on a grid of round values that does not depend on where one is, so that none is ever
moved: a coarse step of about a tenth of the goal all the way, and between the nearest of these a
fine one, of a fifth or a quarter of it, near where one stands. The next is never further away than
a fine step (at most 4 % of the goal), also beyond the goal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats

SHARE: Final = 0.1
"""The coarse step, about, as a share of the goal."""
STEPS: Final = ((2, 5), (5, 4), (10, 5))
"""Round fine steps and how many of them make a coarse one: 0.2 and 1, 0.5 and 2, 1 and 5."""
NEAR: Final = 2
"""Fine milestones shown on each side of where one stands."""


@dataclass(frozen=True)
class Milestone:
    """One on the way.

    Attributes:
        value: where it stands.
        first: the day of the course on which it was first reached, 0 at the start; None: not yet.
        ahead: whether it lies ahead now; one that was reached may lie ahead again.
        goal: whether it is the goal itself.

    """

    value: float
    first: int | None
    ahead: bool
    goal: bool


@dataclass(frozen=True)
class Grid:
    """Round values: multiples of a fine step, of which every so-manyeth is a coarse one.

    Attributes:
        digits: the fine step's, 2, 5 or 10.
        power: of ten, by which they are multiplied.
        every: how many fine steps make a coarse one.

    """

    digits: int
    power: int
    every: int

    @classmethod
    def of(cls, goal: float) -> Grid:
        """The grid whose coarse step is nearest, by ratio, to a tenth of a goal."""
        ten = math.floor(math.log10(goal * SHARE))
        choices = [
            cls(digits, power, every)
            for power in (ten - 2, ten - 1, ten)
            for digits, every in STEPS
        ]
        return min(choices, key=lambda each: abs(math.log(each.value(each.every) / goal / SHARE)))

    def value(self, number: int) -> float:
        """The value of a multiple; whole numbers are exact, parts the nearest that there is."""
        size = number * self.digits
        return float(size * 10**self.power) if self.power >= 0 else size / 10**-self.power

    def above(self, value: float) -> int:
        """The number of the first multiple above a value."""
        near = math.floor(value / self.value(1)) - 1
        return next(number for number in range(near, near + 5) if self.value(number) > value)


def milestones(course: Floats, goal: float) -> tuple[Milestone, ...]:
    """The milestones of a course, ascending.

    Args:
        course: the value at the end of each day, from the start to now.
        goal: what it is to come to; without a positive one there is no way, and no milestone.

    """
    if not goal > 0:
        return ()
    grid, begin, now = Grid.of(goal), float(course[0]), float(course[-1])
    following = grid.above(now)
    numbers = set(range(following - NEAR, following + NEAR))
    coarse = range(grid.above(begin), grid.above(max(goal, now)))
    numbers |= {number for number in coarse if number % grid.every == 0}
    values = {grid.value(number) for number in numbers if number > 0} | {goal}
    # What was had at the start is none, unless it has to be reached anew.
    return tuple(
        Milestone(value, _first(course, value), value > now, value == goal)
        for value in sorted(values)
        if value > begin or value > now or value == goal
    )


def _first(course: Floats, value: float) -> int | None:
    reached = np.flatnonzero(course >= value)
    return int(reached[0]) if reached.size else None
