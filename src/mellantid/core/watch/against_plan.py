"""A plan watched: every leg of everyone, of each team or of each seller, with the right doubt.

How far a pace may be from the plan and still be on it:

- On the legs after creation the plan is an estimate: its spread (`expected`) and the swing of these
  legs from quarter to quarter before the plan.
- The creation that the plan asks of everyone is no estimate. A creation that falls short is news,
  but for the swing that it had from quarter to quarter beside the season that the plan knows. One
  above the plan is news only above the habit too: a plan that asks for less than what is always
  done is no change of pace.
- A team's or seller's creation is a share, estimated from its creations of the last year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH, date_number
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.watch import expected as groups_
from mellantid.core.watch.compensators import compensators, last_whole_day
from mellantid.core.watch.doubt import BLOCK, doubt, swing
from mellantid.core.watch.finding import findings
from mellantid.core.watch.ratio import ratio_of_two, ratio_to_plan
from mellantid.core.watch.stream import Stream
from mellantid.core.watch.together import e_bh
from mellantid.core.watch.watching import ALPHA, ARL, RHO, Watching, watch
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mellantid.core.creation.arrivals import Arrivals
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Bools, Floats
    from mellantid.core.watch.expected import Expected

MOST_BLOCKS: Final = 8
"""Quarters before the plan from which a swing is read."""


@dataclass(frozen=True, eq=False)
class WatchedPlan:
    """The watches of a plan; all arrays are (groups, S + 1).

    Attributes:
        groups: names of the groups; one, `EVERYONE`, where they were not asked for.
        legs: names of the legs.
        first: the first working day watched.
        found: what the watches say.
        finding: a `Finding` each: the same in a word.
        watched: whether anything was planned of a group on a leg; the rest says nothing.
        named: which have changed, with a false discovery rate of at most alpha over all of them.
        low: the pace may be this factor of the plan and still be on it,
        high: up to this.
        swing_of_creation: the creation's standard deviation from quarter to quarter, as a share.
        swing: that of the other legs.
        pace_low: lower bound of the pace over the plan's, from the first day until now; with
            `pace_high` it is ever wrong with a chance of at most alpha.
        pace_high: the upper bound.
        last_year: the pace over that of the same days a year before, both as factors on what the
            plan's chances expect of the deals at hand, and its bounds likewise, (3, S + 1); None
            where so early a year is not known, or for groups.

    """

    groups: tuple[str, ...]
    legs: tuple[str, ...]
    first: int
    found: Watching
    finding: NDArray[np.object_]
    watched: Bools
    named: Bools
    low: Floats
    high: Floats
    swing_of_creation: float
    swing: float
    pace_low: Floats
    pace_high: Floats
    last_year: Floats | None


def watch_plan(
    history: History,
    plan: Plan,
    *,
    past: History | None = None,
    observed_from: int | None = None,
    belongs: Mapping[str, str] | None = None,
    above: Mapping[str, str] | None = None,
    rho: float = RHO,
    arl: float = ARL,
    alpha: float = ALPHA,
) -> WatchedPlan:
    """Watch a plan from its first day to the last whole day known, or to its end.

    Args:
        history: what is known now.
        plan: the plan.
        past: what was known when the plan was made; None: the history up to then.
        observed_from: the moment (ms) before which nothing was recorded.
        belongs: the group of each owner (a seller's own name, or the team); None: all are one.
        above: the team of each group, where groups are sellers.
        rho: the decline that the CUSUM is tuned to, below 1; the rise is 1 / rho.
        arl: working days between false signs of a stream on plan.
        alpha: the chance that a stream on plan ever gives a false alarm, that the bounds of its
            pace are ever wrong, and the share of false ones among those named together.

    Raises:
        QuestionError: the history cannot be compared with the plan, no whole day has passed yet,
            or `rho`, `arl` or `alpha` is out of range.

    """
    plan.check(history)
    then = history.known_at(plan.made) if past is None else past
    counts = groups_.histogram(then, observed_from)
    expected = (
        groups_.of_everyone(history, plan, then, counts)
        if belongs is None
        else groups_.of_groups(history, plan, then, counts, belongs, above)
    )
    stream = _stream(history, plan, expected)
    coming = _arrivals(then, observed_from)
    swings = _swings(then, plan, expected, coming, observed_from)
    low, high = _doubts(expected, coming, swings)
    high[:, 0] *= _habit(history, plan, coming)
    found = watch(stream, rho=rho, arl=arl, alpha=alpha, horizon=plan.days, low=low, high=high)
    watched = found.planned > 0
    named = np.zeros(watched.shape, dtype=np.bool_)
    if watched.any():
        named[watched] = e_bh(found.e_value[watched], alpha)
    pace = ratio_to_plan(found.planned[..., None], found.actual[..., None], alpha)
    return WatchedPlan(
        groups=expected.groups,
        legs=history.process.legs,
        first=stream.first,
        found=found,
        finding=findings(found, alpha, plan.days),
        watched=watched,
        named=named,
        low=low,
        high=high,
        swing_of_creation=swings[0],
        swing=swings[1],
        pace_low=pace[0][..., 0],
        pace_high=pace[1][..., 0],
        last_year=_last_year(history, plan, stream, observed_from, alpha)
        if belongs is None
        else None,
    )


def _stream(history: History, plan: Plan, expected: Expected) -> Stream:
    """Planned and actual passes since the plan's start."""
    first, last = plan.start + 1, min(last_whole_day(history), plan.start + plan.days)
    days = max(last - first + 1, 0)
    pace = expected.share[:, :days] * plan.pace[:days]
    of = expected.of_owner
    return compensators(history, expected.hazard, first, last, pace, of[:-1], int(of[-1]))


def _arrivals(past: History, observed_from: int | None) -> Arrivals | None:
    """The habit of creation when the plan was made; None where there was none."""
    try:
        return arrivals(past, observed_from=observed_from)
    except NotEnoughDataError:
        return None


def _first_known(history: History, observed_from: int | None) -> int:
    """The first working day of which everything is known."""
    begun = int(history.day.min()) if history.size else history.until_day
    return begun + 1 if observed_from is None else int(history.clock.day(observed_from - 1)) + 1


def _season(history: History, coming: Arrivals | None, first: int, last: int) -> Floats:
    """The season's factors on days."""
    days = np.arange(first, last + 1)
    if coming is None:
        return np.ones(days.size)
    months = history.clock.months_of_dates(history.clock.date_of_day(days))
    return coming.season[months % 100 - 1]


def _swings(
    past: History,
    plan: Plan,
    expected: Expected,
    coming: Arrivals | None,
    observed_from: int | None,
) -> tuple[float, float]:
    """How the creation and the other legs swung from quarter to quarter before the plan."""
    first = max(_first_known(past, observed_from), plan.start + 1 - MOST_BLOCKS * BLOCK)
    if plan.start < first:
        return 0.0, 0.0
    season = _season(past, coming, first, plan.start)
    of = expected.of_owner_then
    before = compensators(past, expected.hazard, first, plan.start, season, of[:-1], int(of[-1]))
    creation, legs = (
        Stream(first, before.planned[:, some], before.actual[:, some])
        for some in (slice(1), slice(1, None))
    )
    return swing(creation), swing(legs)


def _doubts(
    expected: Expected, coming: Arrivals | None, swings: tuple[float, float]
) -> tuple[Floats, Floats]:
    """How far paces may be from the plan or the habit and still be on it, (groups, S + 1) each."""
    by_leg = np.full(expected.spread.shape[1], swings[1])
    by_leg[0] = swings[0]
    with np.errstate(divide="ignore"):
        low, high = doubt(1.0 / expected.spread, by_leg)
    if coming is not None and len(expected.groups) == 1:
        # The habit itself is known from so many creations only.
        high[:, 0] = doubt(coming.rate_shape, swings[0])[1]
    return low, high


def _habit(history: History, plan: Plan, coming: Arrivals | None) -> float:
    """The habit's creation over the planned one, over the whole plan, where that is more."""
    asked = float(plan.pace.sum())
    if coming is None or asked == 0.0:
        return 1.0
    season = _season(history, coming, plan.start + 1, plan.start + plan.days)
    return max(coming.rate * float(season.sum()) / asked, 1.0)


def _last_year(
    history: History, plan: Plan, stream: Stream, observed_from: int | None, alpha: float
) -> Floats | None:
    """The pace over last year's, and its bounds, by leg."""
    start = EPOCH + dt.timedelta(days=int(history.clock.date_of_day(stream.first)))
    first = int(history.clock.day_of_date(date_number(_a_year_before(start))))
    if first < _first_known(history, observed_from) or first + stream.days > stream.first:
        return None
    before = compensators(
        history, plan.basis.hazard, first, first + stream.days - 1, np.ones(stream.days)
    )
    planned = stream.planned[0].copy()
    # Creations are compared day by day, not with what a plan asked for.
    planned[0] = 1.0
    sums = [each.sum(axis=-1)[:, None] for each in (planned, stream.actual[0])]
    earlier = [each[0].sum(axis=-1)[:, None] for each in (before.planned, before.actual)]
    low, high = ratio_of_two((sums[0], sums[1]), (earlier[0], earlier[1]), alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = sums[1] / sums[0] / (earlier[1] / earlier[0])
    return np.stack([ratio[:, 0], low[:, 0], high[:, 0]])


def _a_year_before(date: dt.date) -> dt.date:
    """The same date a year before; the 28th for a 29th of February."""
    try:
        return date.replace(year=date.year - 1)
    except ValueError:
        return date.replace(year=date.year - 1, day=28)
