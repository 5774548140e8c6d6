"""What the model believes now beside what the plan assumed: per leg, of the pace, of amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.evaluation.beliefs import leg_beliefs
from mellantid.core.evaluation.lines import Kind
from mellantid.core.learning.stay_times import stay_times
from mellantid.core.weeks import WORKING_WEEK
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from mellantid.core.evaluation.attribution import Attribution
    from mellantid.core.learning.stay_times import Measured
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.worth import Basis
    from mellantid.workspace.race import Race


@dataclass(frozen=True)
class LegBelieved:
    """A leg after creation.

    Attributes:
        leg: its name.
        conversion_assumed: share that goes on, as the plan assumed.
        conversion_now: as the model believes now.
        conversion_seen: of the stays begun since the plan's first month, with its 95 % interval;
            None: too few have ended.
        days_assumed: median working days of a stay, as the plan assumed.
        days_now: as the model believes now.
        days_seen: of those stays likewise.
        n: how many of them have ended.

    """

    leg: str
    conversion_assumed: float | None
    conversion_now: float | None
    conversion_seen: Measured | None
    days_assumed: float | None
    days_now: float | None
    days_seen: Measured | None
    n: int


@dataclass(frozen=True)
class Believed:
    """What is believed now, beside what the plan assumed.

    Attributes:
        legs: those after creation.
        pace_assumed: deals created in a working week that the plan had asked for by now.
        pace_seen: that were created.
        pace_now: the habit of creation, a year's mean; None: none is known.
        creations: how many were created.
        amount_assumed: what a new deal that is won is worth, as the plan assumed.
        amount_now: what won deals are worth on average now.
        won_amounts: how many that stands on.
        ratio_seen: what deals were won for over what they stood for, where that changed at the win;
            the plan assumed 1; None: none changed.
        ratio_n: how many did.

    """

    legs: tuple[LegBelieved, ...]
    pace_assumed: float
    pace_seen: float
    pace_now: float | None
    creations: int
    amount_assumed: float
    amount_now: float
    won_amounts: int
    ratio_seen: float | None
    ratio_n: int


def believed(race: Race, plan: Plan, found: Attribution, anew: Basis) -> Believed:
    """Put what the model believes beside what the plan assumed.

    Args:
        race: what is known.
        plan: the plan.
        found: the gap by assumption, since the day from which it is told.
        anew: what a plan made now would stand on.

    """
    pace = next(each for each in found.lines if each.kind is Kind.PACE)
    won_for = next(each for each in found.lines if each.kind is Kind.WON_FOR)
    weeks = max(found.days, 1) / WORKING_WEEK
    try:
        coming = race.arrivals
        habit, won = coming.rate * WORKING_WEEK, int(coming.amounts.size)
    except NotEnoughDataError:
        habit, won = None, 0
    return Believed(
        legs=_legs(race, plan),
        pace_assumed=pace.expected / weeks,
        pace_seen=pace.seen / weeks,
        pace_now=habit,
        creations=round(pace.seen),
        amount_assumed=plan.basis.mean_amount,
        amount_now=anew.mean_amount,
        won_amounts=won,
        ratio_seen=won_for.seen / won_for.expected if won_for.expected > 0 else None,
        ratio_n=round(won_for.number),
    )


def _legs(race: Race, plan: Plan) -> tuple[LegBelieved, ...]:
    """The legs after creation."""
    clock, process = race.history.clock, race.history.process
    month = int(clock.months(np.array([plan.made]))[0])
    cells = race.counts.table(
        race.ages, weight_of_month=lambda months: (months >= month).astype(np.float64)
    )
    rows = zip(
        process.legs[1:],
        leg_beliefs(plan.basis.hazard),
        leg_beliefs(race.model.hazard[0]),
        stay_times(cells),
        strict=True,
    )
    return tuple(
        LegBelieved(
            leg,
            _known(then.conversion),
            _known(now.conversion),
            seen.conversion,
            _known(then.median_days),
            _known(now.median_days),
            seen.median_days,
            seen.n,
        )
        for leg, then, now, seen in rows
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
