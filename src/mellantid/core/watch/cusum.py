"""Poisson CUSUM in planned-events time: the running evidence that the pace has changed to rho.

The log-likelihood ratio of pace rho against the plan, over a stretch with A planned events and N
actual ones, is N ln(rho) - (rho - 1) A. Its CUSUM U is that of the likeliest stretch that ends now:
reflected at 0, it forgets what went well. It is exactly minimax for a change of the intensity by a
factor (El Karoui, Loisel and Salhi, Annals of Applied Probability 27(4), 2017). Alarm: U >= h.

`cusum` looks once a day, `alarm_times` follows each event. A daily look sees U at some of the
moments at which the continuous one does, with fewer starts to choose from, so it never alarms
earlier: `run_length` is a lower bound of the daily watch's time to a false alarm; what that is on
average, and the threshold for a stated one, `core/watch/daily.py` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.watch.run_length import steps

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats


def log_ratios(planned: ArrayLike, actual: ArrayLike, rho: ArrayLike) -> Floats:
    """The cumulative log-likelihood ratio of pace `rho`, along the last axis.

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        rho: the pace as a factor on the plan, of a shape that broadcasts with the two.

    """
    pace = np.asarray(rho, dtype=np.float64)
    steps_ = np.log(pace) * np.asarray(actual) - (pace - 1.0) * np.asarray(planned)
    return np.cumsum(steps_, axis=-1, dtype=np.float64)


def cusum(planned: ArrayLike, actual: ArrayLike, rho: ArrayLike, start: ArrayLike = 0.0) -> Floats:
    """U at the end of each day, (..., days).

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        rho: the change watched for: below 1 a decline, above 1 a rise.
        start: U before the first day, (...,).

    """
    level = log_ratios(planned, actual, rho)
    before = -np.asarray(start, dtype=np.float64)[..., None]
    lowest = np.minimum.accumulate(np.minimum(level, before), axis=-1)
    found: Floats = level - lowest
    return found


def alarm_times(times: Floats, until: float, rho: float, h: ArrayLike) -> Floats:
    """When the continuous CUSUM first reaches `h`, in planned-events time; infinite if it does not.

    For a decline U peaks just before an event and the alarm may come between two; for a rise it
    comes at one.

    Args:
        times: planned events passed at each actual event, ascending, (..., events); padded with
            infinity where a stream has fewer.
        until: planned events passed in all.
        rho: the change watched for.
        h: the threshold, (...,).

    """
    drift, jump = steps(rho)
    ends = np.full((*times.shape[:-1], 1), until)
    at = np.concatenate([np.minimum(times, until), ends], axis=-1)
    nth = np.arange(at.shape[-1])
    top = np.asarray(h, dtype=np.float64)[..., None]
    if rho < 1.0:
        rest = np.minimum.accumulate(drift * at - jump * (nth + 1), axis=-1)
        rest = np.minimum(np.concatenate([np.zeros_like(ends), rest[..., :-1]], axis=-1), 0.0)
        height = drift * at - jump * nth - rest
        when = at - (height - top) / drift
    else:
        rest = np.minimum(np.minimum.accumulate(jump * nth - drift * at, axis=-1), 0.0)
        height = np.where(nth < nth[-1], jump * (nth + 1) - drift * at - rest, -np.inf)
        height[..., :-1][times > until] = -np.inf
        when = at
    first = np.argmax(height >= top, axis=-1)[..., None]
    reached = np.take_along_axis(height >= top, first, axis=-1)
    found: Floats = np.where(reached, np.take_along_axis(when, first, axis=-1), np.inf)[..., 0]
    return found
