"""Expected innovation zero: under fixed truth the weekly steps of every leg are nil on average."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.planning.worth import Basis
from mellantid.core.standing.innovation import SMALLEST, innovations
from mellantid.core.standing.money import money
from mellantid.simulation import (
    PLAIN,
    Organisation,
    clock_in,
    history,
    simulate,
    standard_course,
    wall_moments,
)

CLOCK = clock_in()
ORGANISATIONS = 24
CREATION = 5.0
BENT = replace(PLAIN, amount_changes=0.2, hand_overs=0.02)


def date_of(day):
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(CLOCK.date_of_day(day)))


@cache
def lived(seed):
    """An organisation with its true chances and pace for a plan, and the half-year after it."""
    rng = np.random.default_rng(seed)
    org = Organisation.draw(rng, standard_course(), BENT, creation=CREATION)
    first = 13_000 + int(rng.integers(0, 250))
    happened = simulate(org, CLOCK, first, first + 330, rng)
    moments = wall_moments(happened, CLOCK, rng)
    start, now = first + 200, first + 325
    ends = [CLOCK.end_of(date_of(day)) for day in (start, now)]
    before, after = (history(org, happened, moments, CLOCK, end) for end in ends)
    mean = org.amount_median * np.exp(org.amount_sd**2 / 2)
    truth = Basis(org.base_hazard, org.entry, float(mean))
    target = Target("all", 1e7, date_of(start + 1), date_of(start + 130))
    plan = make_plan(before, truth, [target], cap=np.inf)
    return replace(plan, pace=np.full(plan.days, CREATION)), after


@pytest.fixture(scope="module")
def weeks():
    """Weekly money by line of all the organisations, one under the other."""
    tables = []
    for seed in range(ORGANISATIONS):
        plan, after = lived(seed)
        (found,) = money(after, plan, weekly=True)
        tables.append(found.by_week(after)[1])
    return tables


def test_the_mean_step_of_every_leg_is_within_three_standard_errors_of_nil(weeks):
    # All weeks of all organisations are steps of martingales that do not correlate. With nine
    # lines, one beyond three standard errors comes once in forty seeds; the seeds are fixed.
    found = innovations(np.concatenate(weeks))
    assert found.weeks > 500
    assert (found.error > 0).all()
    assert (np.abs(found.score) < 3).all()


def test_the_standard_error_is_that_of_whole_organisations(weeks):
    """Organisations are independent of each other: their sums' spread, against the weeks'."""
    sums = np.array([table.sum() for table in weeks])
    errors = np.array([innovations(table).error[-1] * len(table) for table in weeks])
    # The sd of 24 sums is known to 15 %: within three of these.
    assert sums.std(ddof=1) == pytest.approx(np.sqrt((errors**2).mean()), rel=0.45)


def test_a_plan_with_chances_half_as_high_again_is_found_out():
    tables = []
    for seed in range(ORGANISATIONS):
        plan, after = lived(seed)
        hazard = plan.basis.hazard.copy()
        hazard[:, -2] *= 1.5
        hopeful = replace(plan, basis=replace(plan.basis, hazard=hazard))
        (found,) = money(after, hopeful, weekly=True)
        tables.append(found.by_week(after)[1])
    assert (innovations(np.concatenate(tables)).score < -3).any()


def test_the_weeks_by_owner_sum_to_the_weeks_and_to_the_gap(weeks):
    plan, after = lived(1)
    (found,) = money(after, plan, weekly=True)
    names, table = found.by_owner_and_week(after)
    assert table.shape == (names.size, len(found.owners), found.legs.shape[1] + 2)
    at_stake = np.abs(table).sum()
    together = np.delete(table.sum(axis=1), -2, axis=1)
    assert together == pytest.approx(weeks[1], abs=1e-9 * at_stake)
    # Owners changed: what one gives the other takes.
    assert np.abs(table[:, :, -2]).sum() > 0
    assert table[:, :, -2].sum(axis=1) == pytest.approx(0.0, abs=1e-9 * at_stake)
    by_owner = table.sum(axis=(0, 2)) + found.re_estimation
    assert by_owner == pytest.approx(found.gap, abs=1e-9 * at_stake)


def test_few_weeks_tell_a_mean_and_no_error():
    found = innovations(np.ones((SMALLEST - 1, 3)))
    assert (found.missing, found.weeks) == (1, SMALLEST - 1)
    assert found.mean.tolist() == [1, 1, 1, 3]
    assert np.isnan(found.error).all()
    assert np.isnan(found.score).all()
    assert innovations(np.ones((0, 3))).mean.tolist() == [0, 0, 0, 0]


def test_the_mean_and_its_error_by_hand():
    steps = np.arange(10.0)[:, None] * [[1.0, 0.0]] - [[4.5, 0.0]]
    found = innovations(steps)
    assert found.mean == pytest.approx([0, 0, 0])
    assert found.error == pytest.approx([np.sqrt(55 / 6 / 10), 0, np.sqrt(55 / 6 / 10)])
    assert np.isnan(found.score[1])
