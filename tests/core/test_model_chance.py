"""Chances of a period: columns of the win table, one less the other."""

from __future__ import annotations

import numpy as np
import pytest
from model_truths import ONE_STAGE

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_table
from mellantid.errors import QuestionError

WIN, LOSE = 0.02, 0.05
STAY = 1 - WIN - LOSE


@pytest.fixture(scope="module")
def table():
    hazard = np.broadcast_to(np.array([[[0.0], [WIN], [LOSE]]]), (1, 3, 4))
    return win_table(ONE_STAGE, hazard, 60)


def won_between(first: int, last: int) -> float:
    """Chance to be won in day `first` to `last` from now of a deal that stands now."""
    return WIN * sum(STAY ** (day - 1) for day in range(max(first, 1), last + 1))


def test_before_the_period_only_its_own_days_count(table):
    chance = PeriodChance(table, 110, 120)
    assert chance.standing(0, 2, 100) == pytest.approx(won_between(10, 20))
    # A deal that enters on day 100 is at risk on that day too.
    assert chance.entering(0, 100) == pytest.approx(STAY * won_between(10, 20))


def test_on_the_eve_and_within_the_period_all_days_left_count(table):
    chance = PeriodChance(table, 110, 120)
    for day in (109, 110, 115, 119):
        assert chance.standing(0, 0, day) == pytest.approx(won_between(1, 120 - day))
    assert chance.entering(0, 110) == pytest.approx(won_between(1, 11))
    assert chance.entering(0, 120) == pytest.approx(WIN)


def test_a_deal_that_enters_on_the_eve_may_be_won_too_early(table):
    chance = PeriodChance(table, 110, 120)
    assert chance.entering(0, 109) == pytest.approx(STAY * won_between(1, 11))


def test_once_the_period_is_over_there_is_no_chance(table):
    chance = PeriodChance(table, 110, 120)
    assert chance.standing(0, 0, [120, 121, 500]).tolist() == [0, 0, 0]
    assert chance.entering(0, [121, 500]).tolist() == [0, 0]


def test_arrays_of_any_shape_and_ages_of_any_size_are_answered(table):
    chance = PeriodChance(table, 110, 120)
    got = chance.standing(np.zeros(3, dtype=int), np.array([0, 3, 900]), np.array([[100], [112]]))
    assert got.shape == (2, 3)
    np.testing.assert_allclose(
        got, np.array([[won_between(10, 20)], [won_between(1, 8)]]) + np.zeros(3)
    )


def test_periods_side_by_side_add_up(table):
    both, early, late = (PeriodChance(table, *days) for days in ((1, 50), (1, 20), (21, 50)))
    days = np.arange(51)
    for name in ("standing", "entering"):
        args = (0, 1, days) if name == "standing" else (0, days)
        parts = getattr(early, name)(*args) + getattr(late, name)(*args)
        np.testing.assert_allclose(getattr(both, name)(*args), parts, atol=1e-15)


def test_a_table_that_reaches_too_short_is_refused(table):
    with pytest.raises(QuestionError, match="reaches 60"):
        PeriodChance(table, 110, 120).standing(0, 0, 50)


def test_a_period_that_ends_before_it_begins_is_refused(table):
    with pytest.raises(QuestionError, match="ends before it begins"):
        PeriodChance(table, 120, 110)
