"""A report's data from what the workspace answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.planning.planned_amounts import planned_amounts
from mellantid.core.standing.passed import passes_made
from mellantid.core.weeks import iso_weeks, week_ends
from mellantid.metrics import numbers
from mellantid.report.data import (
    DealLine,
    Fan,
    FanPoint,
    LegLine,
    Meta,
    Outcome,
    PaceWeek,
    ReportData,
    StageLine,
)
from mellantid.report.watched import watch_lines
from mellantid.report.wording import wording
from mellantid.workspace.declared import worth_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats, Ints
    from mellantid.report.wording import Wording
    from mellantid.workspace import LegStanding, People, Race, Standing, Workspace
    from mellantid.workspace import Outcome as Foretold
    from mellantid.workspace.outcome import DealChance

COURSE_WEEKS: Final = 13
PLANNED_POINTS: Final = 27
SHOWN_DEALS: Final = 12


def compose(
    workspace: Workspace, race: Race, language: str = "en", foretold: Foretold | None = None
) -> ReportData:
    """Everything that a report of a process shows; its notes are in the language.

    Args:
        workspace: the organisation.
        race: what is known.
        language: of the notes.
        foretold: the forecast, where it has been made already.

    Raises:
        QuestionError: there is no plan, or no target.

    """
    until = race.history.until
    plan = workspace.plan(race.history.process.name, until)
    standing = workspace.standing(race)
    foretold = foretold or workspace.outcome(race)
    weeks, actual = _actual_by_week(race, plan)
    people = workspace.people
    stages, caught = field_of(workspace, race)
    return ReportData(
        meta=meta_of(workspace, race, standing),
        legs=leg_lines(standing.legs, _course(plan, weeks, actual)),
        gap_money=standing.gap_money,
        amount_changes=standing.amount_changes,
        re_estimation=standing.re_estimation,
        outcome=_outcome(foretold),
        watch=watch_lines(workspace, race),
        fan=_fan(race, plan, foretold, standing),
        stages=stages,
        caught=caught,
        deals=deal_lines(foretold.deals[:SHOWN_DEALS], people),
        pace=_pace(race, plan, actual),
        notes=_notes(race, foretold, wording(language)),
    )


def meta_of(workspace: Workspace, race: Race, standing: Standing) -> Meta:
    """Whose report it is, of what period."""
    clock = race.history.clock
    first, last, now = (
        int(clock.day_of_date((date - EPOCH).days))
        for date in (standing.first - dt.timedelta(days=1), standing.last, standing.as_of)
    )
    return Meta(
        organisation=workspace.settings.name,
        process=race.history.process.name,
        currency=race.unit,
        as_of=standing.as_of,
        first=standing.first,
        last=standing.last,
        day=max(min(now, last) - first, 0),
        days=last - first,
        target=standing.target,
        plan_version=standing.plan_version,
    )


def _actual_by_week(race: Race, plan: Plan) -> tuple[Ints, Floats]:
    """Ends of the plan's weeks that are over, and the movements made by then, (weeks, legs)."""
    history = race.history
    days = np.arange(plan.start + 1, min(history.until_day, plan.start + plan.days) + 1)
    if not days.size:
        return days, np.zeros((0, len(history.process.legs)))
    ends = days[week_ends(iso_weeks(history.clock, days))]
    return ends, passes_made(history, plan)[ends - plan.start]


def weekly_course(race: Race, plan: Plan) -> Floats:
    """Every leg's split in movements at the ends of the latest weeks, (weeks, legs)."""
    return _course(plan, *_actual_by_week(race, plan))


def _course(plan: Plan, weeks: Ints, actual: Floats) -> Floats:
    course = actual - plan.planned[weeks - plan.start] if weeks.size else actual
    return course[-COURSE_WEEKS:]


def leg_lines(legs: Sequence[LegStanding], course: Floats | None = None) -> tuple[LegLine, ...]:
    """The splits of legs as the report has them.

    Args:
        legs: the splits, in the order of the course.
        course: their splits in movements at the ends of past weeks, (weeks, legs); None: not told.

    """
    return tuple(
        LegLine(
            leg=each.leg,
            planned=each.planned,
            actual=each.actual,
            movements=each.movements,
            days=each.days,
            money=each.money,
            verdict=each.verdict,
            trend=each.trend,
            needed_per_week=None if np.isnan(each.needed_per_week) else each.needed_per_week,
            now_per_week=each.now_per_week,
            course=() if course is None else tuple(course[:, leg].tolist()),
            needs=int(each.needs),
        )
        for leg, each in enumerate(legs)
    )


