from __future__ import annotations

import numpy as np
import pytest

from mellantid.core.standing.milestones import Grid, milestones

GOALS = (0.7, 3.0, 12.0, 1e5, 1.6e6, 3.4e6, 5e6, 8e7)


def fine_step(goal):
    return Grid.of(goal).value(1)


@pytest.mark.parametrize("goal", GOALS)
def test_one_is_always_near_wherever_one_stands(goal):
    places = np.random.default_rng(5).uniform(0, 1.3, 200) * goal
    for place in places:
        found = milestones(np.array([0.0, place]), goal)
        following = next(each.value for each in found if each.ahead)
        assert 0 < following - place <= fine_step(goal) * (1 + 1e-9)
    assert fine_step(goal) <= 0.04 * goal


@pytest.mark.parametrize("goal", GOALS)
def test_they_are_denser_near_where_one_stands(goal):
    found = [each.value for each in milestones(np.array([0.0, 0.42 * goal]), goal)]
    gaps = np.diff(found)
    near = gaps[np.argmin(np.abs(np.array(found[:-1]) - 0.42 * goal))]
    assert near <= fine_step(goal) * (1 + 1e-9)
    assert gaps.max() >= 3.9 * near


def test_none_is_moved_when_one_goes_on():
    early = milestones(np.array([0.0, 1.23e6]), 5e6)
    late = milestones(np.array([0.0, 1.23e6, 3.9e6]), 5e6)
    coarse = {each.value for each in early if each.value % 5e5 == 0}
    assert coarse == {k * 5e5 for k in range(1, 11)}
    assert coarse <= {each.value for each in late}


def test_each_says_on_which_day_it_was_first_reached_and_a_tie_reaches_it():
    course = np.array([1.0e6, 2.0e6, 1.7e6, 2.5e6])
    by = {each.value: each for each in milestones(course, 5e6)}
    assert by[1.5e6].first == 1
    assert by[2.0e6].first == 1
    assert by[2.5e6].first == 3
    assert not by[2.5e6].ahead
    assert by[3.0e6].first is None


def test_what_was_reached_and_lost_lies_ahead_again_with_its_date():
    found = {each.value: each for each in milestones(np.array([0.0, 3e6, 2.04e6]), 5e6)}
    assert found[3e6].ahead
    assert found[3e6].first == 1


def test_what_was_had_at_the_start_is_no_milestone():
    values = [each.value for each in milestones(np.array([2.2e6, 2.44e6]), 5e6)]
    assert min(values) > 2.2e6


def test_the_goal_is_one_of_them_even_where_it_is_not_round():
    (goal,) = [each for each in milestones(np.array([0.0, 1e5]), 3.37e6) if each.goal]
    assert goal.value == 3.37e6


def test_wins_that_are_counted_in_deals_are_exact_in_their_parts():
    found = {each.value: each for each in milestones(np.array([0.0, 0.6]), 10.0)}
    assert not found[0.6].ahead
    assert found[0.6].first == 1


@pytest.mark.parametrize("goal", [0.0, -5.0, float("nan")])
def test_without_a_goal_there_is_no_way(goal):
    assert milestones(np.array([0.0, 1.0]), goal) == ()
