"""One leg looked at closely: its course against the plan, how its stays end, and by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.incidence import incidence
from mellantid.core.clock import EPOCH
from mellantid.core.scoring.shares import wilson
from mellantid.core.standing.passed import passes_made
from mellantid.core.standing.verdict import noise_band
from mellantid.core.steering.changes import days_to_go_on, goes_on
from mellantid.core.weeks import iso_weeks, week_ends

if TYPE_CHECKING:
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.race import Race

SEED: Final = 20260101
DRAWS: Final = 200
"""Versions of the model between which the intervals of conversion and time are read."""
LEVEL: Final = 0.8
COHORTS: Final = 12
"""Months shown: a year."""
LEAST_AT_RISK: Final = 5
"""Stays of an age below which the curve is not drawn on."""


@dataclass(frozen=True)
class CoursePoint:
    """A leg at the end of a date: what the plan has by then, and what has happened.

    Attributes:
        date: at whose end.
        planned: movements planned by then.
        low: the fewest that are no evidence of being behind.
        high: the most that are no evidence of being ahead.
        actual: movements made; None on dates to come.

    """

    date: dt.date
    planned: float
    low: float
    high: float
    actual: float | None


@dataclass(frozen=True)
class Conversion:
    """How stays in the stage end, as the model has it now, with its 80 % intervals.

    Attributes:
        share: of the deals that go on or are lost in the long run, those that go on.
        low: its interval, from here
        high: to here.
        days: working days that stays which go on last on average; None where none ever has.
        days_low: its interval, from here
        days_high: to here.
        n: stays that have ended, on which all this stands.

    """

    share: float | None
    low: float
    high: float
    days: float | None
    days_low: float
    days_high: float
    n: int


@dataclass(frozen=True)
class Cohort:
    """Those who entered in one month: where they are now.

    Attributes:
        month: its first date.
        entered: how many.
        onward: went on to a later stage or were won.
        back: went back to an earlier stage.
        lost: were lost.
        there: have not left yet.
        low: the 95 % interval of the share that has gone on, from here
        high: to here.

    """

    month: dt.date
    entered: int
    onward: int
    back: int
    lost: int
    there: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share of those who entered that has gone on so far."""
        return self.onward / self.entered

    @property
    def too_early(self) -> bool:
        """Whether more than half have not left yet, so that the share says little."""
        return 2 * self.there > self.entered


@dataclass(frozen=True)
class StayPoint:
    """By an age, what has become of a stay: the four shares sum to 1.

    Attributes:
        age: working days in the stage.
        there: still there.
        onward: gone on to a later stage, or won.
        back: gone back.
        lost: lost.
        at_risk: stays of that age that have been seen.

    """

    age: int
    there: float
    onward: float
    back: float
    lost: float
    at_risk: int


@dataclass(frozen=True)
class Stays:
    """The stays in a stage.

    Attributes:
        conversion: how they end.
        cohorts: by month of entry, the newest first.
        curve: by age: what the counts say by themselves.

    """

    conversion: Conversion
    cohorts: tuple[Cohort, ...]
    curve: tuple[StayPoint, ...]


def leg_course(race: Race, plan: Plan, leg: int) -> tuple[CoursePoint, ...]:
    """A leg's planned and actual movements, from the plan's start, at the ends of weeks and today.

    Args:
        race: what is known.
        plan: the plan compared with.
        leg: the leg's number.

    """
    history = race.history
    made = passes_made(history, plan)
    days = np.arange(plan.start + 1, plan.start + 1 + plan.days)
    today = plan.start + len(made) - 1
    ends = days[week_ends(iso_weeks(history.clock, days))]
    days = np.unique(np.concatenate([[plan.start, today], ends]))
    planned = plan.planned[days - plan.start, leg]
    low, high = noise_band(planned)
    return tuple(
        CoursePoint(
            date=EPOCH + dt.timedelta(days=int(date)),
            planned=float(planned[row]),
            low=float(min(low[row], planned[row])),
            high=float(max(high[row], planned[row])),
            actual=float(made[day - plan.start, leg]) if day <= today else None,
        )
        for row, (day, date) in enumerate(
            zip(days.tolist(), history.clock.date_of_day(days).tolist(), strict=True)
        )
    )


