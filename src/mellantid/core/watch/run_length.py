"""How long a CUSUM in planned-events time takes to its alarm, on plan and off it: exactly.

Time is counted in planned events, so a stream on plan is a Poisson process of rate 1 and season,
ramp and holidays disappear. A watch for `rho` times the plan has two forms (`core/watch/cusum.py`):

- rho < 1, a decline: U rises by 1 - rho per planned event and falls by ln(1/rho) at an event. It is
  a spectrally negative process reflected at its minimum, which takes, from u, the integral of its
  scale function W from u to h.
- rho > 1, a rise: U falls by rho - 1 per planned event and rises by ln(rho) at an event. It is such
  a process's distance from its maximum, which takes W(h - u) W(h) / W'(h) less the integral of W
  from 0 to h - u.

Source: Avram, Kyprianou and Pistorius, Annals of Applied Probability 14(1), 2004, theorem 1 and
proposition 2, differentiated at q = 0. The alarm is at U >= h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.watch.scale import ScaleFunction
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats

_HALVINGS: Final = 60
"""Halvings of the bracket of a threshold: more than a float tells apart."""
_LONGEST: Final = 1e9
"""Run length up to which rounding leaves the threshold four digits at least."""


def run_length(h: ArrayLike, rho: float, true: float = 1.0, start: ArrayLike = 0.0) -> Floats:
    """Expected planned events until the alarm.

    Args:
        h: thresholds, above 0.
        rho: the change watched for, as a factor on the plan: below 1 a decline, above 1 a rise.
        true: the true pace as a factor on the plan; 1 gives the run length between false alarms
            (ARL0), `rho` the delay until the change is seen.
        start: where U stands now, from 0 to h.

    Raises:
        QuestionError: `rho` is not positive or is 1, `true` is negative, or a threshold is not
            above 0.

    """
    drift, jump = steps(rho)
    top = np.asarray(h, dtype=np.float64)
    if not (true >= 0.0 and (top > 0.0).all() and np.isfinite(top).all()):
        raise QuestionError(
            "A run length needs thresholds above 0 and a true pace of 0 or more: give such values."
        )
    if true == 0.0 and rho > 1.0:
        return np.full(np.broadcast_shapes(top.shape, np.shape(start)), np.inf)
    reach = float(top.max(initial=0.0))
    return _expected(ScaleFunction.of(drift, jump, true, reach), rho, top, start)


def threshold(arl: ArrayLike, rho: float) -> Floats:
    """The least threshold with which a stream on plan alarms once in `arl` planned events.

    Args:
        arl: expected planned events until a false alarm, above 0, at most a billion.
        rho: the change watched for.

    Raises:
        QuestionError: `rho` or `arl` is out of range.

    """
    drift, jump = steps(rho)
    wanted = np.asarray(arl, dtype=np.float64)
    if not ((wanted > 0.0) & (wanted <= _LONGEST)).all():
        raise QuestionError(
            "The planned events until a false alarm must be above 0 and at most a billion: "
            "ask for such a number."
        )
    high = 1.0
    scale = ScaleFunction.of(drift, jump, 1.0, high)
    while _expected(scale, rho, np.array(high), 0.0) < wanted.max(initial=0.0):
        high *= 2.0
        scale = ScaleFunction.of(drift, jump, 1.0, high)
    below, above = np.zeros(wanted.shape), np.full(wanted.shape, high)
    for _ in range(_HALVINGS):
        middle = (below + above) / 2.0
        reached = _expected(scale, rho, middle, 0.0) >= wanted
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    return above


def steps(rho: float) -> tuple[float, float]:
    """How fast U drifts per planned event, and by how much an event moves it; both above 0.

    Raises:
        QuestionError: `rho` is not positive, or is 1.

    """
    if not (0.0 < rho < np.inf) or rho == 1.0:
        raise QuestionError(
            "A change of pace is a factor above 0 other than 1: give one such as 0.7."
        )
    return abs(1.0 - rho), float(abs(np.log(rho)))


def _expected(scale: ScaleFunction, rho: float, h: Floats, start: ArrayLike) -> Floats:
    """Expected time from `start` to `h`; 0 from `h` on."""
    left = h - np.minimum(np.asarray(start, dtype=np.float64), h)
    if rho < 1.0:
        return np.maximum(scale.integral(h) - scale.integral(h - left), 0.0)
    found = scale.at(left) * scale.at(h) / scale.slope(h) - scale.integral(left)
    return np.where(left > 0.0, found, 0.0)
