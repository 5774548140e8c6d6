"""A seller's personal bests: by leg, the fastest passage and the best week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.standing.bests import (
    SMALLEST_PASSAGES,
    SMALLEST_WEEKS,
    best_of,
    passages,
)
from mellantid.core.standing.created import ONWARD
from mellantid.core.weeks import iso_weeks
from mellantid.workspace.own_race import CREATED, MOVEMENTS, PASSAGE, OwnBest

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.core.standing.bests import Best
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.running import Running

LATELY: Final = 10
"""Working days, this week and the last, in which a best is news."""
LEAST_MOVEMENTS: Final = 2
"""A week with a single movement is no best, of however many."""


def own_bests(run: Running) -> tuple[OwnBest, ...]:
    """All of them, by leg: of all legs together first, then in the order of the course."""
    legs = run.history.process.legs
    first_day, made = _weeks(run)
    value_days, value = _value_weeks(run)
    fastest = _fastest(run)
    together = [
        _week_best(run, None, MOVEMENTS, first_day, made.sum(axis=1)),
        _week_best(run, None, CREATED, value_days, value.sum(axis=1)),
    ]
    by_leg = [
        each
        for leg, name in enumerate(legs)
        for each in (
            fastest.get(leg),
            _week_best(run, name, MOVEMENTS, first_day, made[:, leg]),
            _week_best(run, name, CREATED, value_days, value[:, leg]),
        )
    ]
    return tuple(each for each in (*together, *by_leg) if each is not None)


def _weeks(run: Running) -> tuple[Ints, Floats]:
    """The first days of weeks, from the first with a deal of theirs, and movements by leg.

    The first week of all is left out: what was there when the history began seems created in it.
    """
    history = run.history
    mine = history.middle_day[history.owner == run.code]
    start = int(history.middle_day.min(initial=history.until_day)) + np.arange(8)
    weeks = iso_weeks(history.clock, start)
    second = int(start[weeks != weeks[0]][0])
    begin = max(int(mine.min(initial=history.until_day)), second)
    days = np.arange(begin, max(history.until_day, begin) + 1)
    _, first = np.unique(iso_weeks(history.clock, days), return_index=True)
    made = np.add.reduceat(run.passes.of(run.code).by_day(begin, days.size), first, axis=0)
    return days[first], made


def _value_weeks(run: Running) -> tuple[Ints, Floats]:
    """The same weeks since the plan's start, and what movements onward added by leg."""
    begin = run.plan.start + 1
    days = np.arange(begin, max(run.history.until_day, begin) + 1)
    weeks, first = np.unique(iso_weeks(run.history.clock, days), return_index=True)
    value = np.zeros((weeks.size, run.created.table.shape[2]))
    place = np.searchsorted(weeks, run.created.weeks)
    inside = place < weeks.size
    value[place[inside]] = run.created.table[inside][:, run.code, :, ONWARD]
    return days[first], value


def _fastest(run: Running) -> dict[int, OwnBest]:
    """The fastest passage of each leg that has one."""
    found, history = passages(run.history, run.code), run.history
    bests = {}
    for leg, name in enumerate(history.process.legs):
        rows = np.flatnonzero(found.leg == leg)
        lately = history.day[found.row[rows]] > history.until_day - LATELY
        best = best_of(found.days[rows], lately, SMALLEST_PASSAGES, least=True)
        if best is not None:
            row = found.row[rows[best.place]]
            bests[leg] = _told(name, PASSAGE, best, run.date(int(history.day[row])))
    return bests


def _week_best(
    run: Running, leg: str | None, kind: str, days: Ints, values: Floats
) -> OwnBest | None:
    # Weeks without a movement are nothing to be better than.
    worked = np.asarray(values) > 0
    days, values = days[worked], np.asarray(values)[worked]
    best = best_of(values, days > run.history.until_day - LATELY, SMALLEST_WEEKS)
    if best is None or (kind == MOVEMENTS and best.value < LEAST_MOVEMENTS):
        return None
    return _told(leg, kind, best, run.date(int(days[best.place])))


def _told(leg: str | None, kind: str, best: Best, date: dt.date) -> OwnBest:
    early = best.missing > 0
    return OwnBest(
        leg=leg,
        kind=kind,
        value=None if early else best.value,
        n=best.n,
        missing=best.missing,
        times=0 if early else best.times,
        date=None if early else date,
        new=best.new and not early,
    )
