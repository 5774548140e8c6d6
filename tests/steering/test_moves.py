from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.open_deals import OpenDeals
from mellantid.core.process import Process, onward_ways
from mellantid.core.steering.change import Change
from mellantid.core.steering.moves import after_move, moves, worth_of_one
from mellantid.errors import QuestionError

COURSE = Process("p", ("A", "B"))
# From A a tenth a day to B, a hundredth past it to won, a twentieth lost; from B to won or lost.
HAZARD = np.zeros((2, 4, 40))
HAZARD[0, 1], HAZARD[0, 2], HAZARD[0, 3] = 0.10, 0.01, 0.05
HAZARD[1, 2], HAZARD[1, 3] = 0.08, 0.04
TABLE = win_table(COURSE, HAZARD, 60)
CHANCE = PeriodChance(TABLE, 1, 50)


def open_deals(stage, age):
    n = len(stage)
    return OpenDeals(
        np.arange(n),
        np.array(stage),
        np.array(age),
        np.full(n, 100.0),
        np.zeros(n, int),
        np.ones(n, dtype=bool),
    )


def test_a_move_is_worth_the_chance_after_it_less_the_chance_before_it():
    deals = open_deals([0, 1], [3, 7])
    found = moves(deals, np.array([100.0, 200.0]), HAZARD, CHANCE, 20)
    after = (0.10 * TABLE.standing[30, 1, 0] + 0.01) / 0.11
    assert found.gain[0] == pytest.approx(100 * (after - TABLE.standing[30, 0, 3]), rel=1e-12)
    # The last stage leads to won, which is certain.
    assert found.gain[1] == pytest.approx(200 * (1 - TABLE.standing[30, 1, 7]), rel=1e-12)
    assert found.next.tolist() == [1, 2]
    assert found.hurry == pytest.approx([0.11, 0.08])


def test_waiting_costs_what_a_week_without_a_move_takes():
    deals = open_deals([0], [3])
    found = moves(deals, np.array([100.0]), HAZARD, CHANCE, 20)
    cost = 100 * (TABLE.standing[30, 0, 3] - TABLE.standing[25, 0, 8])
    assert found.waiting[0] == pytest.approx(cost, rel=1e-12)
    assert cost > 0


def test_in_the_last_week_waiting_costs_the_whole_chance_and_after_it_nothing():
    deals = open_deals([1], [0])
    last = moves(deals, np.array([100.0]), HAZARD, CHANCE, 46)
    assert last.waiting[0] == pytest.approx(100 * TABLE.standing[4, 1, 0], rel=1e-12)
    over = moves(deals, np.array([100.0]), HAZARD, CHANCE, 50)
    assert over.waiting[0] == 0


def test_a_win_before_the_period_is_no_win_in_it():
    later = PeriodChance(TABLE, 30, 50)
    assert after_move(2, later, 20)[2] == 0
    assert after_move(2, later, 35)[2] == 1


def test_a_leg_is_worth_what_the_next_deal_to_move_gains():
    deals = open_deals([0, 0], [3, 30])
    hazard = HAZARD.copy()
    # The old one hardly ever moves, so it hardly counts.
    hazard[0, 1:3, 31] = 1e-12
    found = moves(deals, np.array([100.0, 900.0]), hazard, CHANCE, 20)
    legs = worth_of_one(found, deals, 2, np.array([1.0, 7.0]), 5.0)
    assert legs[0] == 5.0
    assert legs[1] == pytest.approx(found.gain[0], rel=1e-6)
    assert legs[2] == 7.0


def test_onward_is_later_on_the_course_or_won():
    assert onward_ways(2).tolist() == [[False, True, True, False], [False, False, True, False]]


@given(st.floats(0.2, 5), st.floats(0.2, 5), st.integers(0, 1), st.integers(0, 2**32 - 1))
def test_changed_chances_are_chances_and_keep_what_they_should(conversion, speed, stage, seed):
    rng = np.random.default_rng(seed)
    drawn = rng.dirichlet(np.ones(5), (3, 2, 8))[..., :4].transpose(0, 1, 3, 2)
    drawn[:, 0, 0] = drawn[:, 1, :2] = 0
    converted = Change().with_conversion(stage, conversion).bend(drawn)
    hastened = Change().with_speed(stage, speed).bend(drawn)
    total = drawn.sum(-2)
    np.testing.assert_allclose(converted.sum(-2), total, rtol=1e-12)
    np.testing.assert_allclose(
        1 - hastened[:, stage].sum(-2), (1 - total[:, stage]) ** speed, atol=1e-12
    )
    on = onward_ways(2)[stage][:, None]
    before, after = (
        (np.where(on, each[:, stage], 0).sum(-2), np.where(on, 0, each[:, stage]).sum(-2))
        for each in (drawn, converted)
    )
    np.testing.assert_allclose(after[0] * before[1], conversion * before[0] * after[1], rtol=1e-9)
    other = 1 - stage
    assert (converted[:, other] == drawn[:, other]).all()
    assert (hastened >= 0).all()


def test_no_change_changes_nothing():
    assert Change().bend(HAZARD) is HAZARD


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_that_is_none_is_refused(factor):
    with pytest.raises(QuestionError, match="above 0"):
        Change(pace=factor)
