"""By day: how many deals left their stages on each working day, and how many the model foretells.

The model knows stages and ages and nothing of the calendar. What it foretells of a day is the sum,
over the deals that stood in a stage on it, of the chance at their age; given who stood there, the
number seen is a sum of independent chances, at most as spread as a Poisson number of that mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from mellantid.core.doubts.stays import Stays
    from mellantid.core.types import Bools, Floats, Ints

WON: Final = 0
ONWARD: Final = 1
LOST: Final = 2
KINDS: Final = 3


@dataclass(frozen=True, eq=False)
class ByDay:
    """Exits by kind (won, onward to a later stage, lost) and working day.

    Attributes:
        first: the first working day.
        seen: exits, (3, days).
        expected: exits that the model foretells, given who was at risk, (3, days).

    """

    first: int
    seen: Floats
    expected: Floats

    @property
    def days(self) -> Ints:
        """The working days."""
        return self.first + np.arange(self.seen.shape[1])


def kinds_of(stages: int) -> Bools:
    """Which kind each way out of each stage is of, (3, S, S + 2); steps back are of none."""
    stage, to = np.arange(stages)[:, None], np.arange(stages + 2)
    won = (to == stages) & (stage >= 0)
    return np.stack((won, (to > stage) & (to < stages), (to == stages + 1) & (stage >= 0)))


def by_day(stays: Stays, hazard: Floats, last: int) -> ByDay:
    """Seen and expected exits of each day on which anyone was at risk, up to a last one.

    Args:
        stays: all of them.
        hazard: the model's daily chances, (S, S + 2, A).
        last: the last day, one that is over.

    Raises:
        NotEnoughDataError: nobody was at risk.

    """
    if not stays.size or last < stays.begin.min():
        raise NotEnoughDataError(
            "No deal has stood in a stage for a day yet: import some history first."
        )
    first, stages = int(stays.begin.min()), hazard.shape[0]
    days = last - first + 1
    kinds = kinds_of(stages)
    seen = np.zeros((KINDS, days))
    out = (stays.to < stages + 2) & (stays.last <= last)
    for kind in range(KINDS):
        rows = out.copy()
        rows[out] = kinds[kind, stays.stage[out], stays.to[out]]
        seen[kind] = np.bincount(stays.last[rows] - first, minlength=days)
    chance = np.einsum("ksj,sja->ska", kinds.astype(np.float64), hazard)
    return ByDay(first, seen, _expected(stays, chance, first, days))


def _expected(stays: Stays, chance: Floats, first: int, days: int) -> Floats:
    """Σ of the chances of those at risk, (K, days).

    Numbers at risk are kept by stage and day of entry, and only change where a stay begins or ends;
    the chances slide along the days of entry from day to day.
    """
    stages, kinds, ages = chance.shape
    width = days + ages - 1
    entry = np.maximum(stays.entry - (first - ages + 1), 0)
    place = stays.stage * width + np.minimum(entry, width - 1)
    starts = _by_day(np.clip(stays.begin - first, 0, days), place, days + 1)
    leaves = _by_day(np.clip(stays.last - first + 1, 0, days), place, days + 1)
    # Old ages come first, those who have not entered yet have no chance.
    oldest = np.repeat(chance[..., -1:], days - 1, axis=2)
    none = np.zeros((stages, kinds, days - 1))
    slide = np.concatenate((oldest, chance[..., ::-1], none), axis=2)
    at_risk = np.zeros(stages * width)
    expected = np.empty((kinds, days))
    for day in range(days):
        np.add.at(at_risk, starts[day], 1.0)
        np.subtract.at(at_risk, leaves[day], 1.0)
        # No one has entered later than today, nor earlier than the oldest age.
        shift = days - 1 - day
        window = slide[:, :, shift : shift + width]
        expected[:, day] = np.matvec(window, at_risk.reshape(stages, width)).sum(axis=0)
    return expected


def _by_day(day: Ints, place: Ints, days: int) -> list[Ints]:
    """The places of each day."""
    order = np.argsort(day, kind="stable")
    return np.split(place[order], np.searchsorted(day[order], np.arange(1, days)))
