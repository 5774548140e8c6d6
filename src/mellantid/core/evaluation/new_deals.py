"""What new deals and changed amounts did to the outcome, by day: pace, where they begin, size.

The plan sets aside, for day d, pace_d times v_d, where v_d = m Σ_s p_s F_s(d) with m the mean
amount and p the mix of stages in which deals begin. A deal of amount x that begins in s brings
x F_s, and

    x F_s  =  v_d  +  m (F_s - Σ p F)  +  (x - m) F_s:

one more deal than planned, where it begins, and its size. Deals first heard of as won are planned
for likewise. Created deals are Poisson about the plan, and given them their stages and sizes are
independent; a size's variance is that of all that were created since, about the mean assumed. For
amounts that change the plan has no law, so the variance of their lines is the sum of their squared
steps, which is that of a martingale whatever its law (its quadratic variation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.evaluation.on_the_course import days_of, worth_of_destinations
from mellantid.core.planning.worth import worth_of_created, worth_of_direct_wins
from mellantid.core.sums import sums

if TYPE_CHECKING:
    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Period
    from mellantid.core.planning.tracks import Tracks
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class ByDay:
    """A line by day, (days,) each.

    Attributes:
        money: what it added.
        variance: of that, by chance alone.
        expected: what the plan expected in the line's own measure.
        seen: what was.

    """

    money: Floats
    variance: Floats
    expected: Floats
    seen: Floats


@dataclass(frozen=True)
class NewDeals:
    """The lines of creation.

    Attributes:
        pace: how many deals were created; measured in deals.
        start: in which stages they begin; in deals.
        size: how large they are; in amounts of deals.
        planned: money that the plan set aside for the creation of each day, (days,).
        sized: deals that `size` is measured on, (days,).
        by_size: money that `size` would gain if all were larger by one standard deviation, (days,).

    """

    pace: ByDay
    start: ByDay
    size: ByDay
    planned: Floats
    sized: Floats
    by_size: Floats


@dataclass(frozen=True)
class Repriced:
    """The lines of amounts that changed, or became known, measured in amounts before and after.

    Attributes:
        at_win: on the day of the win or later: what deals were won for.
        on_the_way: before.
        changes: how many changed on each day, (2, days), in this order.

    """

    at_win: ByDay
    on_the_way: ByDay
    changes: Floats


def new_deals(seen: Tracks, plan: Plan, chance: PeriodChance, of: Period, now: int) -> NewDeals:
    """Split what creation did from the plan's start to the end of day `now`."""
    days, basis = days_of(seen, now), plan.basis
    row = np.flatnonzero(seen.first & seen.later & (seen.state <= seen.stages))
    state, day, amount = seen.state[row], seen.day[row], seen.amount[row]
    place, open_ = day - seen.start - 1, state < seen.stages
    worth = seen.during(row, day, chance, of)
    each = _long(worth_of_created(basis, chance, plan.start, plan.days), days)
    pace, direct = (
        _long(values, days)
        for values in (plan.pace, worth_of_direct_wins(basis, chance, plan.start, plan.days))
    )
    gone = np.arange(days) < now - seen.start
    planned = np.where(gone, pace, 0.0)
    won = np.where(gone, direct, 0.0)
    fresh = sums(place[open_], np.ones(int(open_.sum())), days)
    mean = basis.mean_amount
    came_won = sums(place[~open_], mean * worth[~open_], days)
    spread = _spread(plan, chance, days)
    kind = mean * worth[open_] - each[place[open_]]
    size = (amount - mean) * worth
    known = np.where(worth > 0, 1.0, 0.0)
    spread_of_one = _spread_of_one(amount[known > 0], mean)
    more = (fresh - planned) * each + came_won - won
    return NewDeals(
        ByDay(more, planned * each**2 + won * mean, planned, fresh),
        ByDay(sums(place[open_], kind, days), fresh * spread, fresh, fresh),
        ByDay(
            sums(place, size, days),
            spread_of_one**2 * sums(place, worth**2, days),
            sums(place, mean * known, days),
            sums(place, amount * known, days),
        ),
        planned * each + won,
        sums(place, known, days),
        spread_of_one * sums(place, worth, days),
    )


def repriced(seen: Tracks, chance: PeriodChance, of: Period, now: int) -> Repriced:
    """Split what changed amounts did likewise."""
    days = days_of(seen, now)
    row = np.flatnonzero(seen.later & ~seen.first)
    row = row[seen.amount[row] != seen.amount[row - 1]]
    old, new, day = seen.amount[row - 1], seen.amount[row], seen.day[row]
    place = day - seen.start - 1
    worth = seen.during(row, day, chance, of)
    step = (new - old) * worth
    won = seen.state[row] == seen.stages

    def line(which: Bools) -> ByDay:
        def of_day(values: Floats) -> Floats:
            return sums(place[which], values[which], days)

        return ByDay(of_day(step), of_day(step**2), of_day(old), of_day(new))

    changes = np.stack([_number(place[which], days) for which in (won, ~won)])
    return Repriced(line(won), line(~won), changes)


def _spread_of_one(amount: Floats, mean: float) -> float:
    """The standard deviation of a new deal's amount, about the mean that was assumed."""
    return float(np.sqrt(np.mean((amount - mean) ** 2))) if amount.size else 0.0


def _number(place: Ints, days: int) -> Floats:
    return sums(place, np.ones(place.size), days)


def _spread(plan: Plan, chance: PeriodChance, days: int) -> Floats:
    """Variance of a new deal's worth that comes of where it begins, by day."""
    basis = plan.basis
    ahead = np.arange(plan.start + 1, plan.start + 1 + min(days, plan.days))
    stages = basis.entry.size
    worth = basis.mean_amount * worth_of_destinations(chance, stages, ahead)[:, :stages]
    variance = worth**2 @ basis.entry - (worth @ basis.entry) ** 2
    return _long(np.maximum(variance, 0.0), days)


def _long(values: Floats, days: int) -> Floats:
    """The values of so many days, nothing after the last."""
    found = np.zeros(days)
    size = min(days, values.size)
    found[:size] = values[:size]
    return found
