from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.scoring.chances import brier, log_score, reliability
from mellantid.core.scoring.sample import Sample
from mellantid.core.scoring.shares import wilson
from mellantid.core.scoring.skill import skill
from mellantid.core.totals.total import total
from mellantid.errors import DataError

amounts = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30)


@given(amounts, st.floats(-1e3, 1e3))
def test_the_score_of_a_sample_is_the_integral_that_defines_it(values, outcome):
    sample = Sample.of(values)
    edges = np.unique([*values, outcome])
    middle = (edges[1:] + edges[:-1]) / 2
    below = (np.array(values)[:, None] <= middle).mean(0)
    exact = float(((below - (middle >= outcome)) ** 2 * np.diff(edges)).sum())
    assert sample.crps(outcome) == pytest.approx(exact, abs=1e-9)


def test_a_single_amount_is_scored_by_its_error():
    assert Sample.of([3.0]).crps(5.0) == 2.0


def test_a_sample_of_a_distribution_is_scored_as_the_distribution():
    found = total([1.0] * 40, [0.3] * 40)
    draws = np.random.default_rng(1).binomial(40, 0.3, 100_000)
    # The standard error of the sample's score is some 0.003.
    assert Sample.of(draws).crps(15.0) == pytest.approx(found.crps(15.0), abs=0.02)


def test_a_sample_of_nothing_is_refused():
    with pytest.raises(DataError, match="at least one"):
        Sample.of([])
    with pytest.raises(DataError, match="at least one"):
        Sample.of([float("nan")])


def test_what_is_reached_counts_as_reached():
    assert Sample.of([1.0, 2.0, 2.0, 3.0]).exceeds(2.0) == 0.75


def test_scores_of_chances_are_the_textbooks():
    chance, came = np.array([0.9, 0.2]), np.array([True, False])
    assert brier(chance, came) == pytest.approx((0.01 + 0.04) / 2)
    assert log_score(chance, came) == pytest.approx(-(np.log(0.9) + np.log(0.8)) / 2)
    assert np.isfinite(log_score(np.array([0.0]), np.array([True])))


@given(st.floats(0.01, 0.99))
def test_the_true_chance_has_the_best_expected_scores(truth):
    others = np.linspace(0.01, 0.99, 50)
    for score in (brier, log_score):
        cases = [
            truth * score(np.array([p]), np.array([True]))
            + (1 - truth) * score(np.array([p]), np.array([False]))
            for p in (truth, *others)
        ]
        assert cases[0] <= min(cases) + 1e-12


def test_reliability_tells_what_came_of_each_bin():
    chance = np.array([0.05, 0.05, 0.95, 1.0])
    rows = reliability(chance, np.array([False, True, True, True]))
    assert [(row.low, row.n, row.came) for row in rows] == [(0.0, 2, 0.5), (0.9, 2, 1.0)]
    assert rows[1].foretold == pytest.approx(0.975)
    assert all(row.came_low <= row.came <= row.came_high for row in rows)


def test_the_interval_of_a_share_is_the_published_one():
    # Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263 and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_equal_scores_have_no_skill_and_half_the_score_has_half():
    rng = np.random.default_rng(1)
    scores = rng.random(40) + 0.5
    block = np.repeat(np.arange(8), 5)
    assert skill(scores, scores, block, rng).skill == 0.0
    half = skill(scores / 2, scores, block, rng)
    assert (half.skill, half.low, half.high, half.blocks) == pytest.approx((0.5, 0.5, 0.5, 8))


def test_a_difference_that_is_chance_is_not_told_from_none():
    rng = np.random.default_rng(2)
    found = skill(rng.random(40), rng.random(40), np.repeat(np.arange(8), 5), rng)
    assert found.low < 0 < found.high
