"""The pace band: the cumulative movements that each leg needs by the end of each week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.names import EVERYONE
from mellantid.core.standing.splits import planned_by_group
from mellantid.core.weeks import iso_weeks, week_ends
from mellantid.errors import QuestionError
from mellantid.workspace.pace_table import running_week

if TYPE_CHECKING:
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race


@dataclass(frozen=True)
class BandWeek:
    """One line of the band.

    Attributes:
        week: the ISO week.
        last: its last working date in the plan.
        planned: movements needed by its end since the plan's start, in the order of `Band.legs`.

    """

    week: str
    last: dt.date
    planned: tuple[float, ...]


@dataclass(frozen=True)
class Band:
    """A pace band; the keys are those of `GET /api/v1/band`.

    Attributes:
        owner: a seller, a team or `all`.
        plan_version: the plan that it is cut from.
        as_of: the local date at whose end this held.
        first: the plan's first date.
        last: its last date.
        now: the running ISO week; it may lie outside the band.
        legs: in the order of the course.
        weeks: a line for each.

    """

    owner: str
    plan_version: int
    as_of: dt.date
    first: dt.date
    last: dt.date
    now: str
    legs: tuple[str, ...]
    weeks: tuple[BandWeek, ...]


def pace_band(race: Race, plan: Plan, people: People, owner: str = EVERYONE) -> Band:
    """Cut the band of an owner from the plan.

    A seller's or team's numbers are the roll of their own open deals and their share of the planned
    creation; those of all sellers and nobody sum to the whole plan's. A team has its own sellers.

    Args:
        race: what is known.
        plan: the plan.
        people: everyone.
        owner: a seller's identity, a team's name, or `EVERYONE`.

    Raises:
        QuestionError: they have no part in the plan, or the plan is of another course.

    """
    clock, process = race.history.clock, race.history.process
    days = np.arange(plan.start + 1, plan.start + 1 + plan.days)
    ends = days[week_ends(iso_weeks(clock, days))]
    names, _ = plan.weeks(clock)
    planned = (plan.planned if owner == EVERYONE else _own(race, plan, people, owner))[
        ends - plan.start
    ]
    dates = [EPOCH + dt.timedelta(days=date) for date in clock.date_of_day(ends).tolist()]
    return Band(
        owner=owner,
        plan_version=plan.version,
        as_of=clock.date(race.history.until - 1),
        first=clock.date(plan.made),
        last=max(clock.date(each.ends - 1) for each in plan.periods),
        now=running_week(race),
        legs=process.legs,
        weeks=tuple(
            BandWeek(week, date, tuple(row))
            for week, date, row in zip(names, dates, planned.tolist(), strict=True)
        ),
    )


def _own(race: Race, plan: Plan, people: People, owner: str) -> Floats:
    """A team's or seller's planned cumulative passes, (days + 1, S + 1)."""
    known = {*race.history.owners, *plan.owners}
    teams = {*people.parents, *people.team_of(people.persons).values()}
    belongs = people.team_of(known) if owner in teams else {each: each for each in known}
    planned = planned_by_group(race.history, plan, belongs)
    if owner not in planned:
        raise QuestionError(
            f"{people.name(owner)} has no part in plan {plan.version}: choose a seller or a team "
            "that had deals when it was made, or the whole organisation."
        )
    return planned[owner]