def stays_of(race: Race, stage: int) -> Stays:
    """What is known of the stays in a stage."""
    return Stays(_conversion(race, stage), _cohorts_of_stage(race, stage), _curve(race, stage))


def _conversion(race: Race, stage: int) -> Conversion:
    model = race.model
    drawn = model.draw(np.random.default_rng(SEED), DRAWS)[:, 0]
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    with np.errstate(invalid="ignore"):
        shares = np.array([goes_on(each, stage) for each in drawn])
        days = np.array([days_to_go_on(each, stage) for each in drawn])
    low, high = _between(shares, tails)
    days_low, days_high = _between(days, tails)
    counts = race.counts
    ended = (counts.stage == stage) & (counts.to < race.history.process.still)
    return Conversion(
        share=_known(goes_on(model.hazard[0], stage)),
        low=low,
        high=high,
        days=_known(days_to_go_on(model.hazard[0], stage)),
        days_low=days_low,
        days_high=days_high,
        n=int(counts.count[ended].sum()),
    )


def _between(values: Floats, tails: tuple[float, float]) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.quantile(finite, tails)
    return float(low), float(high)


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _cohorts_of_stage(race: Race, stage: int) -> tuple[Cohort, ...]:
    """By month of entry into a stage."""
    process, stays = race.history.process, race.sojourns
    # A piece that ended with a change of owner is no stay of its own: the deal's next one goes on.
    last = np.append(stays.deal[1:] != stays.deal[:-1], True)[: stays.size]
    rows = (stays.stage == stage) & ((stays.to < process.still) | last)
    to = stays.to[rows]
    onward = (to > stage) & (to <= process.won_state)
    return _cohorts(stays.month[rows], onward, to == process.lost_state, to == process.still)


def created_cohorts(race: Race) -> tuple[Cohort, ...]:
    """By month of creation: gone on are those that are won."""
    history = race.history
    process = history.process
    first, last = history.first & history.known, history.last
    months = history.clock.months(history.at[first])
    state = dict(zip(history.deal[last].tolist(), history.state[last].tolist(), strict=True))
    now = np.array([state[deal] for deal in history.deal[first].tolist()], dtype=np.int64)
    won, lost = now == process.won_state, now == process.lost_state
    return _cohorts(months, won, lost, now < process.size)


def _cohorts(
    month: Ints, onward: np.ndarray, lost: np.ndarray, there: np.ndarray
) -> tuple[Cohort, ...]:
    found = []
    for value in np.unique(month)[::-1][:COHORTS].tolist():
        here = month == value
        entered, went = int(here.sum()), int(onward[here].sum())
        gone, still = int(lost[here].sum()), int(there[here].sum())
        low, high = wilson(went, entered)
        # At all or none Wilson's interval may miss its own share in the last digit.
        low, high = min(low, went / entered), max(high, went / entered)
        first = dt.date(value // 100, value % 100, 1)
        back = entered - went - gone - still
        found.append(Cohort(first, entered, went, back, gone, still, low, high))
    return tuple(found)


def _curve(race: Race, stage: int) -> tuple[StayPoint, ...]:
    """The Aalen-Johansen estimate, by age, as far as enough stays have been seen."""
    process = race.history.process
    cells = race.counts.table(race.ages)
    found = incidence(cells)
    at_risk = cells.exposure[0, stage]
    seen = np.flatnonzero(at_risk >= LEAST_AT_RISK)
    # The last age of the table holds later ones too, and is no age of its own.
    end = min(int(seen.max(initial=-1)) + 1, race.ages - 1)
    ended = found.ended[0, stage]
    onward = ended[stage + 1 : process.won_state + 1].sum(axis=0)
    back = ended[:stage].sum(axis=0)
    return tuple(
        StayPoint(
            age,
            float(found.staying[0, stage, age]),
            float(onward[age]),
            float(back[age]),
            float(ended[process.lost_state, age]),
            round(at_risk[age]),
        )
        for age in range(end)
    )
