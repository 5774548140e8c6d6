"""Evidence of a change that began at any time: e-values of all starts, added up.

From the e-values E[j, t] of the days j..t two things are made.

- The *detector* (e-SR): R[t] = sum over j <= t of E[j, t]. On plan E R[t] <= t, so that an alarm at
  R >= b comes after b days on average at the earliest, whatever the dependence between days. It
  never tires, which is why its false alarms are counted by time.
- The *e-process with late starts*: half of the stake on a change from the first day, half spread
  evenly over starts on the days of a horizon, fixed beforehand; what is not placed yet is kept. It
  is valid at every moment, as the e-process is, and still sees a change that begins late.

Both are mixtures over the pace factor on one side of the plan, so they are valid for every pace on
the plan's own side. Where the plan itself is an estimate, `core/watch/doubt.py` moves the plan to
the end of its interval: the null is then that the pace is within it.

Source: Shin, Ramdas and Rinaldo, E-detectors, New England Journal of Statistics in Data Science
2(2), 2024.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.watch.cusum import log_ratios
from mellantid.core.watch.e_values import SHAPE, Side, exp, log_e_value, paces
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats


def detector(
    planned: ArrayLike, actual: ArrayLike, side: Side = Side.SLOWER, shape: float = SHAPE
) -> Floats:
    """R at the end of each day, (..., days): an alarm at R >= b has a run length of b days or more.

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        side: paces below the plan, above it, or both.
        shape: k of the law of the pace factor.

    """
    days = np.shape(planned)[-1]
    return exp(_log_sum(planned, actual, np.zeros(days), side, shape))


def late_e_process(
    planned: ArrayLike,
    actual: ArrayLike,
    horizon: int,
    side: Side = Side.SLOWER,
    shape: float = SHAPE,
) -> Floats:
    """The e-value at the end of each day for a change that began on any of them, (..., days).

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        horizon: days on which a change may begin, fixed beforehand: those of the plan.
        side: paces below the plan, above it, or both.
        shape: k of the law of the pace factor.

    Raises:
        QuestionError: the horizon has no day.

    """
    if horizon < 1:
        raise QuestionError("A watch needs a horizon of at least one day: give the plan's days.")
    day = np.arange(np.shape(planned)[-1])
    weight = np.where(day < horizon, -np.log(horizon), -np.inf)
    kept = np.maximum(horizon - 1.0 - day, 0.0) / horizon
    whole = log_e_value(np.cumsum(planned, axis=-1), np.cumsum(actual, axis=-1), side, shape)
    late = exp(_log_sum(planned, actual, weight, side, shape))
    found: Floats = 0.5 * exp(whole) + 0.5 * (late + kept)
    return found


def _log_sum(
    planned: ArrayLike, actual: ArrayLike, log_weight: Floats, side: Side, shape: float
) -> Floats:
    """The logarithm of the sum over starts j <= t of weight[j] E[j, t], (..., days).

    For one pace E[j, t] = exp(L[t] - L[j - 1]), so that the sum is a running one.
    """
    pace, share = paces(side, shape)
    mean, made = np.asarray(planned)[..., None, :], np.asarray(actual)[..., None, :]
    level = log_ratios(mean, made, pace[:, None])
    before = np.concatenate([np.zeros_like(level[..., :1]), level[..., :-1]], axis=-1)
    sums = level + np.logaddexp.accumulate(log_weight - before, axis=-1)
    found: Floats = np.logaddexp.reduce(sums + np.log(share)[:, None], axis=-2)
    return found
