"""Versions of the plan: which there are, and what differs between two of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from mellantid.core.chances.wintable import win_chances
from mellantid.errors import QuestionError
from mellantid.workspace import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.planning.plan import Plan
    from mellantid.core.process import Process
    from mellantid.core.types import Floats
    from mellantid.ledger import Ledger

Row = TypeVar("Row")

LONG_RUN: Final = 500
"""Working days that stand for `at all`: two years."""


@dataclass(frozen=True)
class PlanTarget:
    """A target of a plan, and what the plan makes of it."""

    owner: str
    target: float
    first: dt.date
    last: dt.date
    expected: float
    met: bool


@dataclass(frozen=True)
class PlanVersion:
    """One version of the plan.

    Attributes:
        version: its number.
        start: its first date.
        end: the last date of its last target.
        p: the chance with which the targets are to be met; None: on average.
        reachable: whether all are met.
        targets: what it is to meet.
        created_per_week: deals to create in a working week, on average.
        opening: expected of what was won and open at its start, for its first target.
        mean_amount: what a deal to come is worth if it is won.

    """

    version: int
    start: dt.date
    end: dt.date
    p: float | None
    reachable: bool
    targets: tuple[PlanTarget, ...]
    created_per_week: float
    opening: float
    mean_amount: float


@dataclass(frozen=True)
class LegChange:
    """The pace of a leg in two versions, in movements a working week, and the difference."""

    leg: str
    before: float
    after: float
    change: float


@dataclass(frozen=True)
class StageChange:
    """The chance of an entrant to be won at all in two versions' models, and the difference."""

    stage: str
    before: float
    after: float
    change: float


@dataclass(frozen=True)
class PlanComparison:
    """The keys are those of `mellantid plan compare --json`."""

    before: PlanVersion
    after: PlanVersion
    legs: tuple[LegChange, ...]
    stages: tuple[StageChange, ...]


def versions(ledger: Ledger, process: Process, clock: WorkingClock) -> tuple[PlanVersion, ...]:
    """All versions of a process's plan, the oldest first."""
    known = tables.plan_versions(ledger, process.name)
    return tuple(
        plan_version(tables.read_plan(ledger, process.name, number), clock) for number, _ in known
    )


def newest_begun(ledger: Ledger, process: str, date: dt.date) -> Plan:
    """The newest plan that had begun by the end of a date.

    Raises:
        QuestionError: there is none.

    """
    known = tables.plan_versions(ledger, process)
    begun = [version for version, start in known if start <= date + dt.timedelta(days=1)]
    if not begun:
        told = f" (the first begins on {known[0][1]})" if known else ""
        raise QuestionError(
            f"No plan of {process!r} had begun by {date}{told}: make one with mellantid plan."
        )
    return tables.read_plan(ledger, process, begun[-1])


def compare_versions(
    ledger: Ledger, process: Process, clock: WorkingClock, before: int, after: int
) -> PlanComparison:
    """What differs between two kept versions.

    Raises:
        QuestionError: there is no such version, or they are of different courses.

    """
    known = [number for number, _ in tables.plan_versions(ledger, process.name)]
    for number in (before, after):
        if number not in known:
            has = f"has {', '.join(map(str, known))}" if known else "has none yet"
            raise QuestionError(
                f"There is no plan {number}: {process.name!r} {has} (mellantid plan list)."
            )
    old, new = (tables.read_plan(ledger, process.name, each) for each in (before, after))
    return compare(old, new, process, clock)


def plan_version(plan: Plan, clock: WorkingClock) -> PlanVersion:
    """Tell of one version."""
    return PlanVersion(
        version=plan.version,
        start=clock.date(plan.made),
        end=max(clock.date(each.ends - 1) for each in plan.periods),
        p=plan.p,
        reachable=plan.reachable,
        targets=tuple(
            PlanTarget(
                each.owner,
                each.target,
                clock.date(each.begins),
                clock.date(each.ends - 1),
                expected,
                met,
            )
            for each, expected, met in zip(plan.periods, plan.expected, plan.met, strict=True)
        ),
        created_per_week=float(plan.per_week()[0]),
        opening=float(plan.opening[0].sum()),
        mean_amount=plan.basis.mean_amount,
    )


def compare(before: Plan, after: Plan, process: Process, clock: WorkingClock) -> PlanComparison:
    """What differs between two versions: targets, pace of every leg, model.

    Raises:
        QuestionError: one was made for other stages than the process has now.

    """
    for plan in (before, after):
        if plan.stages != process.stages:
            raise QuestionError(
                f"Plan {plan.version} was made for other stages than {process.name!r} has now, so "
                "its legs are not comparable: compare versions of one course."
            )
    return PlanComparison(
        plan_version(before, clock),
        plan_version(after, clock),
        _changes(LegChange, process.legs, before.per_week(), after.per_week()),
        _changes(
            StageChange, process.stages, *(_win_chances(plan, process) for plan in (before, after))
        ),
    )


def _changes(
    kind: Callable[..., Row], names: Sequence[str], before: Floats, after: Floats
) -> tuple[Row, ...]:
    columns = (names, before.tolist(), after.tolist(), (after - before).tolist())
    return tuple(kind(*row) for row in zip(*columns, strict=True))


def _win_chances(plan: Plan, process: Process) -> Floats:
    """The chance of an entrant of each stage to be won at all under a plan's model, (S,)."""
    _, entering = win_chances(process, plan.basis.hazard, LONG_RUN)
    found: Floats = entering[-1]
    return found
