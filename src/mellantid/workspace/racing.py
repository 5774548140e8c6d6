"""Composing a seller's own race from the money, the passes and the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.planning.owners import Owners
from mellantid.core.standing.created import BACK, OF_PLAN, ONWARD, WAITING
from mellantid.core.standing.in_hand import in_hand
from mellantid.core.standing.milestones import milestones
from mellantid.core.weeks import week_name
from mellantid.workspace.aims import running_period
from mellantid.workspace.own_bests import own_bests
from mellantid.workspace.own_credits import own_credits, own_ranking
from mellantid.workspace.own_race import PLAN, TARGET, OwnLeg, OwnMilestone, OwnRace
from mellantid.workspace.own_weeks import own_streak, own_team_week, own_then
from mellantid.workspace.running import Running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Target
    from mellantid.core.types import Floats
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race


def own_race(
    race: Race,
    plan: Plan,
    owner: str,
    people: People,
    targets: Sequence[Target],
    ranked: frozenset[str] = frozenset(),
) -> OwnRace | None:
    """A seller's own race; None where nothing of theirs is in it.

    Args:
        race: what is known now.
        plan: the plan.
        owner: the seller's identity.
        people: everyone.
        targets: those that hold.
        ranked: sellers who take part in the ranking.

    """
    history = race.history
    if owner not in history.owners:
        return None
    known = ranked & set(history.owners)
    place = running_period(plan, history.until)
    run = Running(race, plan, place, owner, people, known)
    goal, goal_from = _goal(run, targets)
    course = in_hand(history, plan, place, run.code)
    found, clock, period = run.money, history.clock, plan.periods[place]
    parts, week = run.created.of(run.codes([owner])), run.created.of(run.codes([owner]), run.week)
    return OwnRace(
        as_of=clock.date(history.until - 1),
        owner=owner,
        name=people.name(owner),
        plan_version=plan.version,
        since=run.date(plan.start + 1),
        last=clock.date(period.ends - 1),
        week=week_name(run.week),
        goal=goal,
        goal_from=goal_from,
        in_hand=float(course[-1]),
        won=run.won([owner], period.begins, period.ends)[1],
        gap_money=float(found.gap[run.code]),
        amount_changes=float(found.amount_changes[run.code]),
        transfers=float(found.transfers[run.code]),
        re_estimation=float(found.re_estimation[run.code]),
        week_created=float(week[:, ONWARD].sum()),
        created=float(parts[:, ONWARD].sum()),
        mean_week=float(parts[:, ONWARD].sum()) / max(run.created.weeks.size, 1),
        week_beyond=run.beyond([owner], run.week),
        beyond=run.beyond([owner]),
        legs=_legs(run, parts, week),
        milestones=_milestones(run, course, goal),
        bests=own_bests(run),
        streak=own_streak(run),
        then=own_then(run),
        team_week=own_team_week(run),
        credits=own_credits(run),
        ranking=own_ranking(run) if owner in known else None,
    )


def _goal(run: Running, targets: Sequence[Target]) -> tuple[float, str]:
    """The seller's own target of the period; else what the plan expects of them."""
    clock, period = run.history.clock, run.plan.periods[run.place]
    dates = clock.date(period.begins), clock.date(period.ends - 1)
    for each in targets:
        if each.owner == run.owner and (each.first, each.last) == dates:
            return each.amount, TARGET
    owners = Owners.of(run.history, run.plan)
    coming = run.plan.creation(run.plan.chances(run.history.process)[run.place]) @ owners.daily
    stored = owners.spread(run.plan.opening[run.place])
    return float((stored + coming)[run.code]), PLAN


def _legs(run: Running, parts: Floats, week: Floats) -> tuple[OwnLeg, ...]:
    me, passes = run.codes([run.owner]), run.passes
    now = passes.between(me, *run.this_week)
    since = passes.between(me, run.plan.start + 1, max(run.history.until_day, run.plan.start + 1))
    planned = run.planned[run.owner][run.gone]
    return tuple(
        OwnLeg(
            leg=name,
            week_movements=float(now[leg]),
            movements=float(since[leg]),
            planned=float(planned[leg]),
            week_created=float(week[leg, ONWARD]),
            created=float(parts[leg, ONWARD]),
            back=float(parts[leg, BACK]),
            waiting=float(parts[leg, WAITING]),
            of_plan=float(parts[leg, OF_PLAN]),
            money=float(run.money.legs[run.code, leg]),
        )
        for leg, name in enumerate(run.history.process.legs)
    )


def _milestones(run: Running, course: Floats, goal: float) -> tuple[OwnMilestone, ...]:
    return tuple(
        OwnMilestone(
            each.value,
            None if each.first is None else run.date(run.plan.start + each.first),
            each.ahead,
            each.goal,
        )
        for each in milestones(course, goal)
    )