def _outcome(foretold: Foretold) -> Outcome:
    return Outcome(
        until=foretold.until,
        won=foretold.won,
        mean=foretold.mean,
        sd=foretold.sd,
        quantiles={float(level): amount for level, amount in foretold.quantiles.items()},
        p_target=foretold.p_target,
        arrival={float(level): date for level, date in (foretold.arrival or {}).items()},
        open_mean=foretold.open_mean,
        new_mean=foretold.new_mean,
    )


def _fan(race: Race, plan: Plan, foretold: Foretold, standing: Standing) -> Fan:
    history = race.history
    clock, period = history.clock, plan.periods[0]
    won = foretold.whole.won
    order = np.argsort(won.at, kind="stable")
    dates = clock.zone.dates(won.at[order])
    so_far = np.cumsum(foretold.whole.won_amount[order])
    day_ends = np.flatnonzero(np.append(dates[1:] != dates[:-1], True)[: dates.size])
    history_line = [(_date(dates[row]), float(so_far[row])) for row in day_ends]
    until = foretold.until
    course = foretold.whole.course
    levels = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    points = zip(course.dates, course.quantiles(levels).tolist(), strict=True)
    days = np.unique(np.rint(np.linspace(plan.start, period.last, PLANNED_POINTS)).astype(np.int64))
    planned = planned_amounts(history, plan, 0, days).tolist()
    return Fan(
        won=((standing.first, 0.0), *history_line, (standing.as_of, foretold.won)),
        planned=tuple(
            (_date(date), amount)
            for date, amount in zip(clock.date_of_day(days).tolist(), planned, strict=True)
        ),
        ahead=tuple(FanPoint(date, *row) for date, row in points if date <= until),
    )


def deal_lines(deals: Sequence[DealChance], people: People) -> tuple[DealLine, ...]:
    """Open deals of a forecast as the report has them."""
    return tuple(
        DealLine(
            each.deal,
            each.stage,
            each.age,
            each.amount,
            each.p,
            _name(each.owner, people),
            each.owner,
        )
        for each in deals
    )


def _name(owner: str | None, people: People) -> str | None:
    """What people call an owner; None where nobody is known."""
    return None if owner is None else people.name(owner)


def field_of(
    workspace: Workspace, race: Race, owners: Collection[str] | None = None
) -> tuple[tuple[StageLine, ...], tuple[DealLine, ...]]:
    """The stages with their open deals and ropes, and the deals that are caught.

    Args:
        workspace: the organisation.
        race: what is known.
        owners: whose deals; None: everyone's.

    """
    open_, found, people = race.open_deals, workspace.ropes(race), workspace.people
    amount = np.where(np.isnan(open_.amount), race.assumed_amount, open_.amount)
    theirs = np.ones(open_.size, dtype=np.bool_)
    caught = found.caught
    if owners is not None:
        places = [k for k, owner in enumerate(race.history.owners) if owner in owners]
        theirs = np.isin(open_.owner, places)
        caught = tuple(deal for deal in caught if deal.owner in owners)
    late = [deal.stage for deal in caught]
    stages = tuple(
        StageLine(
            stage=rope.stage,
            open=int((theirs & (open_.stage == place)).sum()),
            amount=float(amount[theirs & (open_.stage == place)].sum()),
            caught=late.count(rope.stage),
            cutoff=rope.cutoff,
            basis=rope.basis,
            n=rope.n,
        )
        for place, rope in enumerate(found.stages)
    )
    return stages, tuple(
        DealLine(
            deal.deal,
            deal.stage,
            deal.age,
            deal.amount,
            owner=_name(deal.owner, people),
            owner_id=deal.owner,
        )
        for deal in caught
    )


def _pace(race: Race, plan: Plan, actual: Floats) -> tuple[PaceWeek, ...]:
    clock = race.history.clock
    days = np.arange(plan.start + 1, plan.start + 1 + plan.days)
    ends = days[week_ends(iso_weeks(clock, days))]
    return tuple(
        PaceWeek(
            last=_date(date),
            planned=tuple(plan.planned[end - plan.start].tolist()),
            actual=tuple(actual[week].tolist()) if week < len(actual) else None,
        )
        for week, (date, end) in enumerate(
            zip(clock.date_of_day(ends).tolist(), ends.tolist(), strict=True)
        )
    )


def _notes(race: Race, foretold: Foretold, words: Wording) -> tuple[str, ...]:
    notes = []
    if foretold.unknown_amounts:
        n = numbers.count(foretold.unknown_amounts, words.language)
        notes.append(words("plain.unknown_amounts", n=n))
    silence = race.silence
    if silence is not None and silence.standing.size:
        n, days = (
            numbers.count(each, words.language) for each in (silence.standing.size, silence.days)
        )
        worth = worth_in_words(silence, race.unit, words.language)
        notes.append(words("plain.silence", n=n, days=days, worth=worth))
    return tuple(notes)


def _date(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(number))
