"""A plan as plain values: the pace of every leg, and its planned movements week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.weeks import iso_weeks, week_name
from mellantid.workspace.assumptions import assumptions

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.core.planning.plan import Plan
    from mellantid.workspace.assumptions import Assumptions
    from mellantid.workspace.race import Race


@dataclass(frozen=True)
class LegPace:
    """The pace that a leg needs.

    Attributes:
        leg: its name.
        per_week: movements in a working week, on average over the plan.
        in_all: movements from the plan's start to its end.

    """

    leg: str
    per_week: float
    in_all: float


@dataclass(frozen=True)
class PlannedWeek:
    """Movements that a leg is to have made by the end of a week, since the plan's start."""

    week: str
    leg: str
    planned: float


@dataclass(frozen=True)
class PlannedPeriod:
    """A target of the plan and what the plan makes of it."""

    owner: str
    target: float
    first: dt.date
    last: dt.date
    expected: float
    met: bool


@dataclass(frozen=True)
class PaceTable:
    """A plan; the keys are those of `mellantid plan --json`.

    Attributes:
        version: counts up with each new plan.
        reachable: whether every target is met.
        start: the plan's first date.
        end: the last date of its last period.
        p: the chance with which the targets are to be met; None: on average.
        periods: the targets.
        pace: what each leg needs.
        weeks: planned movements by the end of each week, by leg.
        assumptions: what it takes for granted.

    """

    version: int
    reachable: bool
    start: dt.date
    end: dt.date
    p: float | None
    periods: tuple[PlannedPeriod, ...]
    pace: tuple[LegPace, ...]
    weeks: tuple[PlannedWeek, ...]
    assumptions: Assumptions


def pace_table(plan: Plan, race: Race) -> PaceTable:
    """Write a plan out; the race is what was known when it was made."""
    clock, legs = race.history.clock, race.history.process.legs
    names, cumulative = plan.weeks(clock)
    per_week = plan.per_week().tolist()
    in_all = plan.planned[-1].tolist()
    return PaceTable(
        version=plan.version,
        reachable=plan.reachable,
        start=clock.date(plan.made),
        end=max(clock.date(each.ends - 1) for each in plan.periods),
        p=plan.p,
        periods=tuple(
            PlannedPeriod(
                each.owner,
                each.target,
                clock.date(each.begins),
                clock.date(each.ends - 1),
                expected,
                met,
            )
            for each, expected, met in zip(plan.periods, plan.expected, plan.met, strict=True)
        ),
        pace=tuple(LegPace(*each) for each in zip(legs, per_week, in_all, strict=True)),
        weeks=tuple(
            PlannedWeek(week, leg, planned)
            for week, row in zip(names, cumulative.tolist(), strict=True)
            for leg, planned in zip(legs, row, strict=True)
        ),
        assumptions=assumptions(plan, race),
    )


def running_week(race: Race) -> str:
    """The ISO week of the first working day that is yet to come."""
    tomorrow = np.array([race.history.until_day + 1])
    return week_name(int(iso_weeks(race.history.clock, tomorrow)[0]))
