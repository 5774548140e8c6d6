"""Where we are against the plan: splits in movements, days and money that sum to the gap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.core.planning.owners import Owners
from mellantid.core.standing.money import money
from mellantid.core.standing.splits import splits
from mellantid.core.standing.verdict import needs_more
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.worth import Basis
    from mellantid.core.standing.money import Money
    from mellantid.core.standing.splits import Splits
    from mellantid.core.types import Floats
    from mellantid.workspace.race import Race
    from mellantid.workspace.weekly import Innovation, WeekMoney

LEG: Final = "leg"
TEAM: Final = "team"
SELLER: Final = "seller"


@dataclass(frozen=True)
class LegStanding:
    """One leg's split.

    Attributes:
        leg: its name.
        planned: movements planned by now.
        actual: movements made.
        movements: actual less planned.
        days: working days ahead, as a race clock says it.
        money: what the leg added to the expected outcome, less what the plan expected of it.
        verdict: in words; see `core.standing.verdict.Verdict`.
        trend: change of `movements` in the last 20 working days.
        needed_per_week: movements a week that lead back to the plan at its end.
        now_per_week: movements a week lately.
        low: fewest movements that are no evidence of being behind.
        high: most movements that are no evidence of being ahead.
        needs: movements yet to be planned before a verdict is possible.

    """

    leg: str
    planned: float
    actual: float
    movements: float
    days: float
    money: float
    verdict: str
    trend: float
    needed_per_week: float
    now_per_week: float
    low: float
    high: float
    needs: float


@dataclass(frozen=True)
class GroupStanding:
    """A team's or a seller's splits; the gaps of all groups sum to the whole gap."""

    group: str
    gap_money: float
    legs: tuple[LegStanding, ...]
    amount_changes: float
    transfers: float
    re_estimation: float


@dataclass(frozen=True)
class PeriodGap:
    """What a target's period is expected to bring against the plan."""

    first: dt.date
    last: dt.date
    target: float
    planned: float
    expected: float
    gap: float


@dataclass(frozen=True)
class Standing:
    """The splits of one period.

    The money of `legs`, `amount_changes` and `re_estimation` sums to `gap_money`.

    Attributes:
        as_of: the local date at whose end this held.
        plan_version: the plan compared with.
        first: the period's first date.
        last: its last date.
        owner: whose target it is.
        target: the amount.
        planned_money: the won amount that the plan expects.
        expected_money: the won amount expected now.
        gap_money: the second less the first.
        legs: a line for each leg.
        amount_changes: what amounts that changed, or became known, did to it.
        owner_changes: what deals that went from one owner to another did to it: nothing, in all;
            see `groups`.
        re_estimation: what is due to knowing better: corrections and a model fitted anew.
        corrections: the part that comes from history corrected since the plan was made.
        refitted: the part that comes from the model fitted anew.
        periods: every period of the plan, this one among them.
        groups: by team or seller, where asked for.
        weeks: the money of every week by group and line, where asked for; together with
            `re_estimation` it sums to the gap.
        innovation: the mean of a week, likewise.

    """

    as_of: dt.date
    plan_version: int
    first: dt.date
    last: dt.date
    owner: str
    target: float
    planned_money: float
    expected_money: float
    gap_money: float
    legs: tuple[LegStanding, ...]
    amount_changes: float
    owner_changes: float
    re_estimation: float
    corrections: float
    refitted: float
    periods: tuple[PeriodGap, ...]
    groups: tuple[GroupStanding, ...] = ()
    weeks: tuple[WeekMoney, ...] = ()
    innovation: tuple[Innovation, ...] = ()


