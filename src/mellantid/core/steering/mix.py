"""The cheapest mix of two levers: the least sum of squares of efforts that is enough.

At the least sum of squares the efforts stand in the proportion of the slopes of the chance in them.
So the direction is set by slopes, its length by the chance, and once more with the slopes found
there. At first a lever's slope is the inverse of the effort that it takes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.steering.changes import Changes
from mellantid.core.steering.question import Question, Which, crossing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.types import Floats

STEP: Final = 0.02
"""The effort over which a slope is taken: large against what the search leaves open."""
ROUNDS: Final = 2
FLAT: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Mix:
    """Two levers, the effort of each, and the score that they reach together."""

    pair: tuple[Which, Which]
    efforts: Floats
    score: float

    @property
    def cost(self) -> float:
        """The sum of squares of the efforts."""
        return float(self.efforts @ self.efforts)


def cheapest_pair(
    asked: Question, reaches: Sequence[tuple[Which, float]], start: float, most: float
) -> Mix | None:
    """The cheapest two of some levers; None where no two of them are enough.

    Args:
        asked: the question.
        reaches: levers, and the effort that each takes alone.
        start: the score now, below 0.
        most: the largest effort of a lever.

    """
    found = []
    for one, other in combinations(reaches, 2):
        pair = _Pair(asked, (one[0], other[0]), start, most)
        if pair.enough >= 0:
            slopes = 1.0 / np.maximum([one[1], other[1]], FLAT)
            found.append((pair, pair.along(slopes)))
    if not found:
        return None
    pair, best = min(found, key=lambda each: each[1].cost)
    for _ in range(ROUNDS):
        again = pair.along(pair.slopes(best))
        if again.cost >= best.cost:
            break
        best = again
    return best


class _Pair:
    """Two levers of a question."""

    def __init__(
        self, asked: Question, pair: tuple[Which, Which], start: float, most: float
    ) -> None:
        self._asked, self._pair, self._start, self._most = asked, pair, start, most
        self.enough = self._at(np.full(2, most))

    def _at(self, efforts: Floats) -> float:
        changes = Changes()
        for which, effort in zip(self._pair, efforts, strict=True):
            changes = changes.also(which.kind, which.stage, float(np.exp(effort)))
        return self._asked.score(changes)

    def along(self, slopes: Floats) -> Mix:
        """The mix in the direction of the slopes; where one is at its limit the other goes on."""
        direction = np.maximum(slopes, FLAT)
        longest = self._most / float(direction.min())

        def ray(size: float) -> Floats:
            return np.minimum(size * direction, self._most)

        near = 2.0 * self._most / float(direction.max())
        end = (near, self._at(ray(near))) if near < longest else (longest, self.enough)
        low = (0.0, self._start)
        if end[1] < 0:
            low, end = end, (longest, self.enough)
        size, score = crossing(lambda size: self._at(ray(size)), low, end)
        return Mix(self._pair, ray(size), score)

    def slopes(self, mix: Mix) -> Floats:
        """How the score rises with each effort there."""
        ways = mix.efforts + STEP * np.eye(2)
        return np.array([self._at(way) - mix.score for way in ways]) / STEP
