"""Levers: just far enough, the cheapest first, and the hopeless said to be so."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import steering_cases as cases
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from mellantid.core.steering.changes import AMOUNT, CONVERSION, PACE, TIME, Changes
from mellantid.core.steering.levers import MOST, levers
from mellantid.core.steering.mix import cheapest_pair
from mellantid.core.steering.question import FINE, NEAR, Question, Which, crossing
from mellantid.errors import QuestionError

GOAL = 0.8416212335729143
"""The normal score of 0.8."""


@dataclass(frozen=True)
class Straight:
    """A scene in which the chance is straight in the efforts, on the normal scale."""

    now: float
    pace: float
    amount: float

    def what_if(self, changes):
        return self, changes

    def question(self):
        return Asked(self, 0.0, 0.8)


@dataclass(frozen=True, eq=False)
class Asked(Question):
    def score(self, changes: Changes) -> float:
        scene = self.scene
        rise = scene.pace * math.log(changes.pace) + scene.amount * math.log(changes.amount)
        return scene.now + rise - GOAL


@given(st.floats(0.2, 5), st.floats(-4, -0.01))
def test_a_crossing_is_met_from_above_and_closely(slope, start):
    place, value = crossing(
        lambda x: start + slope * x, (0.0, start), (-start / slope * 3, -2 * start)
    )
    assert 0 <= value <= max(NEAR, slope * FINE)
    assert place >= -start / slope - 1e-9


@given(st.floats(0.05, 0.95), st.booleans())
def test_a_jump_is_met_from_above_in_either_direction(edge, falls):
    def step(x):
        return 1.0 if (x >= edge) != falls else -1.0

    place, value = crossing(step, (0.0, step(0.0)), (1.0, step(1.0)))
    assert value == 1.0
    assert abs(place - edge) <= FINE


def test_two_together_take_the_least_effort_there_is():
    scene = Straight(-0.2, 2.0, 3.0)
    start = scene.now - GOAL
    reaches = [(Which(PACE), -start / 2), (Which(AMOUNT), -start / 3)]
    found = cheapest_pair(scene.question(), reaches, start, math.log(MOST))
    # The least norm on the line 2x + 3y = d is d/|(2, 3)|, along (2, 3).
    assert math.sqrt(found.cost) == pytest.approx(-start / math.hypot(2, 3), rel=NEAR)
    assert found.efforts[0] / found.efforts[1] == pytest.approx(2 / 3, rel=1e-6)
    assert float(ndtr(found.score + GOAL)) == pytest.approx(0.8, abs=0.002)


def test_two_can_do_what_neither_can_alone_and_one_at_its_limit_is_made_up_for():
    scene = Straight(-1.2, 2.0, 1.1)
    start, most = scene.now - GOAL, math.log(MOST)
    assert start + 2.0 * most < 0
    found = cheapest_pair(
        scene.question(), [(Which(PACE), -start / 2), (Which(AMOUNT), -start / 1.1)], start, most
    )
    assert found.score >= 0
    assert found.efforts[0] == pytest.approx(most, rel=0.01)
    assert found.efforts[1] < most


def test_where_no_two_are_enough_none_is_said():
    scene = Straight(-3.0, 0.1, 0.1)
    reaches = [(Which(PACE), 30.0), (Which(AMOUNT), 30.0)]
    assert cheapest_pair(scene.question(), reaches, -3.0 - GOAL, math.log(MOST)) is None


def test_conversion_and_time_are_of_a_leg_and_the_others_of_none():
    for kind, stage in ((PACE, 1), (AMOUNT, 0), (TIME, None), (CONVERSION, None)):
        with pytest.raises(QuestionError, match="of one leg"):
            Which(kind, stage)


@pytest.fixture(scope="module")
def behind():
    """A target a little above the mean: levers are called for."""
    scene = cases.scene()
    now = scene.what_if(Changes())
    target = now.mean + 0.6 * now.sd
    return scene, target, levers(scene, target, 0.6)


def test_every_leg_has_a_lever_for_conversion_and_one_for_time(behind):
    scene, _, found = behind
    both = {(kind, stage) for kind in (CONVERSION, TIME) for stage in range(scene.process.size)}
    assert {(each.which.kind, each.which.stage) for each in found.single} == {
        (PACE, None),
        (AMOUNT, None),
        *both,
    }


def test_each_lever_that_is_enough_leads_to_the_chance_asked_for(behind):
    scene, target, found = behind
    assert found.p < 0.6
    enough = [each for each in found.single if each.feasible]
    assert enough
    for each in enough:
        p = scene.what_if(Changes().also(each.which.kind, each.which.stage, each.factor))
        # The search looks at 16 versions in place of 48.
        assert p.chance(target) == pytest.approx(0.6, abs=0.006)
        assert 1 < each.factor <= MOST
        better = each.needed < each.now if each.which.kind == TIME else each.needed > each.now
        assert better


def test_the_least_effort_comes_first_and_what_is_not_enough_last(behind):
    _, _, found = behind
    order = [(not each.feasible, each.effort) for each in found.single if each.feasible]
    assert order == sorted(order)
    places = [each.feasible for each in found.single]
    assert places == sorted(places, reverse=True)
    for each in found.single:
        if not each.feasible:
            assert each.p < 0.6
            assert math.isnan(each.needed)
            assert each.factor == pytest.approx(MOST)


def test_the_mix_is_cheaper_than_any_lever_alone_and_is_enough(behind):
    scene, target, found = behind
    one, other = found.mix
    alone = min(each.effort for each in found.single if each.feasible)
    assert math.hypot(one.effort, other.effort) <= alone + 0.01
    changes = Changes()
    for each in found.mix:
        changes = changes.also(each.which.kind, each.which.stage, each.factor)
    assert scene.what_if(changes).chance(target) == pytest.approx(0.6, abs=0.01)
    assert found.mix_p == pytest.approx(0.6, abs=0.006)


def test_no_other_split_of_the_two_is_cheaper(behind):
    scene, target, found = behind
    cost = math.hypot(*(each.effort for each in found.mix))
    for angle in np.linspace(0.0, np.pi / 2, 7):
        changes = Changes()
        for each, part in zip(found.mix, (np.cos(angle), np.sin(angle)), strict=True):
            factor = float(np.exp(0.97 * cost * part))
            changes = changes.also(each.which.kind, each.which.stage, factor)
        # With 3 % less effort, however it is split, the chance is not reached.
        assert scene.what_if(changes).chance(target) < 0.6 + 0.006


def test_with_something_to_spare_the_levers_say_how_much():
    scene = cases.scene()
    now = scene.what_if(Changes())
    target = now.mean - 0.8 * now.sd
    found = levers(scene, target, 0.6)
    assert found.p > 0.6
    assert found.mix == ()
    for each in found.single:
        assert each.factor < 1
        p = scene.what_if(Changes().also(each.which.kind, each.which.stage, each.factor))
        if each.feasible:
            assert p.chance(target) == pytest.approx(0.6, abs=0.006)
        else:
            assert p.chance(target) > 0.6 - 0.006


@pytest.mark.parametrize("wanted", [0.0, 1.0, 1.5, -0.2])
def test_a_chance_that_is_none_is_refused(wanted):
    with pytest.raises(QuestionError, match="No change leads"):
        levers(cases.scene(), 1e6, wanted)
