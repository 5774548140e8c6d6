"""Under the plan's own chances nobody is ahead or behind on average, on any line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import plan_cases as cases
import pytest

from mellantid.core.history import History
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.standing.money import PLANNED, money
from mellantid.core.standing.splits import splits

DEALS = 8000
DAYS = 60
PACE = 150.0
BASIS = cases.basis(5, ages=15, mean_amount=80.0)


@pytest.fixture(scope="module")
def lived():
    """A plan, and the history of an organisation that lived by its chances."""
    rng = np.random.default_rng(2026)
    stage, age = rng.integers(0, cases.STAGES, DEALS), rng.integers(0, 20, DEALS)
    rows, deals = cases.simulate(rng, BASIS.hazard, stage, age, PACE, BASIS.entry, DAYS)
    start = cases.day_of(cases.MONDAY + dt.timedelta(days=60))
    amount = rng.lognormal(0, 0.8, deals)
    amount *= BASIS.mean_amount / np.exp(0.32)
    opened = noon(start - age)
    at = noon(start + rows[:, 1]) + rows[:, 2] * 60_000
    history = History.fold(
        cases.PROCESS,
        cases.clock(),
        noon(start + DAYS) + 6 * cases.HOUR,
        tuple(map(str, range(deals))),
        cases.OWNERS,
        np.concatenate([np.arange(DEALS), rows[:, 0]]),
        np.concatenate([opened, at]),
        np.concatenate([stage, rows[:, 4]]),
        np.concatenate([amount[:DEALS], amount[rows[:, 0]]]),
        np.concatenate([np.arange(DEALS) % 3, rows[:, 0] % 3]),
        sequence=np.concatenate([np.zeros(DEALS, dtype=np.int64), rows[:, 2]]),
    )
    made = noon(start) + 6 * cases.HOUR
    first, last = (date_of(start + shift) for shift in (5, 75))
    before = history.known_at(made)
    probe = make_plan(before, BASIS, [Target("all", 1.0, first, last)], cap=np.inf)
    worth = probe.chances(cases.PROCESS)[0]
    ahead = np.arange(start + 1, start + 76)
    planned = (
        PACE * BASIS.mean_amount * (worth.entering(np.arange(3), ahead[:, None]) @ BASIS.entry)
    )
    # The target that this very pace meets.
    amount_wanted = probe.opening.sum() + planned.sum()
    plan = make_plan(before, BASIS, [Target("all", amount_wanted, first, last)], cap=np.inf)
    assert plan.pace == pytest.approx(PACE)
    return plan, history


def noon(days):
    numbers = cases.clock().date_of_day(np.asarray(days))
    return cases.clock().zone.moments(numbers * 86_400_000) + 12 * cases.HOUR


def date_of(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(cases.clock().date_of_day(day)))


def test_every_line_is_nil_on_average_within_four_standard_errors(lived):
    plan, history = lived
    (found,) = money(history, plan)
    own = found.steps.deal != PLANNED
    for leg in range(cases.STAGES + 1):
        rows = own & (found.steps.leg == leg)
        each = np.bincount(found.steps.deal[rows], found.steps.money[rows])
        # Deals are independent of each other, and creations a compound Poisson sum, so that the
        # sum of squares estimates the variance of either.
        error = np.sqrt((each**2).sum())
        assert error > 0
        assert abs(found.legs[:, leg].sum()) < 4 * error
    assert found.amount_changes.sum() == 0
    assert found.corrections.sum() == pytest.approx(0, abs=1e-6)


def test_the_whole_gap_is_nil_on_average_within_four_standard_errors(lived):
    plan, history = lived
    (found,) = money(history, plan)
    own = found.steps.deal != PLANNED
    each = np.bincount(found.steps.deal[own], found.steps.money[own])
    assert abs(found.gap.sum()) < 4 * np.sqrt((each**2).sum())


def test_the_passes_of_every_leg_come_as_planned(lived):
    plan, history = lived
    found = splits(history, plan)
    assert (found.planned > 100).all()
    # A deal may pass a leg more than once: a little wider than Poisson.
    assert (np.abs(found.movements) < 5 * np.sqrt(found.planned)).all()


def test_a_plan_with_too_low_chances_shows_as_ahead(lived):
    """The test of the lines has the power to fail: chances a third too low are far out of it."""
    plan, history = lived
    hazard = BASIS.hazard.copy()
    hazard[:, cases.PROCESS.won_state] *= 2 / 3
    meek = replace(plan, basis=replace(BASIS, hazard=hazard))
    (found,) = money(history, meek)
    own = found.steps.deal != PLANNED
    each = np.bincount(found.steps.deal[own], found.steps.money[own])
    ahead = found.legs[:, 1:].sum()
    assert ahead > 4 * np.sqrt((each**2).sum())
