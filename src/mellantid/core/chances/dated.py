"""Dated chances: the chance to be won by a given day, where days of the calendar have factors.

The win table knows only how many days are to come. Where the chance to move onward is f[t] times
its usual one on the t-th day from now (the last days of a quarter, say), the recursion runs back
from the last day T, with q[t] the bent daily chances:

    V[t-1, s, a] = Σ_j q[t, s, j, a+1] F_j[t] + (1 - Σ_j q[t, s, j, a+1]) V[t, s, a+1],   V[T] = 0
    F_j[t]       = Σ_k q[t, j, k, 0] F_k[t] + (1 - Σ_k q[t, j, k, 0]) V[t, j, 0],  F_won = 1

It is exact, and costs as much as the win table; but it is of one last day, where the win table is
of all of them. With all factors 1, V[0] is the win table's V at T.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Floats


@dataclass(frozen=True, eq=False)
class DatedChances:
    """Chances to be won by the end of the last day.

    Attributes:
        standing: V[0, s, a] of a deal that stands in s at the end of today, (S, A).
        entering: F_s[t] of a deal on the t-th day, on which it enters s, before it may move on,
            t from 1, (T, S).

    """

    standing: Floats
    entering: Floats


def dated_chances(process: Process, hazard: Floats, factor: Floats) -> DatedChances:
    """Chances by the last of some days, each with a factor on the chances to move onward.

    Args:
        process: the course.
        hazard: daily chances, (S, S + 2, A); the last age stands for all later ones.
        factor: of each day from tomorrow to the last, (T,).

    Raises:
        QuestionError: a factor is below 0.

    """
    if (factor < 0).any():
        raise QuestionError("A day's factor is 0 or more: 1.2 for a fifth more than usual.")
    size, ages = process.size, hazard.shape[-1]
    onward = onward_ways(size)[:, :, None]
    following = np.minimum(np.arange(ages) + 1, ages - 1)
    standing = np.zeros((size, ages))
    entering = np.zeros((factor.size, size))
    worth = np.zeros(size + 2)
    worth[process.won_state] = 1.0
    for t in range(factor.size - 1, -1, -1):
        q = bent(hazard, onward, float(factor[t]))
        stay = 1.0 - q.sum(axis=1)
        today = q[:, :, 0]
        left = today[:, size:] @ worth[size:] + stay[:, 0] * standing[:, 0]
        entering[t] = worth[:size] = np.linalg.solve(np.eye(size) - today[:, :size], left)
        gone = np.einsum("sja,j->sa", q, worth)
        standing = gone[:, following] + stay[:, following] * standing[:, following]
    return DatedChances(np.minimum(standing, 1.0), np.minimum(entering, 1.0))


def bent(hazard: Floats, onward: Bools, factor: float) -> Floats:
    """Daily chances with those of the ways onward times a factor.

    Where they would pass certainty, all are cut in proportion.

    Args:
        hazard: (S, D, A).
        onward: which ways lead onward, (S, D, 1).
        factor: 0 or more.

    """
    if factor == 1.0:
        return hazard
    made = hazard * np.where(onward, factor, 1.0)
    cut: Floats = made / np.maximum(made.sum(axis=1, keepdims=True), 1.0)
    return cut
