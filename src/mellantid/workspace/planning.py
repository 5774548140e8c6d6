"""Making a plan: from when, on what season, and not before there is anything to learn from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import EPOCH
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.ramp import Ramp, learn_ramp
from mellantid.errors import NotEnoughDataError, QuestionError
from mellantid.workspace import tables
from mellantid.workspace.aims import start_of_what_is_over, targets_ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Target
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace

LONGEST_RAMP: Final = 500
"""Working days of the longest ramp that can be given: two years."""
LEARNING_DAYS: Final = 65
"""Working days of history, a quarter, after which a first plan is proposed to begin."""


def first_date(targets: Sequence[Target], today: dt.date) -> dt.date:
    """The day a plan begins on: the nearest target's first, or today where that is yet to come."""
    return min(targets[0].first, today)


def refuse_unknown_past(
    process: str, clock: WorkingClock, first: dt.date, today: dt.date, known: int | None
) -> None:
    """Refuse a plan that begins before anything was known.

    Args:
        process: its name.
        clock: the workspace's clock.
        first: the plan's first date.
        today: the present date.
        known: the moment (ms) at which something was first known; None: nothing is.

    Raises:
        NotEnoughDataError: it does; the message names a day from which a plan can begin.

    """
    if known is None:
        raise NotEnoughDataError(f"There are no deals in {process!r} yet: import them first.")
    if known < clock.start_of(first):
        return
    raise NotEnoughDataError(
        f"The plan would begin on {first}, and the history of {process!r} begins on "
        f"{clock.date(known)}: there is nothing yet to learn the pace from. Begin later, with "
        f"mellantid plan --start {earliest_start(clock, today, known)}."
    )


def earliest_start(clock: WorkingClock, today: dt.date, known: int) -> dt.date:
    """A day from which a first plan can begin: after a quarter of history, or today, if sooner.

    Args:
        clock: the workspace's clock.
        today: the present date.
        known: the moment (ms) at which something was first known.

    """
    learned = EPOCH + dt.timedelta(days=int(clock.date_of_day(clock.day(known) + LEARNING_DAYS)))
    return max(min(learned, today), clock.date(known) + dt.timedelta(days=1))


def keep_new_plan(
    workspace: Workspace,
    process: str,
    start: dt.date | None,
    now: int,
    p: float | None = None,
    ramp: int | None = None,
) -> tuple[Plan, Race]:
    """Make and keep the next version of a process's plan.

    Args:
        workspace: where it is kept.
        process: its name.
        start: the plan's first date, worked out from what was known when it began; None: the
            first date of the running target, or of the last one where all are over, or today
            for one that is yet to come.
        now: the present moment (ms).
        p: the chance with which targets are to be met; None: on average.
        ramp: working days that a new seller takes to a settled pace; None: as past starters did.

    Returns:
        The plan, and what was known when it begins.

    Raises:
        QuestionError: there is no target to plan for.
        NotEnoughDataError: nothing was known when it would begin.

    """
    if ramp is not None and not 0 <= ramp <= LONGEST_RAMP:
        raise QuestionError(
            f"A ramp of {ramp} days cannot be planned with: give 0 to {LONGEST_RAMP} working days."
        )
    race, targets, first = to_plan_from(workspace, process, start, now)
    with workspace.ledger.writing():
        versions = tables.plan_versions(workspace.ledger, process)
        plan = new_plan(race, targets, versions[-1][0] + 1 if versions else 1, p, ramp)
        tables.write_plan(workspace.ledger, process, plan, first, now)
    return plan, race


def to_plan_from(
    workspace: Workspace, process: str, start: dt.date | None, now: int
) -> tuple[Race, list[Target], dt.date]:
    """What a plan would be made from; arguments and errors as of `keep_new_plan`.

    Returns:
        What is known when it begins, the targets that it is to meet, and its first date.

    """
    targets, first, today = _aims_from(workspace, start, now)
    clock = workspace.clock
    refuse_unknown_past(process, clock, first, today, workspace.first_known(process))
    return workspace.race(process, clock.start_of(first)), targets, first


def later_start(workspace: Workspace, process: str, now: int) -> dt.date | None:
    """A day to begin on where the plan's own first day comes before its history; else None.

    Raises:
        QuestionError: there is no target to plan for.

    """
    _, first, today = _aims_from(workspace, None, now)
    known = workspace.first_known(process)
    if known is None or known < workspace.clock.start_of(first):
        return None
    return earliest_start(workspace.clock, today, known)


def _aims_from(
    workspace: Workspace, start: dt.date | None, now: int
) -> tuple[list[Target], dt.date, dt.date]:
    """The targets that a plan is to meet, its first date, and the present date."""
    today = workspace.clock.date(workspace.moment(None, now).until - 1)
    start = start or start_of_what_is_over(workspace.targets, today)
    targets = targets_ahead(workspace.targets, start or today)
    return targets, start or first_date(targets, today), today


def new_plan(
    race: Race,
    targets: list[Target],
    version: int,
    p: float | None = None,
    ramp: int | None = None,
) -> Plan:
    """Make the next version of the plan.

    Args:
        race: what was known when the plan starts.
        targets: what it is to meet.
        version: its number.
        p: the chance with which each target is to be met; None: on average.
        ramp: working days that a new seller takes to a settled pace; None: as past starters did.

    """
    return make_plan(
        race.history,
        race.basis,
        targets,
        season=_season(race),
        p=p,
        needed=None if p is None else [_needed(race, each, p) for each in targets],
        ramp=learn_ramp(race.history) if ramp is None else Ramp(ramp),
        assumed=race.assumed_amount,
        version=version,
    )


def _needed(race: Race, target: Target, p: float) -> Callable[[Ints], Floats]:
    """The pace with which the forecast gives a target the chance `p`, in the season's shape."""
    from mellantid.core.forecasting.needed_pace import needed_pace  # noqa: PLC0415 (seldom)
    from mellantid.workspace.outcome import foretell  # noqa: PLC0415 (as above)

    multiple = needed_pace(foretell(race, target.first, target.last, None), target.amount, p)
    clock = race.history.clock

    def pace(days: Ints) -> Floats:
        return multiple * race.arrivals.pace(clock.months_of_dates(clock.date_of_day(days)))

    return pace


def _season(race: Race) -> Callable[[Ints], Floats]:
    """Factors of the season on working days: as creations have had it."""
    clock, factors = race.history.clock, race.arrivals.season

    def season(days: Ints) -> Floats:
        months = clock.months_of_dates(clock.date_of_day(days))
        return factors[months % 100 - 1]

    return season
