"""A plan that is proposed: worked out as the next version, told beside the newest, not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.workspace import tables
from mellantid.workspace.planning import later_start, new_plan, to_plan_from
from mellantid.workspace.plans import PlanVersion, plan_version

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.workspace.workspace import Workspace


@dataclass(frozen=True)
class LegProposed:
    """The pace of a leg in movements a working week; `before` is None without a plan to compare."""

    leg: str
    before: float | None
    after: float


@dataclass(frozen=True)
class Proposal:
    """A plan that is proposed.

    Attributes:
        plan: what it would be kept as.
        newest: the number of the newest version that is kept; None without one of this course.
        legs: the pace of both, leg by leg.

    """

    plan: PlanVersion
    newest: int | None
    legs: tuple[LegProposed, ...]


def proposed(
    workspace: Workspace, process: str, start: dt.date | None, now: int, p: float | None
) -> Proposal:
    """Work a plan out and keep nothing.

    Args:
        workspace: where it would be kept.
        process: its name.
        start: its first date, as `planning.keep_new_plan` takes it; None where history begins too
            late for that: the first day for which there is enough.
        now: the present moment (ms).
        p: the chance with which targets are to be met; None: on average.

    Raises:
        QuestionError: there is no target to plan for, or the chance is none.
        NotEnoughDataError: nothing was known when it would begin.

    """
    begins = start or later_start(workspace, process, now)
    race, targets, _ = to_plan_from(workspace, process, begins, now)
    versions = tables.plan_versions(workspace.ledger, process)
    plan = new_plan(race, targets, versions[-1][0] + 1 if versions else 1, p)
    newest = tables.read_plan(workspace.ledger, process, versions[-1][0]) if versions else None
    legs = workspace.process(process).legs
    if newest is not None and newest.stages != plan.stages:
        newest = None
    before = [None] * len(legs) if newest is None else newest.per_week().tolist()
    after = plan.per_week().tolist()
    return Proposal(
        plan_version(plan, workspace.clock),
        None if newest is None else newest.version,
        tuple(LegProposed(*row) for row in zip(legs, before, after, strict=True)),
    )
