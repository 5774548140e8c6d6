"""Making a plan: from target, model and calendar to the pace that every leg needs, day by day.

From what is won and what is open, the smoothest pace of creating deals is found that makes the
expected won amount meet every target; rolling both forward gives the planned passes of every leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.passes import roll
from mellantid.core.creation.arrivals import creations_by_owner
from mellantid.core.planning.pace import best_pace, smoothest_pace, within_reach
from mellantid.core.planning.plan import NOBODY, Plan
from mellantid.core.planning.ramp import daily_weights
from mellantid.core.planning.target import Period, Target, period
from mellantid.core.planning.tracks import Tracks, open_numbers, tracks
from mellantid.core.planning.worth import (
    Basis,
    period_chances,
    worth_of_created,
    worth_of_direct_wins,
    worth_of_rows,
)
from mellantid.core.sums import by_owner
from mellantid.core.weeks import iso_weeks
from mellantid.errors import NotEnoughDataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.history import History
    from mellantid.core.planning.ramp import Ramp
    from mellantid.core.types import Floats, Ints

CAP_MULTIPLE: Final = 2.0
"""The highest pace a plan asks for, in paces of the best quarter so far."""


def make_plan(
    history: History,
    basis: Basis,
    targets: Sequence[Target],
    *,
    cap: float | None = None,
    season: Callable[[Ints], Floats] | None = None,
    p: float | None = None,
    won_amounts: Floats | None = None,
    needed: Sequence[Callable[[Ints], Floats]] | None = None,
    shares: Mapping[str, float] | None = None,
    ramp: Ramp | None = None,
    assumed: float | None = None,
    version: int = 1,
) -> Plan:
    """Make a plan from what is known in a history, starting at the end of its last day.

    Args:
        history: what was known when the plan is made.
        basis: the model.
        targets: what is to be met, each in its own period.
        cap: the highest pace of creation; left out, `CAP_MULTIPLE` times the best quarter's.
        season: factors, about 1, on the pace of given working days.
        p: the chance with which each target is to be reached; left out, the mean is to reach it.
        won_amounts: a sample of what won deals are worth, from which `p` is reckoned; left out,
            they are all worth the mean amount.
        needed: for each target, deals to create on given working days with which it alone has the
            chance `p`, where that is known better than from `won_amounts` and the model taken as
            true (`forecasting.needed_pace`).
        shares: weights of the owners in the planned creation; left out, their creations in the
            last `arrivals.WINDOW` days, or equal where there are none.
        ramp: how long new sellers take to their settled pace; left out, or with weights given, the
            shares are the same on all days.
        assumed: the amount of open deals whose amount is unknown; left out, the mean amount.
        version: the plan's number.

    Raises:
        QuestionError: there is no target, a period is over, or `p` is no chance.
        NotEnoughDataError: the mean amount is unknown.

    """
    start = int(history.until_day)
    periods = tuple(_ahead(target, history) for target in targets)
    _check(periods, basis)
    guess = float(basis.mean_amount if assumed is None else assumed)
    seen = tracks(history, history.until, start, guess)
    owners = _owners(history, shares)
    chances = period_chances(history.process, basis.hazard, start, periods)
    opening = np.stack(
        [_opening(seen, len(owners), *each) for each in zip(chances, periods, strict=True)]
    )
    ahead = np.arange(start + 1, max(each.last for each in periods) + 1)
    worth = np.stack([worth_of_created(basis, each, start, ahead.size) for each in chances])
    direct = [worth_of_direct_wins(basis, each, start, ahead.size).sum() for each in chances]
    given = opening.sum(axis=1) + np.array(direct)
    if needed is None:
        aim = _aims(seen, basis, chances, periods, p, won_amounts)
    else:
        aim = given + (worth * np.stack([each(ahead) for each in needed])).sum(axis=1)
    gaps = aim - given
    factor = np.ones(ahead.size) if season is None else np.asarray(season(ahead), np.float64)
    highest = _cap(history) if cap is None else cap
    pace = smoothest_pace(worth, gaps, aim, iso_weeks(history.clock, ahead), factor, highest)
    daily = None
    if ramp is not None and shares is None:
        daily = _daily(history, ramp, ahead)
    return Plan(
        version=version,
        made=int(history.until),
        start=start,
        periods=periods,
        p=p,
        met=tuple(bool(met) for met in within_reach(worth, gaps, factor, highest)),
        expected=tuple(float(each) for each in given + worth @ pace),
        stages=history.process.stages,
        basis=basis,
        assumed=guess,
        pace=pace,
        planned=roll(basis.hazard, open_numbers(seen, basis), pace, basis.entry).legs[0],
        owners=owners,
        shares=_shares(history, owners, shares) if daily is None else _average(daily, pace),
        opening=opening,
        daily=daily,
        ramp=0 if ramp is None else ramp.days,
    )


def _daily(history: History, ramp: Ramp, ahead: Ints) -> Floats | None:
    """Each owner's share of each day's creation; None where nobody is ramping up."""
    weights = daily_weights(history, ramp, ahead)
    if weights is None or (weights.sum(axis=1) == 0).any():
        return None
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _average(daily: Floats, pace: Floats) -> Floats:
    """Each owner's share of the whole creation."""
    weight = pace if pace.any() else np.ones(pace.size)
    found: Floats = weight @ daily / weight.sum()
    return found


