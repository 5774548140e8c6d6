"""What a move is worth, what waiting costs, and what one more movement brings on each leg."""

import numpy as np
import pytest
import steering_cases as cases
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.chances.wintable import win_table
from mellantid.core.process import Process
from mellantid.core.steering.gains import Ahead, Standing, gains, worth_of_legs

COURSE = Process("p", ("A", "B"))
# From A a tenth a day to B, a hundredth past it to won, a twentieth lost; from B to won or lost.
HAZARD = np.zeros((1, 2, 4, 40))
HAZARD[0, 0, 1], HAZARD[0, 0, 2], HAZARD[0, 0, 3] = 0.10, 0.01, 0.05
HAZARD[0, 1, 2], HAZARD[0, 1, 3] = 0.08, 0.04
TABLE = win_table(COURSE, HAZARD[0], 60)
ONE = np.ones(1)


def ahead(today=20, first=1, last=50, hazard=HAZARD):
    return Ahead(hazard, (win_table(COURSE, hazard[0], 60),), today, first, last)


def standing(stage, age, amount):
    n = len(stage)
    return Standing(np.array(stage), np.array(age), np.zeros(n, int), np.array(amount, float))


def test_a_move_is_worth_the_chance_after_it_less_the_chance_before_it():
    found = gains(ahead(), standing([0, 1], [3, 7], [100, 200]))
    after = (0.10 * TABLE.standing[30, 1, 0] + 0.01) / 0.11
    assert found.gain[0] == pytest.approx(100 * (after - TABLE.standing[30, 0, 3]), rel=1e-12)
    # The last stage leads to won, which is certain.
    assert found.gain[1] == pytest.approx(200 * (1 - TABLE.standing[30, 1, 7]), rel=1e-12)
    assert found.next.tolist() == [1, 2]
    # Five days of a chance of 0.11 to go on out of 0.16 to leave.
    week = np.array([0.11 / 0.16 * (1 - 0.84**5), 0.08 / 0.12 * (1 - 0.88**5)])
    assert found.move_chance == pytest.approx(week, rel=1e-12)
    assert found.worth_today == pytest.approx(week * found.gain, rel=1e-12)


def test_waiting_costs_what_a_week_without_a_move_takes():
    found = gains(ahead(), standing([0], [3], [100]))
    cost = 100 * (TABLE.standing[30, 0, 3] - TABLE.standing[25, 0, 8])
    assert found.waiting_cost[0] == pytest.approx(cost, rel=1e-12)
    assert cost > 0


def test_in_the_last_week_waiting_costs_the_whole_chance_and_after_it_nothing_is_worth_anything():
    deals = standing([1], [0], [100])
    last = gains(ahead(today=46), deals)
    assert last.waiting_cost[0] == pytest.approx(100 * TABLE.standing[4, 1, 0], rel=1e-12)
    over = gains(ahead(today=50), deals)
    assert (over.gain[0], over.waiting_cost[0]) == (0, 0)
    worth = worth_of_legs(ahead(today=50), deals, over, np.array([1.0, 0.0]), ONE, 100.0)
    assert (worth == 0).all()


def test_a_win_before_the_period_is_no_win_in_it():
    assert ahead(first=30, today=20).worth_of_arriving()[0, -1] == 0
    # What is done tonight is done tomorrow, which may be the first day that counts.
    assert ahead(first=30, today=29).worth_of_arriving()[0, -1] == 1


@given(st.integers(0, 1), st.integers(0, 45), st.integers(0, 60))
def test_a_day_of_waiting_costs_the_gains_and_losses_it_was_counted_on_for(stage, age, today):
    # V[s, a, t] - V[s, a + 1, t - 1] = Σ_j q[s, j, a + 1] (F_j(t - 1) - V[s, a + 1, t - 1]).
    left = 60 - today
    if left == 0:
        return
    here, then = min(age, 39), min(age + 1, 39)
    now, later = TABLE.standing[left, stage, here], TABLE.standing[left - 1, stage, then]
    worth = np.append(TABLE.entering[left - 1], [1.0, 0.0])
    weighed = HAZARD[0, stage, :, then] @ (worth - later)
    assert now - later == pytest.approx(weighed, abs=1e-12)


def test_a_leg_is_worth_what_the_next_deal_to_move_gains():
    hazard = HAZARD.copy()
    # The old one hardly ever moves, so it hardly counts.
    hazard[0, 0, 1:3, 31:36] = 1e-12
    there, deals = ahead(hazard=hazard), standing([0, 0], [3, 30], [100, 900])
    found = gains(there, deals)
    legs = worth_of_legs(there, deals, found, np.array([1.0, 0.0]), ONE, 100.0)
    assert legs[1] == pytest.approx(found.gain[0], rel=1e-6)


def test_a_created_deal_is_worth_its_chance_on_the_day_of_entry():
    there, deals = ahead(), standing([0], [3], [100])
    entry = np.array([0.7, 0.3])
    legs = worth_of_legs(there, deals, gains(there, deals), entry, ONE, 50.0)
    assert legs[0] == pytest.approx(50 * entry @ TABLE.entering[30], rel=1e-12)


def test_where_no_deal_stands_a_typical_mover_tells_the_worth():
    there, deals = ahead(), standing([0], [3], [100])
    legs = worth_of_legs(there, deals, gains(there, deals), np.array([1.0, 0.0]), ONE, 50.0)
    ages = np.arange(500)
    weight = 0.88**ages
    before = TABLE.standing[30, 1, np.minimum(ages, 39)]
    assert legs[2] == pytest.approx(50 * (1 - weight @ before / weight.sum()), rel=1e-9)


def test_of_a_forecast_every_gain_is_amount_times_what_a_move_adds():
    scene, view = cases.scene(), cases.foretold().outlook
    there = Ahead(scene.hazard, view.tables, scene.today, scene.first, scene.last)
    deals = Standing(scene.stage, scene.age, scene.group, scene.amount)
    found = gains(there, deals)
    assert (found.next > scene.stage).all()
    assert ((found.move_chance >= 0) & (found.move_chance <= 1)).all()
    # A simulated course wins more the later the stage, so that every move on is worth something.
    assert (found.gain > 0).mean() > 0.95
    assert (np.abs(found.gain) <= scene.amount + 1e-9).all()
