"""A seller's weeks: those on pace, the same day a year before, and the team in this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.standing.created import ONWARD
from mellantid.core.standing.streak import streak
from mellantid.core.weeks import iso_weeks, week_ends, week_name
from mellantid.workspace.own_race import OwnStreak, OwnWeek, TeamWeek, Then, ThenLeg

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.workspace.running import Running


def own_streak(run: Running) -> OwnStreak:
    """The weeks of the plan up to this one, all legs together."""
    weeks = iso_weeks(run.history.clock, run.days)
    ends = week_ends(weeks)
    ends = ends[weeks[ends] <= run.week]
    planned = np.diff(run.planned[run.owner][ends + 1].sum(axis=1), prepend=0.0)
    daily = run.passes.of(run.code).by_day(run.plan.start + 1, run.plan.days).sum(axis=1)
    made = np.diff(np.cumsum(daily)[ends], prepend=0.0)
    running = bool(ends.size) and _still_runs(run, int(run.days[ends[-1]]))
    found = streak(planned, made, running=running)
    names = [week_name(int(week)) for week in weeks[ends]]
    columns = (found.planned.tolist(), found.low.tolist(), found.made.tolist())
    told = zip(names, *columns, map(str, found.paces), strict=True)
    judged = (found.now, found.longest, found.on_pace, found.judged)
    return OwnStreak(found.span, *judged, tuple(OwnWeek(*each) for each in told))


def _still_runs(run: Running, last: int) -> bool:
    """Whether a week, by its last working day, is not over yet."""
    return run.history.until < run.history.clock.end_of(run.date(last))


def own_then(run: Running) -> Then | None:
    """The period so far beside the same working days a year before; None: that is not known."""
    history, clock = run.history, run.history.clock
    begins = clock.date(run.plan.periods[run.place].begins)
    before = _year_before(begins)
    known_from = clock.date(run.race.observed_from or int(history.at.min()))
    if known_from > before:
        return None
    eve, eve_then = (
        int(clock.day(np.array([clock.start_of(each) - 1]))[0]) for each in (begins, before)
    )
    day = max(history.until_day - eve, 0)
    me, passes = run.codes([run.owner]), run.passes
    now = passes.between(me, eve + 1, eve + day)
    then = passes.between(me, eve_then + 1, eve_then + day)
    last = run.date(eve_then + day)
    mine = history.at[history.owner == run.code]
    own_first = clock.date(int(mine.min())) if mine.size else begins
    return Then(
        day=day,
        first=before,
        last=last,
        since=own_first if own_first > before else None,
        legs=tuple(
            ThenLeg(name, float(now[leg]), float(then[leg]))
            for leg, name in enumerate(history.process.legs)
        ),
        won_now=run.won([run.owner], clock.start_of(begins), history.until)[1],
        won=run.won([run.owner], clock.start_of(before), clock.end_of(last))[1],
    )


def _year_before(date: dt.date) -> dt.date:
    try:
        return date.replace(year=date.year - 1)
    except ValueError:
        return date.replace(year=date.year - 1, day=28)


def own_team_week(run: Running) -> TeamWeek:
    """What the seller's team did together this week; without a team, the whole organisation."""
    team, members = run.team
    first, last = run.this_week
    each = [float(run.passes.between(run.codes([name]), first, last).sum()) for name in members]
    clock = run.history.clock
    begins, ends = clock.start_of(run.date(first)), clock.end_of(run.date(last))
    wins, won = run.won(members, begins, ends)
    low, high = (int(np.clip(day - run.plan.start, 0, run.plan.days)) for day in (first - 1, last))
    planned = sum(
        float((run.planned[name][high] - run.planned[name][low]).sum()) for name in members
    )
    return TeamWeek(
        team=team,
        sellers=len(members),
        moving=sum(moved > 0 for moved in each),
        movements=sum(each),
        planned=planned,
        created=float(run.created.of(run.codes(members), run.week)[:, ONWARD].sum()),
        beyond=run.beyond(members, run.week),
        wins=wins,
        won=won,
    )
