"""The answer to "is that noise, or have we truly changed pace?", for one stream or many.

Three watches run on each stream, on both sides of the plan:

- the *alarm*, an e-process: it is ever false with a chance of at most `alpha`;
- the *sign*, a CUSUM: the quickest, false once in `arl` working days on average;
- the *detector*, an e-SR: false once in `arl` working days at most, also where counts of days hang
  together.

Where the plan is known only to within a doubt, all three allow for it: each side is held against
the end of the doubt on its side.
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
        slower: whether the change is to a slower pace: the side with more evidence where the
            e-value is at 1 / alpha, else the one of which the CUSUM sees most.
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
        wait_planned: events to be planned, on average, until a decline to `rho` times the plan
            would give a sign; infinite where such a pace is within the doubt.
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
    shape = stream.planned.shape[:-1]
    bounds = [np.broadcast_to(np.asarray(by, np.float64), shape) for by in (low, high)]
    sides = [
        _side(stream, *each, horizon, arl)
        for each in zip((Side.SLOWER, Side.FASTER), bounds, (rho, 1.0 / rho), strict=True)
    ]
    return _watching(stream, sides, bounds[0], rho, arl, alpha)


@dataclass(frozen=True, eq=False)
class _OneSide:
    """What the watches of one side see: e by day, and now R, U and its threshold."""

    e: Floats
    summed: Floats
    level: Floats
    top: Floats


def _side(
    stream: Stream, side: Side, bound: Floats, factor: float, horizon: int, arl: float
) -> _OneSide:
    """Watch one side, with the plan moved to the bound of its doubt."""
    mean, made = stream.planned * bound[..., None], stream.actual
    # Each side takes half of the false signs.
    pace = mean.sum(axis=-1) / stream.days
    return _OneSide(
        e=late_e_process(mean, made, horizon, side),
        summed=detector(mean, made, side)[..., -1],
        level=cusum(mean, made, factor)[..., -1],
        top=daily_thresholds(2.0 * arl, factor, pace, LEAST_PLANNED),
    )


def _watching(
    stream: Stream, sides: list[_OneSide], low: Floats, rho: float, arl: float, alpha: float
) -> Watching:
    """Put together what the watches say."""
    below, above = sides
    planned, actual = stream.planned.sum(axis=-1), stream.actual.sum(axis=-1)
    pace = planned / stream.days
    e = 0.5 * below.e + 0.5 * above.e
    reached = e >= 1.0 / alpha
    slower = np.where(
        reached[..., -1],
        below.e[..., -1] >= above.e[..., -1],
        below.level / below.top >= above.level / above.top,
    )
    level = np.where(slower, below.level, above.level)
    top = np.where(slower, below.top, above.top)
    found = change(stream.planned, stream.actual, slower)
    alarm, sign = np.asarray(reached.any(axis=-1)), level >= top
    summed = 0.5 * below.summed + 0.5 * above.summed
    wait = _wait(pace * low, low, rho, arl)
    with np.errstate(divide="ignore", invalid="ignore"):
        days = np.where(pace > 0, wait / pace, np.inf)
        between_days = np.maximum(arl, LEAST_PLANNED / 2.0 / pace)
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


def _wait(pace: Floats, low: Floats, rho: float, arl: float) -> Floats:
    """Planned events until a decline to `rho` times the plan gives a sign; see `Watching`.

    `pace` is that of the plan moved to the lower bound of its doubt.
    """
    h = threshold(np.maximum(2.0 * arl * pace, LEAST_PLANNED), rho)
    # Of the plan so moved, such a decline leaves more; to the whole percent is enough.
    left = np.where(low == 1.0, rho, np.ceil(100.0 * rho / low) / 100.0)
    wait = np.full(h.shape, np.inf)
    for true in np.unique(left[left < 1.0]):
        some = left == true
        wait[some] = run_length(h[some], rho, float(true)) / low[some]
    return wait
