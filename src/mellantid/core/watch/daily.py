"""The CUSUM looked at once a day: its run length and threshold when every day plans as much.

Between two looks U moves by a whole day's worth, so it is over the threshold later than a watch
without a break, and for the same false alarms the threshold can be lower: by an eighth where five
events a day are planned. With it a change is seen as soon as without a break, to some hundredths
(docs/watch.md). The expected number of days T from u solves

    T(u) = 1 + sum over n of P(n) T(max(0, u + n ln(rho) - (rho - 1) a)),   T = 0 from h on,

with n Poisson of mean `true` a. It is solved on even points between 0 and h, with straight lines
between them (Brook and Evans, Biometrika 59, 1972, with weights in the place of rounding): good to
four hundredths of a run length, and to one of a threshold; thresholds are for a run length that is
by a `MARGIN` longer, so that false alarms come no oftener than stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln, xlogy

from mellantid.core.watch.run_length import steps, threshold

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats

_POINTS: Final = 64
_HALVINGS: Final = 12
_PACES: Final = 8
"""Paces at which thresholds are solved for; those of others lie between."""
MARGIN: Final = 1.05
"""How much longer than asked for the solved time between false alarms is: it is not exact."""
SPARSE: Final = 0.1
"""Planned events a day below which a daily look is as good as one without a break."""


def daily_run_length(h: ArrayLike, rho: float, pace: ArrayLike, true: float = 1.0) -> Floats:
    """Expected days until the alarm, from U = 0.

    Args:
        h: thresholds, above 0.
        rho: the change watched for.
        pace: planned events a day.
        true: the true pace as a factor on the plan.

    Raises:
        QuestionError: `rho` is not positive, or is 1.

    """
    steps(rho)
    top, mean = np.broadcast_arrays(np.asarray(h, np.float64), np.asarray(pace, np.float64))
    days = _solved(top.ravel(), rho, mean.ravel(), true)
    return days.reshape(top.shape)


def daily_thresholds(arl: float, rho: float, pace: ArrayLike, least: float) -> Floats:
    """Thresholds with which streams on plan, looked at daily, alarm once in `arl` days or seldomer.

    Args:
        arl: expected days until a false alarm.
        rho: the change watched for.
        pace: planned events a day of each stream, of any shape.
        least: planned events until a false alarm, at least: for streams of few events.

    Raises:
        QuestionError: `rho` or `arl` is out of range.

    """
    mean = np.asarray(pace, dtype=np.float64)
    unbroken = threshold(np.maximum(arl * mean, least), rho)
    dense = mean[mean > SPARSE]
    if dense.size == 0:
        return unbroken
    known = np.unique(dense)
    if known.size > _PACES:
        known = np.geomspace(known[0], known[-1], _PACES)
    lower = _lowered(np.maximum(arl, least / known), rho, known)
    share = np.interp(np.log(np.maximum(mean, SPARSE)), np.log(known), lower)
    return np.where(mean > SPARSE, unbroken * share, unbroken)


def _lowered(arl: Floats, rho: float, pace: Floats) -> Floats:
    """Thresholds of a daily look as shares of those without a break, (paces,)."""
    unbroken = threshold(arl * pace, rho)
    low, high = np.zeros(pace.size), np.ones(pace.size)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        reached = _solved(unbroken * middle, rho, pace, 1.0) >= MARGIN * arl
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def _solved(h: Floats, rho: float, pace: Floats, true: float) -> Floats:
    """Expected days from U = 0, (streams,)."""
    streams, points = h.size, _POINTS
    mean = true * pace
    count = np.arange(int(mean.max(initial=0.0) + 8.0 * np.sqrt(mean.max(initial=0.0)) + 12.0))
    chance = np.exp(xlogy(count, mean[:, None]) - mean[:, None] - gammaln(count + 1.0))
    move = count * np.log(rho) - (rho - 1.0) * pace[:, None]
    at, end = np.arange(points)[:, None], points - 1
    # In units of the distance between two points; the last one is just below h.
    to = np.maximum(at + move[:, None, :] * (end / h)[:, None, None], 0.0)
    left = np.minimum(to.astype(np.int64), end - 1)
    share = to - left
    weight = np.where(to < end, np.broadcast_to(chance[:, None, :], to.shape), 0.0)
    row = (np.arange(streams)[:, None, None] * points + at) * points
    size = streams * points * points
    stay = np.bincount((row + left).ravel(), (weight * (1.0 - share)).ravel(), size)
    stay += np.bincount((row + left + 1).ravel(), (weight * share).ravel(), size)
    matrix = np.eye(points) - stay.reshape(streams, points, points)
    days = np.linalg.solve(matrix, np.ones((streams, points, 1)))
    return days[:, 0, 0].astype(np.float64)