def _check(periods: tuple[Period, ...], basis: Basis) -> None:
    """Refuse what nothing can be planned for."""
    if not periods:
        raise QuestionError("There is no target to plan for: set one first.")
    if not basis.mean_amount > 0:
        raise NotEnoughDataError(
            "No won deal has an amount above zero, so that no deal to come has a worth: "
            "import amounts."
        )


def _aims(
    seen: Tracks,
    basis: Basis,
    chances: Sequence[PeriodChance],
    periods: tuple[Period, ...],
    p: float | None,
    won_amounts: Floats | None,
) -> Floats:
    """The expected amount to plan for in each period: its target, or what `p` asks for."""
    if p is None:
        return np.array([each.target for each in periods])
    sample = np.array([basis.mean_amount]) if won_amounts is None else won_amounts
    pairs = zip(chances, periods, strict=True)
    return np.array([_needed(seen, p, sample, *each) for each in pairs])


def _ahead(target: Target, history: History) -> Period:
    """A target's period, of which something must be left."""
    found = period(target, history.clock)
    if found.last <= history.until_day:
        raise QuestionError(
            f"The period of the target of {target.owner} is over on {target.last}: "
            "plan from an earlier day, or set a target for a later period."
        )
    return found


def _opening(seen: Tracks, owners: int, chance: PeriodChance, of: Period) -> Floats:
    """Won and open amounts' expectation at the start by owner, (owners,)."""
    rows = np.flatnonzero(seen.opening)
    value = worth_of_rows(seen, rows, seen.start, chance, of)
    return by_owner(seen.owner[rows], value, owners - 1)


def _needed(seen: Tracks, p: float, sample: Floats, chance: PeriodChance, of: Period) -> float:
    """The expected won amount in a period that reaches its target with chance `p`."""
    from mellantid.core.planning.needed import needed_mean  # noqa: PLC0415  # seldom wanted

    rows = np.flatnonzero(seen.opening)
    likely = seen.at_end(rows, seen.start, chance, of)
    amount, sure = seen.amount[rows], seen.state[rows] >= seen.stages
    certain = float((amount * likely)[sure].sum())
    return needed_mean(of.target, p, certain, amount[~sure], likely[~sure], sample)


def _cap(history: History) -> float:
    """The highest pace to ask for; no limit where nothing was ever created."""
    return CAP_MULTIPLE * best_pace(history) or np.inf


def _owners(history: History, shares: Mapping[str, float] | None) -> tuple[str, ...]:
    """Those who have had deals, those who only have a share, and nobody."""
    if shares and not all(np.isfinite(share) and share >= 0 for share in shares.values()):
        raise QuestionError(
            "An owner's share of the plan is below zero: give weights of 0 or more."
        )
    extra = sorted(set(shares or ()) - {*history.owners, NOBODY})
    return (*history.owners, *extra, NOBODY)


def _shares(history: History, owners: tuple[str, ...], given: Mapping[str, float] | None) -> Floats:
    """Each owner's share of the planned creation."""
    if given is None:
        # The history's owners come first, then those who only have a share, then nobody.
        counts = creations_by_owner(history)
        weights = np.zeros(len(owners))
        weights[: counts.size - 1], weights[-1] = counts[:-1], counts[-1]
    else:
        weights = np.array([float(given.get(owner, 0.0)) for owner in owners])
    if weights.sum() == 0:
        weights = np.array([float(owner != NOBODY or len(owners) == 1) for owner in owners])
    return weights / float(weights.sum())
