"""Delays: how long after it happened a movement becomes known, and what is still to come in.

Only what has come in can be seen, and what happened lately has had little time to: the delays seen
are short for that reason alone. Read backward they are whole: of the movements known within k days
that happened at least k days ago, the share that took exactly k,

    g(k) = #(delay = k) / #(delay <= k and happened k days ago or more),

does not depend on what is still to come, and the chance to be known within k days is
F(k) = Π_{j > k} (1 - g(j)) (Kalbfleisch and Lawless, J. Amer. Statist. Assoc. 84, 1989; actuaries
know it as the chain ladder). It is relative to the longest delay that can have been seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats, Ints

SMALLEST: Final = 30
"""Fewer movements tell no law of delays."""
NEWEST: Final = 5
"""Working days that count as newest: a week."""
LEAST: Final = 0.02
"""A day of which so small a part is known yet says nothing of the rest."""


@dataclass(frozen=True, eq=False)
class Delays:
    """The law of delays.

    Attributes:
        n: movements that tell it.
        within: chance to be known within k working days of happening, k from 0, (K,).
        seen: movements of the newest days known so far: of today, the day before, ..., (K,).

    """

    n: int
    within: Floats
    seen: Floats

    def quantile(self, level: float) -> int:
        """Working days within which so large a share becomes known."""
        return int(np.searchsorted(self.within, level - 1e-12))

    def missing(self, days: int = NEWEST) -> float:
        """Movements of the newest days that happened and are not known yet, expected.

        Σ over days k ago of n(k) (1/F(k) - 1), leaving out days of which next to nothing is known.
        """
        told = self.within[:days] >= LEAST
        known, seen = self.within[:days][told], self.seen[:days][told]
        return float((seen * (1.0 / known - 1.0)).sum())

    def under_reported(self, days: int = NEWEST) -> float:
        """The share of the newest days' movements that is not known yet; NaN where none is."""
        seen, missing = float(self.seen[:days].sum()), self.missing(days)
        return missing / (seen + missing) if seen + missing > 0 else float("nan")


def delays(happened: ArrayLike, known: ArrayLike, today: int) -> Delays | None:
    """Learn the law of delays.

    Args:
        happened: the working day on which each movement happened.
        known: the working day on which it became known; before it happened is the same day.
        today: the last working day known; what became known later is left out.

    Returns:
        The law; None where fewer than `SMALLEST` movements tell it.

    """
    at, by = (np.asarray(each, dtype=np.int64) for each in (happened, known))
    seen = by <= today
    at, by = at[seen], by[seen]
    if at.size < SMALLEST:
        return None
    late, ago = np.maximum(by - at, 0), today - at
    size = max(int(late.max()), NEWEST) + 1
    took = _tallied(late, size)
    # A delay is never longer than the time since: fewer than k days ago means a delay below k.
    lately = _tallied(np.minimum(ago, size), size + 1)[:size]
    exposed = np.cumsum(took) - (np.cumsum(lately) - lately)
    share = np.divide(took, exposed, out=np.zeros(size), where=exposed > 0)
    within = np.append(np.cumprod(1.0 - share[:0:-1])[::-1], 1.0)
    return Delays(int(at.size), within, lately)


def _tallied(values: Ints, size: int) -> Floats:
    return np.bincount(values, minlength=size).astype(np.float64)
