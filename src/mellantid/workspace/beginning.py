"""The way from an empty workspace to the first splits: which step is next, and sensible guesses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.open_deals import won_in
from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.workspace import tables
from mellantid.workspace.planning import later_start

if TYPE_CHECKING:
    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace

A_YEAR: Final = 365
DIGITS: Final = 2
"""A guess of a target has so many digits that are not 0."""


class Step(StrEnum):
    """The steps, in order."""

    COMPANY = "company"
    DEALS = "deals"
    TARGET = "target"
    PLAN = "plan"
    AHEAD = "ahead"
    DONE = "done"


@dataclass(frozen=True)
class Begun:
    """How far a workspace has come.

    Attributes:
        step: the one that is next.
        start: the day on which the plan begins that is ahead; or one from which it can, where the
            target's first is too early.
        empty: whether there is no deal yet.

    """

    step: Step
    start: dt.date | None = None
    empty: bool = False


def begun(workspace: Workspace, now: int) -> Begun:
    """How far a workspace has come."""
    if not workspace.has_settings:
        return Begun(Step.COMPANY)
    names = workspace.processes
    if not names:
        return Begun(Step.DEALS)
    clock, until = workspace.clock, workspace.moment(None, now + 1).until
    starts = [start for name in names for _, start in tables.plan_versions(workspace.ledger, name)]
    if any(clock.start_of(start) <= until for start in starts):
        return Begun(Step.DONE)
    if starts:
        return Begun(Step.AHEAD, start=min(starts))
    if not any(each.owner == EVERYONE for each in workspace.targets):
        return Begun(Step.TARGET)
    return _without_plan(workspace, now)


def _without_plan(workspace: Workspace, now: int) -> Begun:
    """What is left where only the plan is missing."""
    if all(workspace.first_known(name) is None for name in workspace.processes):
        return Begun(Step.PLAN, empty=True)
    try:
        later = [later_start(workspace, name, now) for name in workspace.processes]
    except QuestionError:
        return Begun(Step.PLAN)
    return Begun(Step.PLAN, start=max((each for each in later if each), default=None))


def has_begun(workspace: Workspace, now: int) -> bool:
    """Whether there is a race to be shown."""
    return begun(workspace, now).step is Step.DONE


def first_plan(workspace: Workspace, process: str, start: dt.date | None, now: int) -> None:
    """Make a first plan; where history begins too late for it, from when there is enough.

    Raises:
        QuestionError: there is no target to plan for.
        NotEnoughDataError: there is not enough history for a plan from the day that was given.

    """
    workspace.make_plan(process, start or later_start(workspace, process, now), now)


@dataclass(frozen=True)
class TargetGuess:
    """A target to begin from.

    Attributes:
        amount: what was won in the year before, rounded; None: nothing was.
        won: the same, not rounded.
        first: the first day of the present year.
        last: its last.

    """

    amount: float | None
    won: float
    first: dt.date
    last: dt.date


def guess_target(race: Race) -> TargetGuess:
    """Guess the present year's target: as much as was won in the 365 days before."""
    clock, until = race.history.clock, race.history.until
    today = clock.date(until - 1)
    found = won_in(race.history, clock.start_of(today - dt.timedelta(days=A_YEAR)), until)
    won = float(np.nansum(found.amount))
    year = dt.date(today.year, 1, 1), dt.date(today.year, 12, 31)
    return TargetGuess(_rounded(won) if won > 0 else None, won, *year)


def _rounded(amount: float) -> float:
    """To so many digits."""
    step = 10.0 ** (np.floor(np.log10(amount)) - DIGITS + 1)
    return float(np.round(amount / step) * step)
