"""Bounds of a pace that hold at all times at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.watch import Side, log_e_value, ratio_of_two, ratio_to_plan

YEARS, DAYS, ALPHA = 2000, 250, 0.1
ALLOWED = ALPHA + 4 * np.sqrt(ALPHA * (1 - ALPHA) / YEARS)


def uneven(rng):
    """Planned events of a year, and a factor on them that changes within it."""
    planned = rng.uniform(0.05, 1.5, DAYS)
    return planned, np.where(np.arange(DAYS) < 120, 0.7, 1.3)


def test_the_true_cumulative_ratio_is_ever_outside_with_a_chance_of_at_most_alpha():
    rng = np.random.default_rng(71)
    planned, factor = uneven(rng)
    actual = rng.poisson(np.broadcast_to(planned * factor, (YEARS, DAYS)))
    low, high = ratio_to_plan(np.broadcast_to(planned, actual.shape), actual, ALPHA)
    true = np.cumsum(planned * factor) / np.cumsum(planned)
    outside = ((true < low) | (true > high)).any(axis=1).mean()
    assert 0 < outside <= ALLOWED


def test_of_two_years_the_true_ratio_is_ever_outside_with_a_chance_of_at_most_alpha():
    rng, years = np.random.default_rng(72), 600
    planned, factor = uneven(rng)
    now, before = (np.broadcast_to(each, (years, DAYS)) for each in (planned, planned[::-1]))
    came, went = rng.poisson(now * factor), rng.poisson(before)
    low, high = ratio_of_two((now, came), (before, went), ALPHA)
    true = np.cumsum(planned * factor) / np.cumsum(planned)
    outside = ((true < low) | (true > high)).any(axis=1).mean()
    assert outside <= ALPHA + 4 * np.sqrt(ALPHA * (1 - ALPHA) / years)
    # Two numbers that vary: the bounds are some 40 % farther apart than against a plan.
    alone = ratio_to_plan(now, came, ALPHA)
    wider = np.log(high[:, -1] / low[:, -1]) / np.log(alone[1][:, -1] / alone[0][:, -1])
    assert 1.2 < np.median(wider) < 1.8


@pytest.mark.parametrize(("planned", "actual"), [(30.0, 24), (4.0, 9), (250.0, 190)])
def test_at_its_ends_the_e_value_is_one_over_alpha(planned, actual):
    for end in ratio_to_plan([planned], [actual], 0.05):
        assert np.exp(log_e_value(end * planned, actual, Side.EITHER)) == pytest.approx(20.0)


@given(
    n1=st.integers(1, 300),
    n0=st.integers(1, 300),
    scale=st.floats(0.2, 5),
    alpha=st.floats(0.01, 0.3),
)
def test_the_ratio_of_two_turned_round_is_its_inverse(n1, n0, scale, alpha):
    one, other = ([scale], [n1]), ([1.0], [n0])
    low, high = ratio_of_two(one, other, alpha)
    back = ratio_of_two(other, one, alpha)
    assert low <= n1 / scale / n0 <= high
    with np.errstate(divide="ignore"):
        assert 1 / high == pytest.approx(back[0], rel=1e-9)
        assert 1 / low == pytest.approx(back[1], rel=1e-9)


def test_its_ends_are_those_of_a_search_over_both_rates():
    n1, n0, alpha = 14, 22, 0.05
    rates = np.linspace(0.5, 70, 1500)
    both = log_e_value(rates[:, None], n1, Side.EITHER) + log_e_value(rates, n0, Side.EITHER)
    ratio = (rates[:, None] / rates)[both < -np.log(alpha)]
    low, high = ratio_of_two(([1.0], [n1]), ([1.0], [n0]), alpha)
    assert ratio.min() == pytest.approx(low[0], rel=0.01)
    assert ratio.max() == pytest.approx(high[0], rel=0.01)


def test_before_anything_is_known_every_ratio_is_possible():
    assert np.ravel(ratio_to_plan([0.0], [0])).tolist() == [0.0, np.inf]
    low, high = ratio_to_plan([5.0], [0])
    assert low == 0.0
    assert 1.0 < high < 2.0
    assert np.ravel(ratio_of_two(([1.0], [1]), ([1.0], [1]))).tolist() == [0.0, np.inf]
    assert np.ravel(ratio_of_two(([0.0], [0]), ([9.0], [9]))).tolist() == [0.0, np.inf]
