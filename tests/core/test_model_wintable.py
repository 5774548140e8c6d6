"""The win table against closed forms, a whole Markov chain, and the classic estimators."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_truths import COURSE, ONE_STAGE, one_stage_cells
from scipy import stats

from mellantid.core.chances.wintable import win_chances, win_table
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.playbook import Playbook
from mellantid.core.modelling.weights import Weights
from mellantid.core.process import Process
from mellantid.errors import QuestionError

RAW = Weights(day=1e-9, bin=1e-9)
RARE = Playbook("next to nothing", (0.5,), (15.0,), weight=1e-9)


def random_hazard(rng, ages, stages=3, lead=()):
    """Chances to every destination but staying put: same-day moves, skips and steps back too."""
    hazard = rng.random((*lead, stages, stages + 2, ages)) ** 3
    hazard[..., np.arange(stages), np.arange(stages), :] = 0.0
    total = rng.uniform(0.05, 0.6, (*lead, stages, 1, ages))
    return hazard / hazard.sum(-2, keepdims=True) * total


def markov_table(hazard, horizon):
    """V by the power of the whole chain's matrix over (stage, age at the end of a day)."""
    stages, _, ages = hazard.shape
    size = stages * ages
    moves = np.linalg.inv(np.eye(stages) - hazard[:, :stages, 0])
    stay = 1 - hazard.sum(1)
    # After entering j: at the day's end it stands in i at age 0, or is won.
    stand = moves * stay[:, 0]
    won = moves @ hazard[:, stages, 0]
    step = np.zeros((size + 1, size + 1))
    step[size, size] = 1
    for s in range(stages):
        for a in range(ages):
            nxt = min(a + 1, ages - 1)
            row = s * ages + a
            step[row, s * ages + nxt] += stay[s, nxt]
            step[row, size] += hazard[s, stages, nxt] + hazard[s, :stages, nxt] @ won
            for i in range(stages):
                step[row, i * ages] += hazard[s, :stages, nxt] @ stand[:, i]
    power, table = np.eye(size + 1), []
    for _ in range(horizon + 1):
        table.append(power[:size, size].reshape(stages, ages))
        power = power @ step
    standing = np.array(table)
    return standing, won + standing[:, :, 0] @ stand.T


def test_the_table_is_the_power_of_the_whole_chain():
    hazard = random_hazard(np.random.default_rng(1), 6)
    standing, entering = markov_table(hazard, 45)
    table = win_table(COURSE, hazard, 45)
    np.testing.assert_allclose(table.standing, standing, atol=1e-12)
    np.testing.assert_allclose(table.entering, entering, atol=1e-12)


def test_steady_competing_risks_have_their_closed_form():
    win, lose = 0.02, 0.05
    hazard = np.broadcast_to(np.array([[[0.0], [win], [lose]]]), (1, 3, 4))
    table = win_table(ONE_STAGE, hazard, 100)
    days = np.arange(101)
    share = win / (win + lose)
    standing = share * (1 - (1 - win - lose) ** days)
    np.testing.assert_allclose(table.standing[:, 0, 2], standing, atol=1e-14)
    # On the day of entry there is one day more.
    np.testing.assert_allclose(table.entering[:-1, 0], standing[1:], atol=1e-14)


def test_equal_stages_in_a_row_are_won_as_a_negative_binomial():
    p = 0.1
    hazard = np.zeros((3, 5, 2))
    hazard[[0, 1, 2], [1, 2, 3]] = p
    table = win_table(COURSE, hazard, 80)
    # Each day of a stage is one trial, and a move may be followed by another on the same day:
    # the number of failures before the third success is at most the days to go.
    np.testing.assert_allclose(table.entering[:, 0], stats.nbinom.cdf(np.arange(81), 3, p))


def test_small_chances_per_day_approach_the_erlang_law():
    p = 0.001
    hazard = np.zeros((3, 5, 2))
    hazard[[0, 1, 2], [1, 2, 3]] = p
    won = win_table(COURSE, hazard, 4000).entering[:, 0]
    # A day is 1/1000 of the mean, so the two laws differ by that order.
    np.testing.assert_allclose(won, stats.gamma.cdf(np.arange(4001) * p, 3), atol=2e-3)


