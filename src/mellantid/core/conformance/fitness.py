"""Fitness: how well what deals do fits a course, by deals, by moves and by stage.

A *move* is a row after another of the same deal. It goes to the *next* stage (out of the last one:
to won), *skips* some (won out of an earlier stage too), goes *back*, is a *loss*, or leaves won or
lost again: *reopened*. A deal is *in order* if no move of it goes back or is reopened; it goes
*step by step* if, besides, it begins in the first stage and skips none. A deal that is still on its
way is judged by what it has done so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.conformance.paths import Paths
    from mellantid.core.types import Bools, Ints

NEXT: Final = 0
SKIP: Final = 1
BACK: Final = 2
LOSS: Final = 3
REOPENED: Final = 4
KINDS: Final = 5


@dataclass(frozen=True, eq=False)
class Fitness:
    """How well some paths fit their course.

    Attributes:
        deals: how many deals.
        in_order: how many of them never went back.
        step_by_step: how many of these began in the first stage and skipped none.
        moves: how many moves of each kind: next, skip, back, loss, reopened, (5,).
        begun: how many deals began in each state, (S + 2,).
        visits: how often each stage was entered, (S,).
        visited: how many deals were in each stage, (S,).
        passed: how many deals came further without having been in a stage, (S,).
        left: out of each stage, how many moves of each kind, (S, 5); none is reopened there.
        still: how many deals stand in each stage, (S,).

    """

    deals: int
    in_order: int
    step_by_step: int
    moves: Ints
    begun: Ints
    visits: Ints
    visited: Ints
    passed: Ints
    left: Ints
    still: Ints

    @property
    def deals_in_order(self) -> float:
        """Share of the deals that are in order; NaN where there are none."""
        return _share(self.in_order, self.deals)

    @property
    def deals_step_by_step(self) -> float:
        """Share of the deals that go step by step; NaN where there are none."""
        return _share(self.step_by_step, self.deals)

    @property
    def moves_in_order(self) -> float:
        """Share of the moves that neither go back nor are reopened; NaN where there are none."""
        total = int(self.moves.sum())
        return _share(total - int(self.moves[BACK] + self.moves[REOPENED]), total)


def fitness(paths: Paths) -> Fitness:
    """Judge paths by their course."""
    size, kind = paths.stages, kinds_of_moves(paths)
    moves = ~paths.first
    bad = moves & ((kind == BACK) | (kind == REOPENED))
    uneven = bad | (moves & (kind == SKIP)) | (paths.first & (paths.state > 0))
    leaving = np.flatnonzero(moves & (kind != REOPENED))
    from_stage = paths.state[leaving - 1]
    left = np.bincount(from_stage * KINDS + kind[leaving], minlength=size * KINDS)
    here = paths.state < size
    return Fitness(
        deals=paths.deals,
        in_order=paths.deals - paths.deals_with(bad),
        step_by_step=paths.deals - paths.deals_with(uneven),
        moves=np.bincount(kind[moves], minlength=KINDS),
        begun=np.bincount(paths.state[paths.first], minlength=size + 2),
        visits=np.bincount(paths.state[here], minlength=size),
        visited=paths.deals_in[:size],
        passed=_passed(paths),
        left=left.reshape(size, KINDS),
        still=np.bincount(paths.state[here & paths.last], minlength=size),
    )


def kinds_of_moves(paths: Paths) -> Ints:
    """What kind of move led to each row, (N,); a deal's first row has no meaning here."""
    before, state = np.roll(paths.state, 1), paths.state
    kind = np.where(state > before, np.where(state == before + 1, NEXT, SKIP), BACK)
    kind[state == paths.lost] = LOSS
    kind[before >= paths.stages] = REOPENED
    return kind


def _passed(paths: Paths) -> Ints:
    """How many deals came to a later stage, or were won, without having been in each stage."""
    size = paths.stages
    onward = paths.state <= paths.won
    furthest = np.full(paths.deals, -1)
    np.maximum.at(furthest, paths.group[onward], paths.state[onward])
    came = np.bincount(furthest[furthest >= 0], minlength=size + 1)
    # Deals that came beyond a stage, less those of them that had been there.
    beyond = came[::-1].cumsum()[::-1][1:]
    entered: Bools = (paths.visits == 0) & (paths.state < size)
    were = paths.state[entered & (furthest[paths.group] > paths.state)]
    return beyond - np.bincount(were, minlength=size)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
