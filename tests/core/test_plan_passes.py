"""The forward roll: the dual of the win table, linear, and right on what can be worked out."""

from __future__ import annotations

import numpy as np
import plan_cases as cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.chances.passes import roll, standing_numbers
from mellantid.core.chances.wintable import win_table
from mellantid.core.process import Process

SEEDS = st.integers(0, 10_000)


def standing(rng, stages, ages, groups=1):
    return rng.poisson(0.4, size=(groups, stages, ages)).astype(np.float64)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 5), st.integers(1, 12), st.integers(1, 40))
def test_expected_wins_by_the_roll_are_the_sum_of_the_win_tables_chances(seed, stages, ages, days):
    rng = np.random.default_rng(seed)
    hazard = cases.chances(rng, stages, ages)
    process = Process("P", tuple("ABCDE"[:stages]))
    now, pace = standing(rng, stages, ages)[0], rng.uniform(0, 2, days)
    entry = rng.dirichlet(np.ones(stages))
    table = win_table(process, hazard, days)
    togo = days - np.arange(1, days + 1)
    backward = (now * table.standing[days]).sum() + pace @ (table.entering[togo] @ entry)
    assert roll(hazard, now, pace, entry).won[-1] == pytest.approx(backward, rel=1e-10)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_the_roll_of_the_parts_sums_to_the_roll_of_the_whole(seed, groups):
    rng = np.random.default_rng(seed)
    hazard, entry = cases.chances(rng, 3, 8), np.array([0.7, 0.2, 0.1])
    parts, share = standing(rng, 3, 8, groups), rng.dirichlet(np.ones(groups))
    pace = rng.uniform(0, 3, 30)
    whole = roll(hazard, parts.sum(axis=0), pace, entry)
    rolled = roll(hazard, parts, share[:, None] * pace, entry)
    assert rolled.legs.sum(axis=0) == pytest.approx(whole.legs, abs=1e-10)
    assert rolled.won.sum(axis=0) == pytest.approx(whole.won, abs=1e-10)


def test_a_lone_deal_leaves_at_its_constant_chance():
    hazard = np.zeros((1, 3, 4))
    hazard[0, 1], hazard[0, 2] = 0.03, 0.02
    now = np.zeros((1, 4))
    now[0, 2] = 1.0
    days = np.arange(31)
    found = roll(hazard, now, np.zeros(30), np.ones(1))
    # Geometric: won with 3/5 of the chance to have left at all.
    assert found.legs[:, 1] == pytest.approx(0.6 * (1 - 0.95**days), abs=1e-12)
    assert found.legs[:, 0] == pytest.approx(0)
    assert (found.won == found.legs[:, 1]).all()


def test_a_chain_of_moves_on_the_day_of_creation_is_followed_to_the_end_of_that_day():
    hazard = np.zeros((2, 4, 3))
    hazard[0, 1, 0] = 0.5  # to the next stage the same day
    hazard[1, 0, 0] = 0.2  # and back again
    hazard[1, 2, 0] = 0.4  # or won
    found = roll(hazard, np.zeros((2, 3)), [1.0], np.array([1.0, 0.0]))
    entered_first = 1 / (1 - 0.5 * 0.2)
    entered_second = 0.5 * entered_first
    assert found.legs[1] == pytest.approx([1.0, 0.5 * entered_first, 0.4 * entered_second])
    assert found.won[1] == pytest.approx(0.4 * entered_second)


def test_skips_are_passes_and_steps_back_and_losses_are_not():
    hazard = np.zeros((3, 5, 2))
    hazard[1, 2] = 0.10  # forward
    hazard[1, 3] = 0.05  # straight to won
    hazard[1, 0] = 0.20  # back
    hazard[1, 4] = 0.30  # lost
    now = np.zeros((3, 2))
    now[1, 0] = 100.0
    found = roll(hazard, now, [0.0], np.ones(3) / 3)
    assert found.legs[1] == pytest.approx([0, 0, 15.0, 0])


def test_the_roll_agrees_with_deals_that_live_by_the_chances():
    rng = np.random.default_rng(11)
    hazard, entry, days = cases.chances(rng, 3, 10), np.array([0.6, 0.3, 0.1]), 25
    stage, age = rng.integers(0, 3, 3000), rng.integers(0, 12, 3000)
    rows, _ = cases.simulate(rng, hazard, stage, age, 60.0, entry, days)
    planned = roll(hazard, standing_numbers(stage, age, 3, 10), np.full(days, 60.0), entry).legs[
        0, -1
    ]
    was, to = rows[:, 3], rows[:, 4]
    passed = (was < to) & (to <= 3)
    actual = np.bincount(was[passed] + 1, minlength=4)
    # A deal may pass a leg more than once, so counts are a little wider than Poisson: 5 sd.
    assert np.abs(actual - planned).max() < 5 * np.sqrt(planned.max())
    assert (np.abs(actual - planned) < 5 * np.sqrt(planned)).all()


def test_old_deals_are_counted_at_the_last_age():
    numbers = standing_numbers(np.array([0, 0, 1]), np.array([2, 900, 5]), 2, 4)
    assert numbers.tolist() == [[[0, 0, 1, 1], [0, 0, 0, 1]]]
