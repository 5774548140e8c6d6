"""The watch of the newest plan as plain values: which legs have truly changed pace."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.planning.plan import NOBODY
from mellantid.core.watch.against_plan import WatchedPlan, watch_plan
from mellantid.core.watch.finding import Finding
from mellantid.core.watch.together import short_list
from mellantid.core.watch.watching import ALPHA, ARL, RHO
from mellantid.core.weeks import QUARTER
from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.planning.plan import Plan
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race

LEG: Final = "leg"
TEAM: Final = "team"
SELLER: Final = "seller"


@dataclass(frozen=True)
class Yearly:
    """The pace over last year's on the same days, and its bounds."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class LegWatch:
    """What the watch says of one leg, of everyone or of one team or seller.

    Attributes:
        leg: its name.
        team: the team, where told by team.
        owner: the seller, where told by seller.
        verdict: a `core.watch.finding.Finding`.
        named: whether it is among those that have changed when all are controlled together.
        e_value: evidence now, to 1, that the pace is not the plan's.
        alarm: whether the evidence has ever reached 1 / alpha.
        alarm_on: the first date on which it had.
        since: the likeliest first date of the changed pace; None where nothing has spoken.
        since_low: the interval of it, of 80 %, from here
        since_high: to here.
        ratio: the pace since then over the plan's.
        ratio_low: its interval, of 80 %, from here
        ratio_high: to here.
        cusum: U of the CUSUM now.
        threshold: at which it gives a sign.
        sign: whether it does.
        arl: working days between false signs, on average; None where that is for ever.
        detector: R of the e-SR now.
        detected: whether it is at its own bar, the `arl` asked for.
        planned: passes expected of the deals at hand since the plan's start.
        actual: passes made.
        pace: the second over the first; None where less than one was planned.
        pace_low: its bounds, right at all times at once with a chance of 1 - alpha, from here
        pace_high: to here.
        doubt_low: a pace of this share of the plan counts as on plan,
        doubt_high: up to this.
        too_early: whether it is too early to say.
        wait_planned: passes to be planned until a fall to `rho` would give a sign, on average.
        wait_days: working days of that; None: never.
        known_on: the date at which such a fall, begun with the plan, would be known of.
        inside_quarter: whether such a fall can be seen within a quarter.
        last_year: the pace over last year's; None where that is not known.

    """

    leg: str
    team: str | None
    owner: str | None
    verdict: str
    named: bool
    e_value: float
    alarm: bool
    alarm_on: dt.date | None
    since: dt.date | None
    since_low: dt.date | None
    since_high: dt.date | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    cusum: float
    threshold: float
    sign: bool
    arl: float | None
    detector: float
    detected: bool
    planned: float
    actual: float
    pace: float | None
    pace_low: float
    pace_high: float | None
    doubt_low: float
    doubt_high: float
    too_early: bool
    wait_planned: float | None
    wait_days: float | None
    known_on: dt.date | None
    inside_quarter: bool
    last_year: Yearly | None


@dataclass(frozen=True)
class Watch:
    """The keys are those of `mellantid watch --json`.

    Attributes:
        as_of: the local date at whose end this held.
        first: the first date watched: the plan's.
        last: the last one, of a whole working day.
        plan_version: the plan compared with.
        by: `leg`, `team` or `seller`.
        alpha: chance of ever a false alarm on a leg, and share of false ones among those named.
        stated_arl: working days between false signs asked for.
        rho: the fall that the quick watch is tuned to.
        swing_of_creation: how the creation swung from quarter to quarter before the plan.
        swing: how the other legs did.
        streams: how many are watched.
        course: the legs in their order.
        legs: in the order of the course; by team or seller the strongest evidence first.

    """

    as_of: dt.date
    first: dt.date
    last: dt.date
    plan_version: int
    by: str
    alpha: float
    stated_arl: float
    rho: float
    swing_of_creation: float
    swing: float
    streams: int
    course: tuple[str, ...]
    legs: tuple[LegWatch, ...]


