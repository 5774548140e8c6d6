from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mellantid.core.standing.streak import WeekPace, streak


def judge(planned, made, *, running=False):
    return streak(np.array(planned, float), np.array(made, float), running=running)


@pytest.mark.parametrize("mean", [2.4, 3.0, 4.0, 6.5, 12.0, 30.0])
def test_one_who_is_exactly_on_pace_breaks_a_week_in_at_most_one_of_ten(mean):
    (low,) = judge([mean], [0]).low
    assert stats.poisson.cdf(low - 1, mean) <= 0.1
    assert stats.poisson.cdf(low, mean) > 0.1


def test_a_fixed_share_of_the_plan_would_break_it_in_43_of_100():
    assert stats.poisson.cdf(3, 4.0) == pytest.approx(0.43, abs=0.005)
    (low,) = judge([4.0], [0]).low
    assert stats.poisson.cdf(low - 1, 4.0) == pytest.approx(0.092, abs=0.001)


def test_weeks_in_a_row_are_counted_back_from_now_and_the_most_is_kept():
    found = judge([4.0] * 7, [5, 4, 6, 0, 3, 2, 9])
    assert (found.now, found.longest, found.on_pace, found.judged) == (3, 3, 6, 7)
    assert found.paces[3] is WeekPace.BELOW
    assert judge([4.0] * 3, [5, 5, 1]).now == 0


def test_a_week_of_which_nothing_can_be_said_neither_makes_nor_breaks_a_streak():
    found = judge([4.0, 4.0, 0.5, 4.0], [4, 4, 0, 4])
    assert found.paces[2] is WeekPace.NOT_JUDGED
    assert (found.now, found.judged) == (3, 3)


def test_the_running_week_is_on_pace_as_soon_as_it_has_enough_and_not_judged_before():
    assert judge([4.0] * 2, [4, 1], running=True).paces[1] is WeekPace.RUNNING
    assert judge([4.0] * 2, [4, 1], running=True).now == 1
    assert judge([4.0] * 2, [4, 2], running=True).now == 2
    assert judge([4.0] * 2, [4, 1], running=False).now == 0


def test_where_little_is_planned_several_weeks_are_judged_together():
    found = judge([1.2] * 6, [0, 2, 0, 1, 0, 0])
    assert found.span == 2
    assert found.paces[0] is WeekPace.NOT_JUDGED
    assert found.made.tolist() == [0, 2, 2, 1, 1, 0]
    assert found.paces[-1] is WeekPace.BELOW
    assert judge([0.1] * 6, [0] * 6).judged == 0


def test_a_plan_without_weeks_has_no_streak():
    assert judge([], []).judged == 0
