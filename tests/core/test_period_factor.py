from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.calendars import working_clock
from mellantid.core.clock import date_number
from mellantid.core.forecasting.period_factor import (
    GRID,
    NONE,
    PRIOR_SD,
    by_quarter,
    part_of_variance,
    period_factor,
    quarters_of,
    share_of_level,
)

RANKS = (np.arange(2000) + 0.5) / 2000


def drawn(rng, sd, quarters, foretold):
    return rng.poisson(foretold * np.exp(rng.normal(0, sd, quarters))).astype(float)


@pytest.mark.parametrize("sd", [0.1, 0.2, 0.4])
def test_many_quarters_tell_how_much_they_differ(sd):
    rng = np.random.default_rng(1)
    foretold = np.full(400, 500.0)
    found = period_factor(foretold, drawn(rng, sd, 400, 500.0))
    # The standard error of an sd from 400 values is sd/sqrt(800); the noise adds 1/500 to sd².
    assert found.sd == pytest.approx(sd, abs=4 * (sd + 0.05) / np.sqrt(800))


def test_quarters_that_differ_by_chance_alone_have_next_to_no_factor():
    rng = np.random.default_rng(2)
    found = period_factor(np.full(400, 500.0), drawn(rng, 0.0, 400, 500.0))
    assert found.sd < 0.02


def test_the_posterior_of_the_factor_holds_the_truth_as_often_as_it_says():
    # With sd drawn from its own prior the rank of the truth in the posterior is even (Cook,
    # Gelman and Rubin 2006); 1,000 ranks are within 0.04 of even in each tenth.
    rng = np.random.default_rng(3)
    prior = np.abs(rng.normal(0, PRIOR_SD, 1000))
    ranks = [
        np.interp(sd, GRID + GRID[1] / 2, np.cumsum(period_factor(np.full(8, 400.0), seen).weights))
        for sd in prior
        for seen in [drawn(rng, sd, 8, 400.0)]
    ]
    # The grid's values stand for the stretches around them.
    share, _ = np.histogram(ranks, np.linspace(0, 1, 11))
    assert np.abs(share / 1000 - 0.1).max() < 0.04


def test_without_quarters_the_prior_speaks():
    found = period_factor(np.array([3.0, 1000.0]), np.array([2.0, 900.0]))
    assert found.quarters == 1
    assert found.sd == pytest.approx(PRIOR_SD, rel=0.05)


def test_that_all_quarters_have_more_than_foretold_is_no_factor():
    foretold = np.full(40, 1e4)
    assert period_factor(foretold, 1.3 * foretold).sd < 0.01


@given(st.floats(0.01, 0.3), st.floats(0.1, 1.0))
def test_the_spread_has_the_sd_it_says_and_is_even_about_none(sd, part):
    rng = np.random.default_rng(4)
    found = period_factor(np.full(12, 300.0), drawn(rng, sd, 12, 300.0))
    spread = found.spread(RANKS, part)
    assert (np.diff(spread) >= 0).all()
    np.testing.assert_allclose(spread, -spread[::-1], atol=2e-3)
    # The ends that 2,000 ranks cut off and the grid's width take a few per cent.
    assert spread.std() == pytest.approx(found.sd * np.sqrt(part + 1 / 12), rel=0.05)


def test_a_model_that_remembers_all_is_the_mean_of_its_quarters():
    even = np.full((3, 8), 50.0)
    assert share_of_level(even, np.full(3, np.inf)) == pytest.approx(1 / 8)
    assert share_of_level(even * np.arange(1, 9), np.full(3, np.inf)) > 1 / 8
    assert share_of_level(np.zeros((2, 4)), np.full(2, np.inf)) == 1.0


def test_a_model_that_forgets_is_off_by_the_quarters_it_follows():
    # Weights 1, r, r², ...: Σ W² is (1 - r)/(1 + r); half a quarter's half-life is r = 1/4.
    even = np.full((2, 60), 50.0)
    for months in (1.5, 3.0, 12.0):
        r = 2 ** (-3.0 / months)
        share = share_of_level(even, np.full(2, months))
        assert share == pytest.approx((1 - r) / (1 + r), rel=1e-3)
    mixed = share_of_level(even, np.array([1.5, np.inf]))
    assert 1 / 60 < mixed < share_of_level(even, np.full(2, 1.5))


def test_the_error_of_a_model_that_forgets_is_as_wide_as_its_level_says():
    rng = np.random.default_rng(5)
    half_life = np.array([3.0])
    swings = rng.normal(0, 0.2, (20_000, 13))
    weight = np.exp2(-np.arange(12)[::-1])
    model = swings[:, :12] @ (weight / weight.sum())
    error = swings[:, 12] - model
    level = share_of_level(np.full((1, 12), 300.0), half_life)
    # The standard error of this sd is sd/sqrt(40,000).
    assert error.std() == pytest.approx(0.2 * np.sqrt(1 + level), rel=0.02)
    known = dataclasses.replace(NONE, weights=np.where(GRID.round(6) == 0.2, 1.0, 0.0), level=level)
    assert known.spread(RANKS).std() == pytest.approx(error.std(), rel=0.03)


def test_no_factor_spreads_nothing():
    assert not NONE.spread(RANKS).any()
    assert not period_factor(np.full(9, 500.0), np.full(9, 500.0)).spread(RANKS, 0.0).any()


def test_quarters_are_the_calendars_and_halves_of_two_have_half_the_variance():
    clock = working_clock("Europe/Stockholm", "", ())
    first, last = (
        int(clock.day_of_date(date_number(date)))
        for date in (dt.date(2025, 2, 3), dt.date(2025, 5, 30))
    )
    days = np.arange(first, last + 1)
    quarters = quarters_of(clock, days)
    assert np.unique(quarters).tolist() == [2025 * 4, 2025 * 4 + 1]
    assert by_quarter(quarters, np.ones(days.size)).tolist() == [41.0, 44.0]
    assert part_of_variance(quarters) == pytest.approx((41**2 + 44**2) / 85**2)
    assert part_of_variance(quarters[:41]) == 1.0
    assert part_of_variance(quarters[:0]) == 0.0