def test_without_weights_the_table_is_the_aalen_johansen_estimate():
    # Eight deals, by hand. Age 0: 1 of 8 won. Age 1: 2 of 7 lost. Age 2: 1 seen no longer after.
    # Age 3: 1 of 4 won. Age 4: 1 of 3 lost and 1 won.
    exits = [[1.0, 0, 0, 1, 1], [0.0, 2, 0, 0, 1]]
    cells = one_stage_cells(exits, [8.0, 7, 5, 4, 3])
    entering = win_table(ONE_STAGE, fit(cells, RARE, RAW).hazard[0], 4).entering[:, 0]
    survival = [1, 7 / 8, 7 / 8 * 5 / 7, 7 / 8 * 5 / 7, 7 / 8 * 5 / 7 * 3 / 4]
    won = np.cumsum([1 / 8, 0, 0, survival[3] / 4, survival[4] / 3])
    np.testing.assert_allclose(entering, won, atol=1e-8)


def test_without_losses_it_is_kaplan_meier():
    exits = [[0.0, 2, 0, 1], [0.0, 0, 0, 0]]
    cells = one_stage_cells(exits, [6.0, 6, 3, 2])
    entering = win_table(ONE_STAGE, fit(cells, RARE, RAW).hazard[0], 3).entering[:, 0]
    np.testing.assert_allclose(entering, 1 - np.array([1, 4 / 6, 4 / 6, 4 / 6 / 2]), atol=1e-8)


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_chances_are_chances_and_grow_with_the_time_to_go(seed, ages, horizon):
    table = win_table(COURSE, random_hazard(np.random.default_rng(seed), ages), horizon)
    assert (table.standing[0] == 0).all()
    for values in (table.standing, table.entering):
        assert values.min() >= 0
        assert values.max() <= 1
        assert (np.diff(values, axis=0) >= -1e-15).all()


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_many_models_at_once_are_each_as_alone(seed, ages, horizon):
    hazards = random_hazard(np.random.default_rng(seed), ages, lead=(3, 2))
    hazards[1, :, 0, 4] = 0.0
    standing, entering = win_chances(COURSE, hazards, horizon)
    for draw in np.ndindex(3, 2):
        table = win_table(COURSE, hazards[draw], horizon)
        np.testing.assert_allclose(standing[draw], table.standing[horizon], atol=1e-13)
        np.testing.assert_allclose(entering[draw], table.entering, atol=1e-13)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_won_lost_and_still_open_sum_to_one(seed):
    hazard = random_hazard(np.random.default_rng(seed), 8)
    swapped = hazard[:, [0, 1, 2, 4, 3]]
    neither = hazard.copy()
    neither[:, 3] += neither[:, 4]
    neither[:, 4] = 0
    won, lost, closed = (
        win_table(COURSE, each, 30).standing for each in (hazard, swapped, neither)
    )
    np.testing.assert_allclose(won + lost, closed, atol=1e-12)


def test_in_the_long_run_every_deal_is_won_or_lost():
    hazard = random_hazard(np.random.default_rng(3), 5)
    swapped = hazard[:, [0, 1, 2, 4, 3]]
    won, lost = (win_table(COURSE, each, 2000).entering[-1] for each in (hazard, swapped))
    np.testing.assert_allclose(won + lost, 1.0, atol=1e-10)


def test_deals_that_only_circle_within_a_day_are_never_won():
    process = Process("Circle", ("A", "B"))
    hazard = np.zeros((2, 4, 3))
    hazard[0, 1] = hazard[1, 0] = 1.0
    table = win_table(process, hazard, 10)
    assert (table.entering == 0).all()
    assert (table.standing == 0).all()


def test_no_table_of_several_models_of_the_past_or_of_another_course():
    hazard = random_hazard(np.random.default_rng(4), 5)
    with pytest.raises(QuestionError, match="choose one group"):
        win_table(COURSE, hazard[None], 5)
    with pytest.raises(QuestionError, match="is over"):
        win_table(COURSE, hazard, -1)
    with pytest.raises(QuestionError, match="fit the model on this process"):
        win_table(ONE_STAGE, hazard, 5)
