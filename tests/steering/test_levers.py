from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from mellantid.core.steering.change import Change
from mellantid.core.steering.levers import LIMITS, NEAR, Lever, all_levers, cheapest_two, pulls


def straight(now, pace, amount):
    """A chance whose normal score is straight in the efforts."""

    def chance(change: Change) -> float:
        return float(ndtr(now + pace * math.log(change.pace) + amount * math.log(change.amount)))

    return chance


PACE, AMOUNT = Lever("pace"), Lever("amount")


@given(st.floats(-2, 0.5), st.floats(0.3, 5), st.floats(0.3, 5))
def test_a_lever_is_pulled_just_far_enough(now, pace, amount):
    chance = straight(now, pace, amount)
    for pull in pulls(chance, (PACE, AMOUNT), 0.8):
        (lever,) = pull.levers
        slope = pace if lever.kind == "pace" else amount
        exact = (0.8416212335729143 - now) / slope
        if exact > math.log(LIMITS[lever.kind]):
            assert not pull.enough
            assert pull.factors == pytest.approx((LIMITS[lever.kind],))
        else:
            assert pull.enough
            assert pull.chance == pytest.approx(0.8, abs=2 * NEAR)
            assert math.log(pull.factors[0]) == pytest.approx(exact, abs=4 * NEAR / slope)


def test_the_least_effort_comes_first_and_the_hopeless_last():
    found = pulls(straight(-0.5, 0.4, 3.0), (PACE, AMOUNT), 0.8)
    assert [pull.levers[0].kind for pull in found] == ["amount", "pace"]
    assert [pull.enough for pull in found] == [True, False]


def test_two_together_take_less_effort_than_either_and_the_least_there_is():
    chance = straight(-0.2, 2.0, 3.0)
    alone = pulls(chance, (PACE, AMOUNT), 0.8)
    both = cheapest_two(chance, alone, 0.8)
    assert both is not None
    assert both.effort < min(pull.effort for pull in alone)
    # The least norm on the line 2x + 3y = d is d/|(2, 3)|.
    assert both.effort == pytest.approx((0.8416212 + 0.2) / math.hypot(2, 3), abs=1e-3)


def test_two_can_do_what_neither_can_alone():
    chance = straight(-0.9, 1.2, 2.0)
    alone = pulls(chance, (PACE, AMOUNT), 0.8)
    assert not any(pull.enough for pull in alone)
    both = cheapest_two(chance, alone, 0.8)
    assert both is not None
    assert both.chance == pytest.approx(0.8, abs=2 * NEAR)


def test_where_no_two_are_enough_none_is_said():
    chance = straight(-3.0, 0.1, 0.1)
    assert cheapest_two(chance, pulls(chance, (PACE, AMOUNT), 0.8), 0.8) is None


def test_nothing_need_be_done_where_the_chance_is_there_already():
    pull, _ = pulls(straight(2.0, 1.0, 1.0), (PACE, AMOUNT), 0.8)
    assert (pull.factors, pull.enough, pull.effort) == ((1.0,), True, 0.0)


def test_every_leg_has_a_lever_for_conversion_and_one_for_time():
    assert [(each.kind, each.stage) for each in all_levers(2)] == [
        ("pace", -1), ("conversion", 0), ("conversion", 1), ("time", 0), ("time", 1),
        ("amount", -1),
    ]  # fmt: skip


def test_a_lever_is_pulled_besides_what_is_changed_already():
    change = AMOUNT.change(1.1, PACE.change(1.2, Change().with_speed(0, 1.5)))
    assert change == Change(1.2, 1.1, {}, {0: 1.5})
