"""Whole organisations watched deal by deal: some two years of history, a plan, and a year of it.

The course, its hazards and its sellers are drawn anew for each (`mellantid.simulation`); deals are
renewed from stage to stage by these hazards. The plan is given (the true hazards and pace) or
estimated as the product does it, and asks for the pace that the organisation has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.modelling.model import fit
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.planning.worth import Basis
from mellantid.core.watch import compensators, run_length, threshold
from mellantid.core.watch.against_plan import watch_plan
from mellantid.core.watch.watching import LEAST_PLANNED
from mellantid.simulation import (
    EVERYTHING,
    PLAIN,
    Organisation,
    Truth,
    clock_in,
    history,
    simulate,
    wall_moments,
)
from watch_streams import ARL, RHO, YEAR, first, watched

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Bools, Floats

FIRST_DAY: Final = 13_000  # a working-day number in 2019
START: Final = FIRST_DAY + 560  # so that two whole years of months are known
AGES: Final = 300
SLOW_STAGE: Final = 3
SLOW_FROM: Final = 101
CLOCK: Final = clock_in()
KINDS: Final = {
    "plain": PLAIN,
    "one leg slows": replace(PLAIN, slow_leg=float(-np.log(RHO))),
    "quarters share a factor": replace(PLAIN, common_factor=EVERYTHING.common_factor),
    "everything": replace(EVERYTHING, slow_leg=0.0),
}


@dataclass(frozen=True)
class Watched:
    """A year of one organisation, by leg.

    Attributes:
        kind: what made it hard.
        plan: given or estimated.
        pace: planned passes a day.
        alarm: whether there was ever an alarm.
        sign: the day of the first sign, from 1; infinite: none.
        detected: that of the e-SR.
        after: working days from the slowing to the first sign, on the slowed leg; NaN where there
            was one before it or nothing slows.
        theory: what the delay would be without a break from U = 0; NaN likewise.
        named: whether the product's own watch, at the year's end, names it among all legs.

    """

    kind: str
    plan: str
    pace: Floats
    alarm: Bools
    sign: Floats
    detected: Floats
    after: float
    theory: float
    named: Bools


def study(seed: int, creation: float, job: tuple[str, int]) -> list[Watched]:
    """Simulate organisation `job[1]` of a kind, and watch it by a given and an estimated plan."""
    kind, number = job
    bent = KINDS[kind]
    rng = np.random.default_rng([seed, list(KINDS).index(kind), number])
    slow = (SLOW_STAGE, START + SLOW_FROM, START + YEAR)
    organisation = Organisation.draw(rng, complications=bent, creation=creation, slow=slow)
    known = _history(organisation, rng)
    found = []
    if bent in {PLAIN, KINDS["one leg slows"]}:
        found.append(_by_given(kind, organisation, known))
    found.append(_by_estimate(kind, known))
    return found


def _history(organisation: Organisation, rng: np.random.Generator) -> History:
    happenings = simulate(organisation, CLOCK, FIRST_DAY, START + YEAR, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    return history(organisation, happenings, moments, CLOCK, CLOCK.end_of(_date(START + YEAR)))


def _date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(CLOCK.date_of_day(day)))


def _by_given(kind: str, organisation: Organisation, known: History) -> Watched:
    """Watch by the true hazards and pace."""
    hazard = Truth.of(organisation).hazard
    one = np.ones(known.process.size + 1)
    pace = np.full(YEAR, organisation.creation)
    return _watched(
        kind, "given", known, hazard, pace, one, one, np.zeros(one.size, dtype=np.bool_)
    )


def _by_estimate(kind: str, known: History) -> Watched:
    """Watch by a plan made from the first two years."""
    then = known.known_at(CLOCK.end_of(_date(START)))
    plan = _plan(then)
    # The product's own answer at the year's end gives the doubt, which was fixed with the plan.
    found = watch_plan(known, plan)
    low, high = found.low[0], found.high[0]
    named = found.named[0]
    return _watched(kind, "estimated", known, plan.basis.hazard, plan.pace, low, high, named)


def _plan(then: History) -> Plan:
    """A plan that asks for the pace that there has been."""
    coming = arrivals(then)
    model = fit(Counts.of(sojourns(then)).table(AGES))
    basis = Basis(model.hazard[0], coming.entry, coming.mean_amount)
    target = Target("all", 1.0, _date(START + 1), _date(START + YEAR))
    made = make_plan(then, basis, [target])
    days = np.arange(START + 1, START + 1 + made.days)
    return replace(made, pace=coming.pace(CLOCK.months_of_dates(CLOCK.date_of_day(days))))


def _watched(
    kind: str,
    plan: str,
    known: History,
    hazard: Floats,
    pace: Floats,
    low: Floats,
    high: Floats,
    named: Bools,
) -> Watched:
    """Look at every leg on every day of the year."""
    stream = compensators(known, hazard, START + 1, START + YEAR, pace)
    seen = watched(stream.planned[0], stream.actual[0], low, high)
    sign, daily = first(seen.sign), stream.planned[0].mean(axis=1)
    after = theory = float("nan")
    leg = SLOW_STAGE + 1
    if kind == "one leg slows" and sign[leg] >= SLOW_FROM:
        after = float(sign[leg] - SLOW_FROM + 1)
        moved = daily[leg] * low[leg]
        h = threshold(max(2.0 * ARL * moved, LEAST_PLANNED), RHO)
        theory = float(run_length(h, RHO, true=RHO / low[leg])) / moved
    return Watched(
        kind,
        plan,
        daily,
        np.asarray(seen.alarm.any(axis=1)),
        sign,
        first(seen.detected),
        after,
        theory,
        named,
    )
