"""The smoothest pace: constant for one target, and no more uneven than several targets ask."""

from __future__ import annotations

import numpy as np
import plan_cases as cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.planning.pace import best_pace, smoothest_pace, within_reach

DAYS = 260
WEEK = np.arange(2 * DAYS) // 5
FLAT = np.ones(2 * DAYS)


def two_years(delay: int = 80) -> np.ndarray:
    """Worth of a creation on each day of two years to the first and to the second."""
    day = np.arange(2 * DAYS)
    in_first = np.clip((DAYS - day) / delay, 0, 1)
    in_either = np.clip((2 * DAYS - day) / delay, 0, 1)
    return np.stack([in_first, in_either - in_first])


def test_one_target_gives_a_constant_pace_that_just_closes_the_gap():
    worth = two_years()[:1]
    pace = smoothest_pace(worth, np.array([500.0]), np.array([600.0]), WEEK, FLAT)
    assert np.ptp(pace) == 0
    assert worth @ pace == pytest.approx([500.0], rel=1e-12)


def test_a_season_shapes_the_pace_and_the_gap_is_still_closed():
    worth, season = two_years()[:1], 1 + 0.3 * np.sin(np.arange(2 * DAYS) / 40)
    pace = smoothest_pace(worth, np.array([500.0]), np.array([600.0]), WEEK, season)
    assert np.ptp(pace / season) == pytest.approx(0)
    assert worth @ pace == pytest.approx([500.0], rel=1e-12)


def test_two_targets_that_a_constant_pace_meets_get_it():
    worth = two_years()
    pace = smoothest_pace(worth, worth.sum(axis=1) * 1.7, worth.sum(axis=1) * 2, WEEK, FLAT)
    assert pace == pytest.approx(np.full(2 * DAYS, 1.7))


@pytest.mark.parametrize(("first", "second"), [(3.0, 1.0), (1.0, 3.0), (0.2, 2.0), (2.0, 0.2)])
def test_two_targets_far_apart_are_both_met_and_neither_much_exceeded(first, second):
    worth = two_years()
    gaps = worth.sum(axis=1) * np.array([first, second])
    pace = smoothest_pace(worth, gaps, worth.sum(axis=1) * 3, WEEK, FLAT)
    brought = worth @ pace
    assert (brought >= gaps * (1 - 1e-6)).all()
    constant = worth.sum(axis=1) * max(first, second)
    assert (brought - gaps).sum() < 0.3 * (constant - gaps).sum()


def test_a_year_that_is_won_already_is_no_reason_to_stop_and_start_again():
    worth = two_years()
    # A steady pace brings a quarter more than this year's target, which is exceeded without it.
    targets = worth.sum(axis=1) * np.array([4.0, 1.2])
    gaps = np.array([-10.0, worth[1].sum()])
    pace = smoothest_pace(worth, gaps, targets, WEEK, FLAT)
    assert pace == pytest.approx(1.0)


def test_a_ramp_is_chosen_over_a_step():
    worth = two_years()
    pace = smoothest_pace(
        worth, worth.sum(axis=1) * np.array([1.0, 2.0]), worth.sum(axis=1) * 2, WEEK, FLAT
    )
    turn = np.abs(np.diff(pace[::5]))
    assert turn.max() < 0.25 * np.ptp(pace)


def test_a_gap_beyond_the_cap_gives_the_cap_and_is_said_to_be_out_of_reach():
    worth = two_years()
    gaps = worth.sum(axis=1) * np.array([1.0, 9.0])
    assert within_reach(worth, gaps, FLAT, 2.0).tolist() == [True, False]
    pace = smoothest_pace(worth, gaps, worth.sum(axis=1) * 3, WEEK, FLAT, cap=2.0)
    assert pace.max() <= 2.0 + 1e-9
    # Every week that can still bring something to the second year runs at the cap.
    assert worth[1] @ pace == pytest.approx(worth[1].sum() * 2.0, rel=1e-6)
    assert worth[0] @ pace >= gaps[0] * (1 - 1e-6)


def test_a_gap_that_no_creation_can_close_any_more_is_out_of_reach_without_a_cap():
    worth = np.zeros((1, 10))
    assert not within_reach(worth, np.array([5.0]), np.ones(10), np.inf).any()
    pace = smoothest_pace(worth, np.array([5.0]), np.array([9.0]), WEEK[:10], FLAT[:10])
    assert not pace.any()


def test_nothing_lacking_asks_for_no_creation():
    worth = two_years()
    assert within_reach(worth, np.array([-1.0, 0.0]), FLAT, 0.0).all()
    assert not smoothest_pace(worth, np.array([-1.0, 0.0]), np.ones(2), WEEK, FLAT).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 3), st.floats(1e-6, 1e6))
def test_every_gap_is_closed_whatever_the_currency(seed, targets, unit):
    rng = np.random.default_rng(seed)
    days = 60
    worth = rng.uniform(0.1, 1.0, (targets, days)) * unit
    gaps = rng.uniform(0.0, 50.0, targets) * unit
    pace = smoothest_pace(worth, gaps, gaps + unit, WEEK[:days], FLAT[:days])
    assert (pace >= 0).all()
    # The solver's own tolerance is 1e-7 in units of the constant pace.
    assert (worth @ pace >= gaps - 1e-5 * gaps.max()).all()


def test_the_best_quarter_is_the_fullest_65_working_days():
    start = cases.moment(cases.MONDAY, 9)
    days = cases.clock().date_of_day(cases.day_of(cases.MONDAY) + np.arange(90))
    at = cases.clock().zone.moments(days * 86_400_000) + 9 * cases.HOUR
    # One deal every other day, and from day 20 on two every day.
    made = np.concatenate([at[:20:2], np.repeat(at[20:], 2)])
    rows = [(number, int(when), 0, 1.0, 0, None) for number, when in enumerate(made)]
    history = cases.history_of(rows, int(at[-1]) + cases.HOUR, deals=len(rows))
    assert start == at[0]
    assert best_pace(history) == pytest.approx(2.0)
    assert best_pace(cases.history_of([], int(at[-1]))) == 0
