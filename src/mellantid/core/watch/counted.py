"""The count CUSUM: counts looked at once a period, and its run length on a lattice.

With counts X that are Poisson of a given mean and a reference value k,

    upper  S = max(0, S + X - k)        lower  S = max(0, S + k - X),

and the alarm is at S >= h, or with `strictly` at S > h. S lives on the lattice that k and h share,
so its run length is the solution of a finite linear system: exact. A head start (fast initial
response) is a start above 0, usually h/2.

Source: Lucas, Technometrics 27(2), 1985.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln, pdtr, xlogy

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints

_FINEST: Final = 1000
"""The largest denominator of h, k and the start."""
_MOST_STATES: Final = 4000


def counted_run_length(
    h: float,
    k: float,
    mean: float,
    *,
    lower: bool = False,
    start: float = 0.0,
    strictly: bool = False,
) -> float:
    """Expected periods until the alarm; infinite where it never comes.

    Args:
        h: the threshold.
        k: the reference value: what S is drawn back by in each period.
        mean: the true mean count of a period.
        lower: watch for fewer counts instead of more.
        start: where S begins.
        strictly: the alarm is at S > h instead of S >= h.

    Raises:
        QuestionError: an argument is out of range, or h, k and the start share no lattice that is
            coarse enough.

    """
    if not (h > 0 and k >= 0 and mean >= 0 and start >= 0):
        raise QuestionError(
            "A count CUSUM needs h above 0, and k, the mean and the start at 0 or more: "
            "give such values."
        )
    fine = _lattice(h, k, start)
    states = round(h * fine) + strictly
    first = round(start * fine)
    if first >= states:
        return 0.0
    # Without counts the upper S never rises; with k = 0 the lower one never does.
    if (mean == 0 and not lower) or (k == 0 and lower):
        return float("inf")
    move = _lower if lower else _upper
    stay = move(states, round(k * fine), fine, mean)
    return float(np.linalg.solve(np.eye(states) - stay, np.ones(states))[first])


def _lattice(h: float, k: float, start: float) -> int:
    """Points of the common lattice in a unit."""
    parts = [Fraction(value).limit_denominator(_FINEST) for value in (h, k, start)]
    fine = lcm(*(part.denominator for part in parts))
    exact = all(abs(float(p) - v) < 1e-9 for p, v in zip(parts, (h, k, start), strict=True))
    if not exact or h * fine > _MOST_STATES:
        raise QuestionError(
            "The threshold, reference value and start of a count CUSUM must be multiples of one "
            f"fraction, at most {_MOST_STATES} of them below h: round them."
        )
    return fine


def _upper(states: int, k: int, fine: int, mean: float) -> Floats:
    """Chances to go from state to state below the alarm, (states, states), of the upper S."""
    state = np.arange(states)
    found = _chance(state[None, :] - state[:, None] + k, fine, mean)
    found[:, 0] = _at_most((k - state) // fine, mean)
    return found


def _lower(states: int, k: int, fine: int, mean: float) -> Floats:
    """Chances to go from state to state below the alarm, (states, states), of the lower S."""
    state = np.arange(states)
    found = _chance(state[:, None] - state[None, :] + k, fine, mean)
    found[:, 0] = 1.0 - _at_most((state + k - 1) // fine, mean)
    return found


def _chance(points: Ints, fine: int, mean: float) -> Floats:
    """The chance of the count that moves S by so many points of the lattice."""
    count = np.maximum(points // fine, 0)
    chance = np.exp(xlogy(count, mean) - mean - gammaln(count + 1.0))
    return np.where((points >= 0) & (points % fine == 0), chance, 0.0).astype(np.float64)


def _at_most(count: Ints, mean: float) -> Floats:
    """The chance of at most so many."""
    return np.where(count >= 0, pdtr(np.maximum(count, 0), mean), 0.0).astype(np.float64)
