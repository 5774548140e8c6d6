"""The calendar as the simulation feels it: months, what bends hazards in each, and the season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Floats, Ints
    from mellantid.simulation.organisation import Organisation

# January to December: creation against the year's mean, low in July, highest after the summer.
SEASON: Final = np.array([0.95, 1.05, 1.2, 1.05, 1.1, 0.95, 0.35, 0.8, 1.2, 1.15, 1.2, 0.8])


@dataclass(frozen=True)
class Period:
    """Days on which nothing about the calendar changes.

    Attributes:
        first: its first working day.
        last: its last.
        log_on: what is added to the log rate of moving on from each stage, shape (S,).

    """

    first: int
    last: int
    log_on: Floats


def months_of_days(clock: WorkingClock, days: Ints) -> Ints:
    """The calendar month of each working day, counted from January 1970 = 0."""
    dates = clock.date_of_day(days).astype("datetime64[D]")
    return dates.astype("datetime64[M]").astype(np.int64)


def season(clock: WorkingClock, days: Ints, weight: float) -> Floats:
    """What multiplies the creation on each working day."""
    index = SEASON[months_of_days(clock, days) % 12] / SEASON.mean()
    pace: Floats = 1.0 + weight * (index - 1.0)
    return pace


def periods(
    organisation: Organisation, clock: WorkingClock, first: int, last: int, rng: Generator
) -> list[Period]:
    """Split days into periods: one, or where the calendar matters one for each month.

    A seller's lift begins a period too.
    """
    size = organisation.process.size
    bent = organisation.complications
    days = np.arange(first, last + 1)
    lifted = np.isin(days, [each.first for each in organisation.lifts])
    if not bent.by_calendar:
        starts = days[np.append(True, lifted[1:])]
        ends = np.append(starts[1:] - 1, last)
        return [Period(int(a), int(b), np.zeros(size)) for a, b in zip(starts, ends, strict=True)]
    months = months_of_days(clock, days)
    stage, slow_first, slow_last = organisation.slow
    edges = np.append(True, months[1:] != months[:-1])
    edges |= (days == slow_first) | (days == slow_last + 1) | lifted
    starts = days[edges]
    ends = np.append(starts[1:] - 1, last)
    quarters = months[edges] // 3
    shock = rng.normal(0, 1, quarters[-1] - quarters[0] + 1) * bent.common_factor
    log_on = shock[quarters - quarters[0]] + np.where(
        months[edges] % 3 == 2, bent.quarter_end, -bent.quarter_end / 2
    )
    found = []
    for start, end, log_factor in zip(starts, ends, log_on, strict=True):
        bend = np.full(size, log_factor)
        bend[stage] -= bent.slow_leg * (slow_first <= start <= slow_last)
        found.append(Period(int(start), int(end), bend))
    return found
