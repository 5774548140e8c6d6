from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mellantid.backtesting.cox import Cause, Followed, chance_within, fit_cause

DAY = np.array([5, 11, 3, 17, 8, 2, 14, 20, 9, 6, 12, 1])
FEATURES = np.array(
    [
        [0.5, -1.2, 2.0, 0.1, 1.1, 0.7, -0.4, -0.9, 0.3, 1.6, -0.2, 1.0],
        [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1],
    ]
).T
ENDED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1], dtype=bool)
ONE = np.zeros(12, dtype=np.int64)
TWO = np.arange(12) % 2


def test_weights_and_baseline_are_those_of_lifelines_where_no_days_tie():
    # lifelines 0.30.3, CoxPHFitter on these rows; its baseline is of a case of mean features.
    # It stops where the likelihood's slope is 1e-6 still, a few 1e-7 from the weights.
    found = fit_cause(Followed(FEATURES, ONE, DAY, 1), ENDED)
    assert found.weights == pytest.approx([1.4164878851, 0.5541446212], abs=1e-6)
    of_mean = np.exp(FEATURES.mean(axis=0) @ found.weights)
    assert found.baseline.sum() * of_mean == pytest.approx(2.03475003, abs=2e-6)


def test_weights_in_strata_are_those_of_lifelines():
    found = fit_cause(Followed(FEATURES, TWO, DAY, 2), ENDED)
    assert found.weights == pytest.approx([1.5393070095, 0.5423366269], abs=1e-9)


def breslow(weights, day, features, stratum, ended, ridge):
    """Minus the penalised partial log-likelihood, straight from its definition."""
    score = features @ weights
    value = -ridge / 2 * weights @ weights
    for i in np.flatnonzero(ended):
        there = (day >= day[i]) & (stratum == stratum[i])
        value += score[i] - np.log(np.exp(score[there]).sum())
    return -value


@pytest.mark.parametrize("seed", range(3))
def test_weights_make_the_likelihood_greatest_with_ties_strata_and_ridge(seed):
    rng = np.random.default_rng(seed)
    n = 60
    features = rng.normal(size=(n, 3))
    day, stratum = rng.integers(1, 8, n), rng.integers(0, 3, n)
    ended = rng.random(n) < 0.5
    found = fit_cause(Followed(features, stratum, day, 3), ended, ridge=1.0)
    args = (day, features, stratum, ended, 1.0)
    best = minimize(breslow, np.zeros(3), args=args, method="BFGS", options={"gtol": 1e-8})
    # BFGS differences the likelihood numerically, to some 1e-6.
    assert found.weights == pytest.approx(best.x, abs=1e-5)


def test_known_weights_come_back_from_many_cases():
    rng = np.random.default_rng(7)
    n, truth = 20_000, np.array([0.7, -0.4])
    features = rng.normal(size=(n, 2))
    day = np.ceil(rng.exponential(40 / np.exp(features @ truth))).astype(np.int64)
    followed = Followed(features, np.zeros(n, dtype=np.int64), np.minimum(day, 65), 1)
    found = fit_cause(followed, day <= 65)
    # A weight's standard error is some 1 / sqrt(15,000 ends); days lump what ties.
    assert found.weights == pytest.approx(truth, abs=0.03)


def test_a_feature_that_separates_all_cases_keeps_a_finite_weight():
    ended = np.array([True] * 5 + [False] * 5)
    followed = Followed(
        ended[:, None].astype(float), np.zeros(10, dtype=np.int64), np.full(10, 3), 1
    )
    assert 0 < fit_cause(followed, ended, ridge=1.0).weights[0] < 5


def test_two_constant_hazards_compete_as_the_closed_form_says():
    won, lost = 0.02, 0.05
    causes = [Cause(np.zeros(1), np.array([[0.0] + [rate] * 30])) for rate in (won, lost)]
    at, nothing = np.zeros((1, 1)), np.zeros(1, dtype=np.int64)
    exact = won / (won + lost) * (1 - np.exp(-30 * (won + lost)))
    assert chance_within(*causes, at, nothing, 30)[0] == pytest.approx(exact, rel=1e-12)
    one, other = (chance_within(*pair, at, nothing, 30) for pair in (causes, causes[::-1]))
    assert (one + other)[0] == pytest.approx(1 - np.exp(-30 * (won + lost)), rel=1e-12)


def test_a_stratum_in_which_nothing_ended_has_no_chance():
    followed = Followed(FEATURES, ONE, DAY, 2)
    cause = fit_cause(followed, ENDED)
    other = fit_cause(followed, np.zeros(12, dtype=bool), ridge=1.0)
    chances = chance_within(cause, other, FEATURES, np.ones(12, dtype=np.int64), 20)
    assert (chances == 0).all()
