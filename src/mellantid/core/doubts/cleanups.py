"""Clean-ups: days on which far more deals were closed as lost than the model foretells.

Somebody goes through old deals and closes them together. The deals were lost long before: their
ages at the loss say when somebody cleaned up, not when the customer said no.

A day is one where P(N >= seen) is too small to be chance, over all days together (Benjamini and
Hochberg), with N negative binomial of the model's mean. That mean is taken times the pace of the
days around it, so that a slow change is no clean-up, and N may clump as the other days do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.doubts.by_day import LOST
from mellantid.core.doubts.tails import believed, upper_tail

if TYPE_CHECKING:
    from mellantid.core.doubts.by_day import ByDay
    from mellantid.core.doubts.stays import Stays
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Floats, Ints

LEVEL: Final = 0.01
"""Of the days named, this share at most is named by chance, on average."""
FEWEST: Final = 5
"""Fewer losses on a day are no clean-up, however unlikely."""
TIMES: Final = 3.0
"""A day with less than so many times what was foretold is a busy day."""
AROUND: Final = 20
"""Working days on each side that tell the pace of the time."""
PACE_WEIGHT: Final = 10.0
"""Losses by which the pace of the days around leans on the model's."""


@dataclass(frozen=True)
class Cleanup:
    """A day of clean-up.

    Attributes:
        day: the working day.
        seen: deals closed as lost.
        expected: how many were foretold.
        p: the chance of so many or more.
        age: median age in the stage of those closed that day.
        usual_age: median age of those closed on all other days.

    """

    day: int
    seen: int
    expected: float
    p: float
    age: float
    usual_age: float


def cleanups(stays: Stays, found: ByDay, process: Process) -> tuple[Cleanup, ...]:
    """The days of clean-up, in their order.

    Args:
        stays: all of them.
        found: what was seen and foretold by day.
        process: the course.

    """
    seen = found.seen[LOST]
    marked = np.zeros(seen.size, dtype=np.bool_)
    expected, p = found.expected[LOST], np.ones(seen.size)
    # First as if nothing clumped, to leave the clean-ups out of what the other days tell.
    for clumped in (False, True):
        expected = found.expected[LOST] * _pace(seen, found.expected[LOST], ~marked)
        clumping = clumping_of(seen[~marked], expected[~marked]) if clumped else 0.0
        p = upper_tail(seen, expected, clumping)
        marked = believed(p, LEVEL) & (seen >= FEWEST) & (seen >= TIMES * expected)
    lost = stays.to == process.lost_state
    return tuple(_cleanup(stays, lost, found.first, day, expected, p) for day in _places(marked))


def _places(marked: Bools) -> list[int]:
    places: list[int] = np.flatnonzero(marked).tolist()
    return places


def _cleanup(
    stays: Stays, lost: Bools, first: int, place: int, expected: Floats, p: Floats
) -> Cleanup:
    here = lost & (stays.last == first + place)
    others = lost & ~here
    return Cleanup(
        first + place,
        int(here.sum()),
        float(expected[place]),
        float(p[place]),
        float(np.median(stays.age[here])),
        float(np.median(stays.age[others])) if others.any() else float("nan"),
    )


def _pace(seen: Floats, expected: Floats, told: Bools) -> Floats:
    """Seen over expected on the days around each day, that day and those not told left out."""
    sums = [_around(each * told) for each in (seen, expected)]
    pace: Floats = (sums[0] + PACE_WEIGHT) / (sums[1] + PACE_WEIGHT)
    return pace


def _around(values: Floats) -> Floats:
    """The sum of each day's neighbours, itself left out."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    days = np.arange(values.size)
    low, high = np.maximum(days - AROUND, 0), np.minimum(days + AROUND + 1, values.size)
    sums: Floats = total[high] - total[low] - values
    return np.maximum(sums, 0.0)


def clumping_of(seen: Floats, expected: Floats) -> float:
    """φ of the variance mean + φ mean², by moments; 0 where counts spread as chance has it."""
    squares = float((expected**2).sum())
    excess = float(((seen - expected) ** 2 - expected).sum())
    return max(excess / squares, 0.0) if squares > 0 else 0.0


def set_aside(stays: Stays, days: Ints, process: Process) -> Stays:
    """The stays with the losses of some days unseen: they were still there the day before.

    A loss on a day that is set aside tells nothing of the day on which the deal was lost; that it
    had not moved on until then still counts.

    Args:
        stays: all of them.
        days: working days.
        process: the course.

    """
    rows = (stays.to == process.lost_state) & np.isin(stays.last, days)
    seen = ~rows | (stays.last > stays.begin)
    changed = type(stays)(
        stays.deal,
        stays.stage,
        np.where(rows, process.still, stays.to),
        stays.entry,
        stays.begin,
        np.where(rows, stays.last - 1, stays.last),
        stays.since,
        stays.visits,
    )
    return changed.take(seen)
