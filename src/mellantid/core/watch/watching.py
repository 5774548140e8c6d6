"""The answer to "is that noise, or have we truly changed pace?", for one stream or many.

Three watches run on each stream, on both sides of the plan:

- the *alarm*, an e-process: it is ever false with a chance of at most `alpha`;
- the *sign*, a CUSUM: the quickest, false once in `arl` working days on average;
- the *detector*, an e-SR: false once in `arl` working days at most, also where the plan is known
  only to within a doubt, in which case the alarm allows for it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.watch.change import change
from mellantid.core.watch.cusum import cusum
from mellantid.core.watch.daily import daily_thresholds
from mellantid.core.watch.detector import detector, late_e_process
from mellantid.core.watch.e_values import Side
from mellantid.core.watch.run_length import run_length, threshold
from mellantid.core.watch.together import e_bh
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Floats, Ints
    from mellantid.core.watch.stream import Stream

RHO: Final = 0.7
"""The decline that the CUSUM is tuned to; the rise is its inverse."""
ARL: Final = 520.0
"""Working days between false signs of a stream: two years."""
ALPHA: Final = 0.05
"""Chance that a stream on plan ever gives a false alarm."""
HORIZON: Final = 250
"""Working days on which a change may begin: a year."""
LEAST_PLANNED: Final = 50.0
"""Planned events between false signs, at least: with fewer, a single event would be a sign."""


@dataclass(frozen=True, eq=False)
class Watching:
    """What the watches say at the end of the last day; all arrays have the streams' shape.

    Attributes:
        day: the working day at whose end they say it.
        planned: events planned in the window.
        actual: events that came.
        e_value: evidence now that the pace has changed: at most 1 on average on plan.
        alarm: whether the e-value has ever reached 1 / alpha.
        alarm_day: the first day on which it had; -1 if never.
        slower: whether the change that the CUSUM sees most of is to a slower pace.
        since: the likeliest first working day of that change, if there is one.
        since_low: its interval, of chance `change.LEVEL`, from here
        since_high: to here.
        ratio: the pace since then as a factor on the plan: the median.
        ratio_low: its interval, of chance `change.LEVEL`, from here
        ratio_high: to here.
        cusum: U of that side now.
        h: the threshold of U.
        sign: whether U is at or above it.
        arl: working days between false signs, on average, both sides together.
        detector: R of the e-SR now.
        detected: whether R is at least the working days between false alarms asked for.
        wait_planned: events to be planned, on average, until a decline to `rho` would give a sign.
        wait_days: the same in working days at the pace of the window.
        too_early: whether fewer than that have been planned, and nothing is seen yet.

    """

    day: int
    planned: Floats
    actual: Floats
    e_value: Floats
    alarm: Bools
    alarm_day: Ints
    slower: Bools
    since: Ints
    since_low: Ints
    since_high: Ints
    ratio: Floats
    ratio_low: Floats
    ratio_high: Floats
    cusum: Floats
    h: Floats
    sign: Bools
    arl: Floats
    detector: Floats
    detected: Bools
    wait_planned: Floats
    wait_days: Floats
    too_early: Bools

    def together(self, alpha: float = ALPHA) -> Bools:
        """Which streams have changed, with a false discovery rate of at most `alpha` over all."""
        return e_bh(self.e_value, alpha)


def watch(
    stream: Stream,
    *,
    rho: float = RHO,
    arl: float = ARL,
    alpha: float = ALPHA,
    horizon: int = HORIZON,
    low: ArrayLike = 1.0,
    high: ArrayLike = 1.0,
) -> Watching:
    """Watch streams from their first day to their last.

    Args:
        stream: planned and actual events by day.
        rho: the decline that the CUSUM is tuned to, below 1; the rise is 1 / rho.
        arl: working days between false signs of a stream on plan.
        alpha: the chance that a stream on plan ever gives a false alarm.
        horizon: working days on which a change may begin, fixed beforehand: those of the plan.
        low: the pace may be this factor of the plan, below 1, and still count as on plan, (...,).
        high: likewise above 1; `doubt` gives both from the number of exits behind the plan.

    Raises:
        QuestionError: `rho`, `arl`, `alpha` or `horizon` is out of range.

    """
    if not (0.0 < rho < 1.0 and arl >= 1.0 and 0.0 < alpha < 1.0):
        raise QuestionError(
            "A watch needs a decline and a chance between 0 and 1, and at least one working day "
            "between false signs: give such values."
        )
    sides = [(Side.SLOWER, low), (Side.FASTER, high)]
    moved = [(side, stream.planned * np.asarray(by)[..., None]) for side, by in sides]
    made = stream.actual
    e = sum(0.5 * late_e_process(mean, made, horizon, side) for side, mean in moved)
    summed = sum(0.5 * detector(mean, made, side)[..., -1] for side, mean in moved)
    return _watching(stream, np.asarray(e), np.asarray(summed), rho, arl, alpha)


def _watching(
    stream: Stream, e: Floats, summed: Floats, rho: float, arl: float, alpha: float
) -> Watching:
    """Put together what the watches say."""
    planned, actual = stream.planned.sum(axis=-1), stream.actual.sum(axis=-1)
    pace = planned / stream.days
    factors = (rho, 1.0 / rho)
    # Each side takes half of the false signs.
    tops = [daily_thresholds(2.0 * arl, factor, pace, LEAST_PLANNED) for factor in factors]
    now = [cusum(stream.planned, stream.actual, factor)[..., -1] for factor in factors]
    slower = now[0] / tops[0] >= now[1] / tops[1]
    level, top = np.where(slower, *now), np.where(slower, *tops)
    found = change(stream.planned, stream.actual, slower)
    reached = e >= 1.0 / alpha
    alarm, sign = np.asarray(reached.any(axis=-1)), level >= top
    between = np.maximum(2.0 * arl * pace, LEAST_PLANNED)
    wait = run_length(threshold(between, rho), rho, true=rho)
    with np.errstate(divide="ignore"):
        days, between_days = wait / pace, between / 2.0 / pace
    return Watching(
        day=stream.last,
        planned=planned,
        actual=actual,
        e_value=e[..., -1],
        alarm=alarm,
        alarm_day=np.where(alarm, stream.first + np.argmax(reached, axis=-1), -1),
        slower=slower,
        since=stream.first + found.since,
        since_low=stream.first + found.since_low,
        since_high=stream.first + found.since_high,
        ratio=found.ratio,
        ratio_low=found.ratio_low,
        ratio_high=found.ratio_high,
        cusum=level,
        h=top,
        sign=sign,
        arl=between_days,
        detector=summed,
        detected=summed >= arl,
        wait_planned=wait,
        wait_days=days,
        too_early=(planned < wait) & ~alarm & ~sign,
    )