def watching(
    race: Race,
    past: Race,
    plan: Plan,
    people: People,
    by: str = LEG,
    alpha: float | None = None,
    arl: float | None = None,
) -> Watch:
    """Watch a plan.

    Args:
        race: what is known now.
        past: what was known when the plan was made.
        plan: the plan.
        people: who belongs to which team.
        by: `LEG`, `TEAM` or `SELLER`.
        alpha: see `Watch`; None: the usual chance.
        arl: see `Watch.stated_arl`; None: the usual number.

    """
    chance, between = ALPHA if alpha is None else alpha, ARL if arl is None else arl
    belongs, above = _groups(race, plan, people, by)
    history = race.history
    # What was known then may go by a course that has changed since; its stages are the plan's.
    then = past.history if past.history.process.stages == plan.stages else None
    found = watch_plan(
        history,
        plan,
        past=then,
        observed_from=race.observed_from,
        belongs=belongs,
        above=above,
        arl=between,
        alpha=chance,
    )
    clock = history.clock
    return Watch(
        as_of=clock.date(history.until - 1),
        first=_date(clock, found.first),
        last=_date(clock, found.found.day),
        plan_version=plan.version,
        by=by,
        alpha=chance,
        stated_arl=between,
        rho=RHO,
        swing_of_creation=found.swing_of_creation,
        swing=found.swing,
        streams=int(found.watched.sum()),
        course=found.legs,
        legs=tuple(_leg(found, clock, by, *where) for where in _order(found, by)),
    )


def _groups(
    race: Race, plan: Plan, people: People, by: str
) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """The group of each owner, and where groups are sellers the team of each."""
    if by == LEG:
        return None, None
    owners = {*race.history.owners, *plan.owners} - {NOBODY}
    teams = people.team_of(owners)
    return (teams, None) if by == TEAM else ({owner: owner for owner in owners}, teams)


def _order(found: WatchedPlan, by: str) -> list[tuple[int, int]]:
    """Groups and legs that are watched, in the order in which they are told."""
    places = np.argwhere(found.watched)
    if by != LEG and len(places):
        order = short_list(found.found.e_value[found.watched], most=len(places))
        places = places[order]
    return [(int(group), int(leg)) for group, leg in places]


def _leg(
    found: WatchedPlan,
    clock: WorkingClock,
    by: str,
    group: int,
    leg: int,
) -> LegWatch:
    """One line."""
    said, at = found.found, (group, leg)
    finding = found.finding[at]
    spoken = finding.spoken

    def when(day: int) -> dt.date | None:
        return _date(clock, day) if spoken else None

    def size(ratio: float) -> float | None:
        return float(ratio) if spoken else None

    planned, actual, wait = (
        float(each[at]) for each in (said.planned, said.actual, said.wait_days)
    )
    known = found.first - 1 + int(np.ceil(min(wait, 1e6)))
    name = found.groups[group]
    return LegWatch(
        leg=found.legs[leg],
        team=name if by == TEAM else None,
        owner=name if by == SELLER else None,
        verdict=str(finding),
        named=bool(found.named[at]),
        e_value=float(said.e_value[at]),
        alarm=bool(said.alarm[at]),
        alarm_on=_date(clock, int(said.alarm_day[at])) if said.alarm[at] else None,
        since=when(int(said.since[at])),
        since_low=when(int(said.since_low[at])),
        since_high=when(int(said.since_high[at])),
        ratio=size(said.ratio[at]),
        ratio_low=size(said.ratio_low[at]),
        ratio_high=size(said.ratio_high[at]),
        cusum=float(said.cusum[at]),
        threshold=float(said.h[at]),
        sign=bool(said.sign[at]),
        arl=_finite(said.arl[at]),
        detector=float(said.detector[at]),
        detected=bool(said.detected[at]),
        planned=planned,
        actual=actual,
        pace=actual / planned if planned >= 1.0 else None,
        pace_low=float(found.pace_low[at]),
        pace_high=_finite(found.pace_high[at]),
        doubt_low=float(found.low[at]),
        doubt_high=float(found.high[at]),
        too_early=finding in {Finding.EARLY, Finding.TOO_FEW},
        wait_planned=_finite(said.wait_planned[at]),
        wait_days=_finite(wait),
        known_on=_date_ahead(clock, known),
        inside_quarter=wait <= QUARTER,
        last_year=_yearly(found, leg),
    )


def _yearly(found: WatchedPlan, leg: int) -> Yearly | None:
    """The comparison with last year, where both years have something to compare."""
    if found.last_year is None:
        return None
    values = [float(each) for each in found.last_year[:, leg]]
    return Yearly(*values) if np.isfinite(values).all() else None


def _finite(value: float) -> float | None:
    """A number, or None where it is infinite."""
    return float(value) if np.isfinite(value) else None


def _date(clock: WorkingClock, day: int) -> dt.date:
    """The date of a working day."""
    return EPOCH + dt.timedelta(days=int(clock.date_of_day(day)))


def _date_ahead(clock: WorkingClock, day: int) -> dt.date | None:
    """The date of a working day, None where it is beyond the calendar."""
    try:
        return _date(clock, day)
    except DataError:
        return None