def standing(
    race: Race,
    plan: Plan,
    place: int,
    belongs: Mapping[str, str] | None = None,
    weekly: bool = False,
) -> Standing:
    """Compare what happened with the plan.

    Args:
        race: what is known now.
        plan: the plan.
        place: which of the plan's periods.
        belongs: the group of each owner, where splits by group are asked for.
        weekly: whether the money of every week is asked for.

    """
    history = race.history
    statements = money(history, plan, anew=anew_basis(race, plan), weekly=weekly)
    found = statements[place]
    everyone = splits(history, plan)
    clock, period = history.clock, plan.periods[place]
    return Standing(
        as_of=clock.date(history.until - 1),
        plan_version=plan.version,
        first=clock.date(period.begins),
        last=clock.date(period.ends - 1),
        owner=period.owner,
        target=period.target,
        planned_money=plan.expected[place],
        expected_money=found.value,
        gap_money=float(found.gap.sum()),
        legs=_legs(everyone, 0, found.legs.sum(axis=0)),
        amount_changes=float(found.amount_changes.sum()),
        owner_changes=float(found.transfers.sum()),
        re_estimation=float(found.re_estimation.sum()),
        corrections=float(found.corrections.sum()),
        refitted=float(found.refitted.sum()),
        periods=_periods(plan, statements, clock),
        groups=() if belongs is None else _groups(race, plan, found, belongs),
        **(_by_week(race, plan, found, belongs) if weekly else {}),
    )


def _by_week(
    race: Race, plan: Plan, found: Money, belongs: Mapping[str, str] | None
) -> dict[str, Any]:
    """The money of every week, and the mean of a week."""
    from mellantid.workspace.weekly import week_innovations, week_money  # noqa: PLC0415 (seldom)

    history, legs = race.history, race.history.process.legs
    groups = () if belongs is None else Owners.of(history, plan).groups(belongs)
    return {
        "weeks": week_money(found, history, legs, *groups),
        "innovation": week_innovations(found, history, legs),
    }


def anew_basis(race: Race, plan: Plan) -> Basis:
    """What a plan made now would stand on; where nothing is created any more, the plan's mix."""
    try:
        return race.basis
    except NotEnoughDataError:
        return replace(plan.basis, hazard=race.model.hazard[0])


def _periods(plan: Plan, statements: Sequence[Money], clock: WorkingClock) -> tuple[PeriodGap, ...]:
    return tuple(
        PeriodGap(
            first=clock.date(period.begins),
            last=clock.date(period.ends - 1),
            target=period.target,
            planned=planned,
            expected=found.value,
            gap=float(found.gap.sum()),
        )
        for period, planned, found in zip(plan.periods, plan.expected, statements, strict=True)
    )


def _groups(
    race: Race, plan: Plan, found: Money, belongs: Mapping[str, str]
) -> tuple[GroupStanding, ...]:
    compared = splits(race.history, plan, belongs)
    names, of = Owners.of(race.history, plan).groups(belongs)
    lines = []
    for place, name in enumerate(names):
        mine = of == place
        lines.append(
            GroupStanding(
                group=name,
                gap_money=float(found.gap[mine].sum()),
                legs=_legs(compared, place, found.legs[mine].sum(axis=0)),
                amount_changes=float(found.amount_changes[mine].sum()),
                transfers=float(found.transfers[mine].sum()),
                re_estimation=float(found.re_estimation[mine].sum()),
            )
        )
    return tuple(lines)


def _legs(found: Splits, group: int, by_leg: Floats) -> tuple[LegStanding, ...]:
    needs = np.asarray(needs_more(found.planned[group]))
    return tuple(
        LegStanding(
            leg=name,
            planned=float(found.planned[group, leg]),
            actual=float(found.actual[group, leg]),
            movements=float(found.movements[group, leg]),
            days=float(found.days[group, leg]),
            money=float(by_leg[leg]),
            verdict=str(found.verdict[group, leg]),
            trend=float(found.trend[group, leg]),
            needed_per_week=float(found.needed_per_week[group, leg]),
            now_per_week=float(found.now_per_week[group, leg]),
            low=float(found.low[group, leg]),
            high=float(found.high[group, leg]),
            needs=float(needs[leg]),
        )
        for leg, name in enumerate(found.legs)
    )
