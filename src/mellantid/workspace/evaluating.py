"""The evaluation: what was planned, what happened, which assumption was wrong, what now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.evaluation.attribution import Learned, attribution
from mellantid.core.evaluation.lines import Kind, Said
from mellantid.errors import MellantidError, NotEnoughDataError, QuestionError
from mellantid.workspace.aims import running_period
from mellantid.workspace.believing import Believed, believed
from mellantid.workspace.evaluations import (
    Closed,
    Due,
    close_evaluation,
    closed_evaluations,
    due,
    first_working_date,
)
from mellantid.workspace.proposing import Proposal, proposed
from mellantid.workspace.standing import anew_basis

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.evaluation.lines import Line
    from mellantid.core.planning.plan import Plan
    from mellantid.workspace.race import Race
    from mellantid.workspace.watching import Watch
    from mellantid.workspace.workspace import Workspace

PLAN_START: Final = "start"
MONTH_START: Final = "month"
OF_ONE: Final = (Kind.SIZE, Kind.WON_FOR, Kind.AMOUNTS)
"""Lines measured in amounts."""
SINCE: Final = (PLAN_START, MONTH_START)


@dataclass(frozen=True)
class EvaluationLine:
    """A part of the gap.

    Attributes:
        kind: what it is about; see `core.evaluation.lines.Kind`.
        leg: which leg; None: of none.
        money: what it added, ahead where positive.
        low: the least that is within chance; None: no matter of chance.
        high: the most.
        expected: what the plan expected: deals created, exits, exits onward of those that left;
            of amounts, the mean of one deal; None: it has no measure.
        seen: what was.
        n: how many events it stands on.
        verdict: see `core.evaluation.lines.Said`.

    """

    kind: str
    leg: str | None
    money: float
    low: float | None
    high: float | None
    expected: float | None
    seen: float | None
    n: float
    verdict: str


@dataclass(frozen=True)
class Evaluation:
    """The keys are those of `mellantid evaluate --json`.

    Attributes:
        as_of: the local date at whose end this held.
        process: its name.
        plan_version: the plan that is evaluated.
        plan_start: its first date.
        since: the date from which lines are told.
        first: the period's first date.
        last: its last date.
        target: the amount.
        planned_money: the won amount that the plan expects.
        expected_money: the won amount expected now.
        gap_money: the second less the first; the sum of the lines.
        lines: the parts of the gap.
        wrong: those that are beyond chance, the costliest first.
        chance: the sum of those that are within chance or too early to judge.
        chance_sd: how large chance alone is over all lines: their standard deviation.
        band: standard deviations beyond which a line is named.
        believed: what the model believes now, beside what the plan assumed.
        proposal: a plan from today, for the same targets; None: see `no_proposal`.
        no_proposal: why there is none.
        due: why it is time to evaluate; None: it is not.
        closed: the evaluations that were closed, the newest first.

    """

    as_of: dt.date
    process: str
    plan_version: int
    plan_start: dt.date
    since: dt.date
    first: dt.date
    last: dt.date
    target: float
    planned_money: float
    expected_money: float
    gap_money: float
    lines: tuple[EvaluationLine, ...]
    wrong: tuple[EvaluationLine, ...]
    chance: float
    chance_sd: float
    band: float
    believed: Believed
    proposal: Proposal | None
    no_proposal: str
    due: Due | None
    closed: tuple[Closed, ...]


def evaluation(
    workspace: Workspace, race: Race, since: str = PLAN_START, now: int | None = None
) -> Evaluation:
    """Evaluate the plan that holds.

    Args:
        workspace: the organisation.
        race: what is known.
        since: `PLAN_START`, or `MONTH_START`: since the first working day of the month.
        now: the present moment (ms), at which the plan proposed would be made; None: the question
            is about the past, and none is.

    Raises:
        QuestionError: there is no plan, it cannot be compared with the history, or `since` is
            neither.

    """
    if since not in SINCE:
        raise QuestionError(f"There is no {since!r} to evaluate from: choose start or month.")
    history, clock = race.history, race.history.clock
    process, today = history.process.name, clock.date(history.until - 1)
    plan = workspace.plan(process, history.until)
    past = workspace.race(process, plan.made)
    watch = _watch(workspace, race)
    place = running_period(plan, history.until)
    anew = anew_basis(race, plan)
    from_day = None
    if since == MONTH_START:
        from_day = max(_day(clock, first_working_date(clock, today)) - 1, plan.start)
    found = attribution(
        history,
        plan,
        place,
        anew=anew,
        learned=_learned(past, plan, watch),
        since=from_day,
    )
    period = plan.periods[place]
    lines = {id(each): _line(each, history.process.legs, found.band) for each in found.lines}
    proposal, why = _proposal(workspace, process, today, now, plan.p)
    # An old export stands at its own last day, and what is closed of it is closed today.
    closed = closed_evaluations(workspace.ledger, process, history.until if now is None else None)
    start = clock.date(plan.made)
    return Evaluation(
        as_of=today,
        process=process,
        plan_version=plan.version,
        plan_start=start,
        since=start if from_day is None else _date(clock, from_day + 1),
        first=clock.date(period.begins),
        last=clock.date(period.ends - 1),
        target=period.target,
        planned_money=plan.expected[place],
        expected_money=found.value,
        gap_money=found.gap,
        lines=tuple(lines[id(each)] for each in found.lines),
        wrong=tuple(lines[id(each)] for each in found.wrong()),
        chance=found.chance,
        chance_sd=found.chance_sd,
        band=found.band,
        believed=believed(race, plan, found, anew),
        proposal=proposal,
        no_proposal=why,
        due=due(clock, today, start, closed, watch),
        closed=closed,
    )


def evaluation_due(workspace: Workspace, race: Race) -> Due | None:
    """Whether it is time to evaluate; without a plan it never is."""
    history, clock = race.history, race.history.clock
    process = history.process.name
    try:
        plan = workspace.plan(process, history.until)
    except QuestionError:
        return None
    closed = closed_evaluations(workspace.ledger, process)
    today = clock.date(history.until - 1)
    return due(clock, today, clock.date(plan.made), closed, _watch(workspace, race))


def close(workspace: Workspace, race: Race, learned: str, author: str, now: int, key: str) -> None:
    """Close the evaluation of the plan that holds, with what was learned.

    Raises:
        CannotDo: it says nothing, or too much.
        QuestionError: there is no plan.

    """
    found = evaluation(workspace, race)
    wrong = tuple({"kind": each.kind, "leg": each.leg, "money": each.money} for each in found.wrong)
    closed = Closed(found.as_of, found.plan_version, found.gap_money, wrong, learned, author)
    close_evaluation(workspace.ledger, found.process, closed, now, key)


def _watch(workspace: Workspace, race: Race) -> Watch | None:
    """What the watch says of the legs; None where there is no whole day to watch yet."""
    try:
        return workspace.watch(race)
    except MellantidError:
        return None


def _learned(past: Race, plan: Plan, watch: Watch | None) -> Learned | None:
    """What the plan's chances stand on; None where its course is another one."""
    if past.history.process.stages != plan.stages:
        return None
    exits = past.counts.table(past.ages, fading=past.fading).exits[0].sum(axis=2)
    amounts = float(_won_amounts(past))
    if watch is None:
        return Learned(exits, amounts=amounts)
    return Learned(exits, watch.swing, watch.swing_of_creation, amounts)


