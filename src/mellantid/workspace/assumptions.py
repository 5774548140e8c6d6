"""What a plan takes for granted: its model, pace, season, cap, amounts and shares, as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.creation.arrivals import WINDOW
from mellantid.core.planning.making import CAP_MULTIPLE
from mellantid.core.planning.pace import best_pace
from mellantid.core.planning.plan import NOBODY
from mellantid.core.planning.ramp import starts
from mellantid.core.weeks import WORKING_WEEK

if TYPE_CHECKING:
    from mellantid.core.planning.plan import Plan
    from mellantid.workspace.race import Race


@dataclass(frozen=True)
class Share:
    """A seller's part of the planned creation; an empty owner is nobody."""

    owner: str
    share: float


@dataclass(frozen=True)
class EntryShare:
    """The part of the deals to come that begin in a stage."""

    stage: str
    share: float


@dataclass(frozen=True)
class Assumptions:
    """The keys are those of `assumptions` in `mellantid plan --json`.

    Attributes:
        model_as_of: the local date at whose end the model's data end.
        stays: sojourns that the model is fitted on.
        window_first: the first date of the window that tells the pace so far.
        window_last: its last one.
        creations: deals created in it.
        creations_per_week: the pace so far, of an average month.
        best_per_week: the best quarter's pace.
        cap_per_week: the highest pace that the plan asks for; None: no limit.
        planned_per_week: the pace that it asks for, on average.
        season: factor on the pace by month, January first; all 1: none was found.
        entry: where the deals to come begin.
        mean_amount: what each of them is worth if it is won.
        won_amounts: won deals that this stands on.
        unknown_amounts: open deals without an amount.
        assumed_amount: what each of those is taken to be worth.
        shares: of the whole planned creation, the largest first.
        ramp_days: working days that a new seller takes to a settled pace; 0: no ramp.
        ramp_starters: sellers whose start was seen in the past, on whom it stands unless it was
            given.
        ramping: sellers who have not settled when the plan starts.

    """

    model_as_of: dt.date
    stays: int
    window_first: dt.date
    window_last: dt.date
    creations: int
    creations_per_week: float
    best_per_week: float
    cap_per_week: float | None
    planned_per_week: float
    season: tuple[float, ...]
    entry: tuple[EntryShare, ...]
    mean_amount: float
    won_amounts: int
    unknown_amounts: int
    assumed_amount: float
    shares: tuple[Share, ...]
    ramp_days: int
    ramp_starters: int
    ramping: tuple[str, ...]


def assumptions(plan: Plan, race: Race) -> Assumptions:
    """Tell what a plan assumes, from what was known when it was made."""
    history, created = race.history, race.arrivals
    last = history.until_day
    first = max(created.first, last - WINDOW + 1)
    best = best_pace(history)
    begun = starts(history)
    pairs = zip(plan.owners, plan.shares.tolist(), strict=True)
    shares = [Share(owner, share) for owner, share in pairs if share > 0]
    return Assumptions(
        model_as_of=history.clock.date(history.until - 1),
        stays=race.counts.total,
        window_first=_date(race, first),
        window_last=_date(race, last),
        creations=created.creations,
        creations_per_week=created.rate * WORKING_WEEK,
        best_per_week=best * WORKING_WEEK,
        cap_per_week=CAP_MULTIPLE * best * WORKING_WEEK if best else None,
        planned_per_week=float(plan.per_week()[0]),
        season=tuple(created.season.tolist()),
        entry=tuple(
            EntryShare(stage, share)
            for stage, share in zip(history.process.stages, plan.basis.entry.tolist(), strict=True)
            if share > 0
        ),
        mean_amount=plan.basis.mean_amount,
        won_amounts=int(created.amounts.size),
        unknown_amounts=int(np.isnan(race.open_deals.amount).sum()),
        assumed_amount=plan.assumed,
        shares=tuple(sorted(shares, key=lambda each: (each.owner == NOBODY, -each.share))),
        ramp_days=plan.ramp,
        ramp_starters=int((begun > 0).sum()),
        ramping=tuple(
            name
            for name, start in zip(history.owners, begun.tolist(), strict=False)
            if start and last - start < plan.ramp
        ),
    )


def _date(race: Race, day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(race.history.clock.date_of_day(day)))
