"""What the model expects of each leg on each day, given who was at risk: the legs' compensators.

On leg s + 1 the compensator of a day is the sum, over the deals that were in stage s on it, of the
chance to go onward at their age; on leg 0 it is the planned creation. A leg that gets no deals is
thus expected to pass none: the leg before it is to blame. Under the model actual less planned is a
martingale, of variance at most the planned number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways
from mellantid.core.watch.stays import Stays, stays
from mellantid.core.watch.stream import Stream
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints


def last_whole_day(history: History) -> int:
    """The last working day that was over at the end of a history.

    On a day that is not over all its chances would count, but only some of its movements.
    """
    day = history.until_day
    over = history.clock.zone.dates(history.until) > history.clock.date_of_day(day)
    return day if bool(over) else day - 1


def compensators(
    history: History,
    hazard: Floats,
    first: int,
    last: int,
    pace: ArrayLike,
    group_of_owner: ArrayLike | None = None,
    unknown_owner: int = -1,
) -> Stream:
    """Planned and actual passes of every leg on every day, (groups, S + 1, days).

    Args:
        history: what is known now.
        hazard: the daily chances q, from before the days watched, (S, S + 2, A), or
            (groups, S, S + 2, A) where each group has its own.
        first: the first working day.
        last: the last one, at best `last_whole_day`.
        pace: planned creations on each of the days, (days,) or (groups, days).
        group_of_owner: the group of each of the history's owners; a negative one leaves the owner
            out. None: all deals are one group.
        unknown_owner: the group of deals whose owner is not known, where there are groups.

    Raises:
        QuestionError: there is no day to watch yet, or the history ends before the last one.

    """
    if not first <= last <= history.until_day:
        raise QuestionError(
            "There is no whole working day to watch yet: ask again when one has passed, "
            "or about days up to the last one known."
        )
    of, groups = _groups(history, group_of_owner, unknown_owner)
    days, stages = last - first + 1, history.process.size
    found = stays(history).within(first, last)
    group = of[found.owner]
    rows = group >= 0
    found, cell = found.take(rows), (group * stages + found.stage)[rows]
    planned, actual = np.zeros((2, groups, stages + 1, days))
    planned[:, 0] = pace
    planned[:, 1:] = _expected(found, cell, _onward(hazard), groups, range(first, last + 1))
    actual[:, 0] = _created(history, of, groups, first, days)
    day = found.last[found.onward] - first
    moved = _tallied(cell[found.onward] * days + day, groups * stages * days)
    actual[:, 1:] = moved.reshape(groups, stages, days)
    return Stream(first, planned, actual)


def _groups(history: History, given: ArrayLike | None, unknown: int) -> tuple[Ints, int]:
    """The group of each owner, nobody last, and the number of groups."""
    owners = len(history.owners)
    if given is None:
        return np.zeros(owners + 1, dtype=np.int64), 1
    of = np.append(np.asarray(given, dtype=np.int64), unknown)
    if of.size != owners + 1:
        raise QuestionError("An owner has no group: give the groups of all owners.")
    return of, max(int(of.max()) + 1, 1)


def _onward(hazard: Floats) -> Floats:
    """The chance to pass the leg out of each stage, by age, (groups or 1, S, A)."""
    chances = hazard if hazard.ndim == 4 else hazard[None]
    found: Floats = (chances * onward_ways(chances.shape[1])[:, :, None]).sum(axis=2)
    return found


def _expected(found: Stays, cell: Ints, chance: Floats, groups: int, days: range) -> Floats:
    """The sum of chances over those at risk, by group, stage and day, (groups, S, days).

    Numbers at risk are kept by day of entry, on which they only change where a stay begins or ends;
    the chances at their ages slide along the days of entry from day to day.
    """
    _, stages, ages = chance.shape
    count, first = len(days), days.start
    width = count + ages - 1
    # All that entered so long ago that they are at the last age throughout share a day of entry.
    entry = np.maximum(found.entry - (first - ages + 1), 0)
    place = cell * width + entry
    starts = _by_day(found.begin - first, place, count + 1)
    leaves = _by_day(found.last - first + 1, place, count + 1)
    slide = _sliding(chance, count)
    at_risk = np.zeros(groups * stages * width)
    expected = np.empty((groups, stages, count))
    for day in range(count):
        np.add.at(at_risk, starts[day], 1.0)
        np.subtract.at(at_risk, leaves[day], 1.0)
        shift = count - 1 - day
        window = slide[:, :, shift : shift + width]
        expected[:, :, day] = np.vecdot(at_risk.reshape(groups, stages, width), window)
    return expected


def _sliding(chance: Floats, days: int) -> Floats:
    """Chances by age backward, old ages before, none for those who have not entered yet."""
    oldest = np.repeat(chance[:, :, -1:], days - 1, axis=2)
    none = np.zeros((*chance.shape[:2], days - 1))
    return np.concatenate([oldest, chance[:, :, ::-1], none], axis=2)


def _by_day(day: Ints, place: Ints, days: int) -> list[Ints]:
    """The places of each day."""
    order = np.argsort(day, kind="stable")
    return np.split(place[order], np.searchsorted(day[order], np.arange(1, days)))


def _created(history: History, of: Ints, groups: int, first: int, days: int) -> Floats:
    """Deals created by group and day, (groups, days)."""
    day, group = history.middle_day - first, of[history.owner]
    rows: Bools = history.creations & (day >= 0) & (day < days) & (group >= 0)
    return _tallied((group * days + day)[rows], groups * days).reshape(groups, days)


def _tallied(cell: Ints, size: int) -> Floats:
    """How many fell in each cell."""
    return np.bincount(cell, minlength=size).astype(np.float64)
