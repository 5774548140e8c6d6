"""Streams of known pace, watched daily: how often falsely, and how soon when the pace changes.

Passes of one leg are Poisson here, or counted deal by deal in the organisations of
`watch_organisations.py`. Every number is of streams that are independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.watch import (
    Side,
    Stream,
    alarm_times,
    cusum,
    daily_thresholds,
    detector,
    doubt,
    late_e_process,
    run_length,
    swing,
    threshold,
)
from mellantid.core.watch.watching import LEAST_PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Floats

ALPHA: Final = 0.05
ARL: Final = 520.0
RHO: Final = 0.7
YEAR: Final = 250
LONG: Final = 4 * int(ARL)
"""Days after which streams that gave no false sign are left."""
CHUNK: Final = 200
QUARTER: Final = 65
QUARTERS: Final = 8
"""Quarters known when the plan was made."""
LEGS: Final = 7
SIDES: Final = ((Side.SLOWER, RHO), (Side.FASTER, 1.0 / RHO))


@dataclass(frozen=True)
class Seen:
    """What the three watches saw of streams, day by day, (streams, days) each."""

    alarm: Bools
    sign: Bools
    detected: Bools


def watched(
    planned: Floats, actual: ArrayLike, low: Floats, high: Floats, *, detect: bool = True
) -> Seen:
    """Look at streams every day, as `watch` does on each of them.

    Args:
        planned: planned events by day, (streams, days).
        actual: actual events.
        low: lower bounds of the doubt, (streams,).
        high: upper bounds.
        detect: whether the e-SR is wanted too, which takes long.

    """
    e, summed = np.zeros(planned.shape), np.zeros(planned.shape)
    sign = np.zeros(planned.shape, dtype=np.bool_)
    for (side, factor), bound in zip(SIDES, (low, high), strict=True):
        mean = planned * bound[:, None]
        e += 0.5 * late_e_process(mean, actual, YEAR, side)
        if detect:
            summed += 0.5 * detector(mean, actual, side)
        top = daily_thresholds(2.0 * ARL, factor, mean.mean(axis=1), LEAST_PLANNED)
        sign |= cusum(mean, actual, factor) >= top[:, None]
    return Seen(e >= 1.0 / ALPHA, sign, summed >= ARL)


def first(seen: Bools) -> Floats:
    """The day of the first one of each stream, counted from 1; infinite where there is none."""
    return np.where(seen.any(axis=1), np.argmax(seen, axis=1) + 1.0, np.inf)


def days_between(seen: Bools) -> tuple[float, float]:
    """Days watched until a first one over the number of these, and its standard error."""
    day = first(seen)
    events = int(np.isfinite(day).sum())
    exposure = float(np.minimum(day, seen.shape[1]).sum())
    between = exposure / max(events, 1)
    return between, between / np.sqrt(max(events, 1))


@dataclass(frozen=True)
class FalseAlarms:
    """False alarms of streams on plan.

    Attributes:
        kind: what the plan stands on.
        pace: planned events a day.
        years: streams of a year.
        alarm: share that ever had an alarm within it.
        error: its standard error.
        sign_days: days between false signs.
        sign_error: standard error of it.
        detector_days: days between false detections.
        detector_error: standard error of it.
        doubt_off: share with an alarm if the plan were not doubted.
        sign_days_off: days between false signs then.

    """

    kind: str
    pace: float
    years: int
    alarm: float
    error: float
    sign_days: float
    sign_error: float
    detector_days: float
    detector_error: float
    doubt_off: float | None = None
    sign_days_off: float | None = None


def given(rng: np.random.Generator, pace: float, years: int) -> FalseAlarms:
    """Streams on a plan that is right."""
    parts = []
    for some in _chunks(years):
        planned = np.full((some, LONG), pace)
        one = np.ones(some)
        parts.append(watched(planned, rng.poisson(planned), one, one))
    return _false_alarms("given", pace, parts, None)


def estimated(
    rng: np.random.Generator, pace: float, passes: float, spread: float, years: int
) -> FalseAlarms:
    """Streams on a plan that was estimated from two years of an organisation with seven legs.

    Args:
        rng: the randomness.
        pace: true passes a day.
        passes: passes of each leg that the estimate stands on, on average.
        spread: standard deviation of the pace from quarter to quarter.
        years: streams, of two years each.

    """
    days = 2 * YEAR
    with_doubt, without = [], []
    for some in _chunks(years):
        organisations = -(-some // LEGS)
        shape = (organisations, LEGS)
        past = rng.poisson(pace * np.repeat(_swung(rng, shape, spread, QUARTERS), QUARTER, axis=-1))
        swings = [swing(Stream(0, np.ones(each.shape), each)) for each in past]
        exits = rng.poisson(passes, shape)
        # The estimate stands on so many passes, whatever the days they came in, and swings too.
        level = (
            np.maximum(exits, 0.5)
            / passes
            * _swung(rng, shape, spread / np.sqrt(QUARTERS), 1)[..., 0]
        )
        coming = _swung(rng, shape, spread, -(-days // QUARTER))
        true = np.repeat(coming, QUARTER, axis=-1)[..., :days] * pace
        actual = rng.poisson(true).reshape(-1, days)[:some]
        planned = np.broadcast_to(level[..., None] * pace, true.shape).reshape(-1, days)[:some]
        low, high = doubt(exits, np.array(swings)[:, None])
        flat = low.reshape(-1)[:some], high.reshape(-1)[:some]
        with_doubt.append(watched(planned, actual, *flat))
        without.append(watched(planned, actual, np.ones(some), np.ones(some), detect=False))
    kind = f"estimated from {passes:g} passes" + (f", swing {spread:g}" if spread else "")
    return _false_alarms(kind, pace, with_doubt, without)


def _swung(rng: np.random.Generator, shape: tuple[int, ...], spread: float, count: int) -> Floats:
    """Gamma factors of mean 1."""
    if spread == 0.0:
        return np.ones((*shape, count))
    shape_of = 1.0 / spread**2
    return rng.gamma(shape_of, 1.0 / shape_of, (*shape, count))


def _chunks(streams: int) -> Iterator[int]:
    """Streams at a time."""
    for start in range(0, streams, CHUNK):
        yield min(CHUNK, streams - start)


def _false_alarms(
    kind: str, pace: float, parts: list[Seen], without: list[Seen] | None
) -> FalseAlarms:
    alarm = np.concatenate([part.alarm[:, :YEAR].any(axis=1) for part in parts])
    sign, found = (
        days_between(np.concatenate([getattr(part, name) for part in parts]))
        for name in ("sign", "detected")
    )
    off = off_sign = None
    if without is not None:
        off = float(np.concatenate([part.alarm[:, :YEAR].any(axis=1) for part in without]).mean())
        off_sign = days_between(np.concatenate([part.sign for part in without]))[0]
    share = float(alarm.mean())
    return FalseAlarms(
        kind,
        pace,
        alarm.size,
        share,
        float(np.sqrt(share * (1 - share) / alarm.size)),
        *sign,
        *found,
        off,
        off_sign,
    )


@dataclass(frozen=True)
class Delay:
    """How soon a change is seen, in working days.

    Attributes:
        pace: planned events a day.
        change: the new pace over the planned one.
        begins: the day on which it begins.
        theory: the expected run length without a break, from where U stands when it begins.
        from_zero: the same from U = 0.
        sign: mean delay of the CUSUM.
        error: its standard error.
        detector: mean delay of the e-SR.
        alarm: median delay of the alarm; infinite where fewer than half had one.

    """

    pace: float
    change: float
    begins: int
    theory: float
    from_zero: float
    sign: float
    error: float
    detector: float
    alarm: float


def delay(rng: np.random.Generator, pace: float, change: float, begins: int, streams: int) -> Delay:
    """Streams whose pace changes by the factor that the CUSUM is tuned to, or another."""
    tuned = RHO if change < 1 else 1.0 / RHO
    h = threshold(np.maximum(2.0 * ARL * pace, LEAST_PLANNED), tuned)
    from_zero = float(run_length(h, tuned, true=change)) / pace
    days = begins + int(7 * from_zero) + 30
    parts, theory = [], []
    for some in _chunks(streams):
        planned = np.full((some, days), pace)
        factor = np.where(np.arange(days) >= begins - 1, change, 1.0)
        actual, one = rng.poisson(planned * factor), np.ones(some)
        seen = watched(planned, actual, one, one)
        parts.append(seen)
        on_plan = ~seen.sign[:, : begins - 1].any(axis=1)
        start = cusum(planned, actual, tuned)[on_plan, begins - 2] if begins > 1 else 0.0 * one
        theory.append(run_length(h, tuned, true=change, start=np.minimum(start, h)) / pace)
    sign, found, alarm = (
        _delays(np.concatenate([getattr(part, name) for part in parts]), begins)
        for name in ("sign", "detected", "alarm")
    )
    came = sign[np.isfinite(sign)]
    return Delay(
        pace,
        change,
        begins,
        float(np.concatenate(theory).mean()),
        from_zero,
        float(came.mean()),
        float(came.std() / np.sqrt(came.size)),
        float(found[np.isfinite(found)].mean()),
        float(np.median(alarm)),
    )


def _delays(seen: Bools, begins: int) -> Floats:
    """Days from the change to what was first seen from then on; streams with a false one go."""
    before = seen[:, : begins - 1].any(axis=1)
    return first(seen[~before][:, begins - 1 :])


def golden_delay(rng: np.random.Generator, streams: int) -> tuple[float, float, float]:
    """The delay of a fall to a half with a false alarm in 100 planned events.

    Returns:
        By formula, by simulation of every event, and its standard error; in planned events.

    """
    h, until, chunk = threshold(100.0, 0.5), 150.0, 20_000
    found = []
    for _ in range(max(streams // chunk, 1)):
        gaps = rng.exponential(2.0, (chunk, 150))
        found.append(np.minimum(alarm_times(np.cumsum(gaps, axis=1), until, 0.5, h), until))
    came = np.concatenate(found)
    error = float(came.std() / np.sqrt(came.size))
    return float(run_length(h, 0.5, 0.5)), float(came.mean()), error
