"""Everything that paths tell of the course they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.conformance.fitness import Fitness, fitness
from mellantid.core.conformance.lengths import Lengths, lengths
from mellantid.core.conformance.loops import Loop, loops
from mellantid.core.conformance.ordering import MOST, Ordering, backward, best_orders

if TYPE_CHECKING:
    from mellantid.core.conformance.paths import Paths
    from mellantid.core.types import Bools, Ints

RARE: Final = 0.05
"""Share of the deals below which a stage that fewer come to is rare."""
FEWEST: Final = 100
"""Deals below which no stage is called rare."""


@dataclass(frozen=True, eq=False)
class CourseFit:
    """How a course fits what deals do.

    Attributes:
        stages: their labels, in the course's order; every array and number counts into it.
        fitness: by deals, moves and stage.
        lengths: of the stays.
        loops: returns to a stage, the most frequent first.
        moves: how often deals moved straight from the row's state to the column's, (S + 2, S + 2).
        backward: moves from a stage to an earlier one.
        best: the order in which the fewest do; the course's own where no other has fewer. None
            where there are too many stages to try all orders.
        next_best: of the orders that are not the course's own, the one in which the fewest do.

    """

    stages: tuple[str, ...]
    fitness: Fitness
    lengths: Lengths
    loops: tuple[Loop, ...]
    moves: Ints
    backward: int
    best: Ordering | None
    next_best: Ordering | None

    @property
    def rare(self) -> Bools:
        """Whether few deals come to each stage, (S,)."""
        deals = self.fitness.deals
        found: Bools = (self.fitness.visited < RARE * deals) & (deals >= FEWEST)
        return found

    @property
    def steps(self) -> int:
        """How many moves go from one stage to another."""
        size = len(self.stages)
        return int(self.moves[:size, :size].sum())

    @property
    def mostly_to(self) -> Ints:
        """The state that deals most often go to from each stage, (S,); -1 where they never left."""
        out = self.moves[: len(self.stages)]
        return np.where(out.any(axis=1), out.argmax(axis=1), -1)


def course_fit(paths: Paths, stages: tuple[str, ...]) -> CourseFit:
    """Hold paths against their course, whose stages have these labels."""
    moves, own = paths.moves(), tuple(range(paths.stages))
    steps = moves[: paths.stages, : paths.stages]
    orders = best_orders(steps, paths.first_before()) if len(own) <= MOST else ()
    against = backward(steps, own)
    others = [each for each in orders if each.order != own]
    better = [each for each in others if each.backward < against]
    own_order = Ordering(own, against, 0)
    return CourseFit(
        stages=stages,
        fitness=fitness(paths),
        lengths=lengths(paths),
        loops=loops(paths),
        moves=moves,
        backward=against,
        best=(better or [own_order])[0] if orders else None,
        next_best=others[0] if others else None,
    )