def _won_amounts(past: Race) -> int:
    """How many won amounts the plan's mean stands on."""
    try:
        return int(past.arrivals.amounts.size)
    except NotEnoughDataError:
        return 0


def _line(line: Line, legs: tuple[str, ...], band: float) -> EvaluationLine:
    # What is added up is told of one deal.
    of_one = line.number if line.kind in OF_ONE and line.number > 0 else 1.0
    far = None if line.sd is None or line.said is Said.NO_CHANCE else band * line.sd
    return EvaluationLine(
        kind=str(line.kind),
        leg=None if line.leg is None else legs[line.leg],
        money=line.money,
        low=None if far is None else -far,
        high=far,
        expected=None if np.isnan(line.expected) else line.expected / of_one,
        seen=None if np.isnan(line.seen) else line.seen / of_one,
        n=line.number,
        verdict=str(line.said),
    )


def _proposal(
    workspace: Workspace, process: str, today: dt.date, now: int | None, p: float | None
) -> tuple[Proposal | None, str]:
    """A plan from today for the targets that hold, or why there is none."""
    if now is None:
        return None, ""
    try:
        return proposed(workspace, process, today, now, p), ""
    except (QuestionError, NotEnoughDataError) as error:
        return None, str(error)


def _day(clock: WorkingClock, date: dt.date) -> int:
    return int(clock.day_of_date((date - EPOCH).days))


def _date(clock: WorkingClock, day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(clock.date_of_day(day)))
