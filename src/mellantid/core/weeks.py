"""Working weeks: the ISO week that each working day belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import FIRST_YEAR

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Ints

WORKING_WEEK: Final = 5
"""Working days in a week, by which a pace a day is told as a pace a week."""
QUARTER: Final = 65
"""Working days in a quarter."""


def iso_weeks(clock: WorkingClock, days: Ints) -> Ints:
    """The ISO week of each working day as year * 100 + week."""
    dates = clock.date_of_day(days)
    # Date number 0 was a Thursday, and a week belongs to the year of its Thursday.
    thursday = dates - (dates + 3) % 7 + 3
    year = thursday.astype("datetime64[D]").astype("datetime64[Y]")
    new_year = year.astype("datetime64[D]").astype(np.int64)
    return (year.astype(np.int64) + FIRST_YEAR) * 100 + (thursday - new_year) // 7 + 1


def week_name(week: int) -> str:
    """What ISO calls a week, as 2026-W07."""
    return f"{week // 100}-W{week % 100:02d}"


def week_ends(weeks: Ints) -> Ints:
    """The place of the last day of each week in a row of days."""
    return np.flatnonzero(np.append(weeks[1:] != weeks[:-1], True)[: weeks.size])
