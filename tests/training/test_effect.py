"""Before and after against the others: what is told, and what is not told where nothing happens."""

from __future__ import annotations

import numpy as np
import pytest

from mellantid.core.training.belief import learned
from mellantid.core.training.effect import (
    ALPHA,
    LEAST_EXPECTED,
    LEVEL,
    Finding,
    _evidence,
    _Foreseen,
    _interval,
    effect,
    enough_compared,
)
from mellantid.core.training.passes import AFTER_DAYS, BEFORE_DAYS, Passes, around
from mellantid.core.watch.stream import Stream
from mellantid.errors import NotEnoughDataError

SELLERS = 24


def told(made, expected=(20.0, 20.0), others=(20.0, 20.0), days=130, differ=0.0):
    """What is told of the first of many sellers, the others of whom made what was expected."""
    rng = np.random.default_rng(1)
    own = np.exp(rng.normal(0.0, differ, SELLERS))
    before, after = (np.full((SELLERS, 1), each) for each in expected)
    made_before, made_after = (np.rint(each * own)[:, None] * np.ones((1, 1)) for each in others)
    made_before[0], made_after[0] = made
    passes = Passes(before, made_before, after, made_after)
    trains = np.zeros((SELLERS, 1), dtype=np.bool_)
    trains[0] = True
    belief = learned(passes, trains)
    return effect(passes, 0, ~trains[:, 0], trains[:, 0], belief, days)


def test_nothing_is_found_where_nothing_has_changed():
    found = told((20, 20))
    assert found.finding is Finding.NONE
    assert found.ratio == pytest.approx(1.0, abs=0.1)
    assert found.low < 1.0 < found.high
    assert found.e_value < 1.0


def test_a_leg_that_goes_at_three_times_its_pace_is_found_faster():
    found = told((40, 120), expected=(40.0, 40.0), others=(40.0, 40.0))
    assert found.finding is Finding.FASTER
    assert found.low > 1.5
    assert found.e_value >= 1.0 / ALPHA


def test_a_leg_that_goes_at_a_third_of_its_pace_is_found_slower():
    assert told((40, 13), (40.0, 40.0), (40.0, 40.0)).finding is Finding.SLOWER


def test_a_bad_stretch_is_not_believed_where_sellers_are_alike():
    found = told((8, 20))
    # As counted the pace has gone up two and a half times.
    assert found.raw_before == pytest.approx(8 / 20, rel=0.05)
    assert found.before > 0.8
    assert found.ratio < 1.3
    assert found.finding is Finding.NONE


def test_a_bad_stretch_is_believed_more_where_sellers_differ():
    assert told((8, 20), differ=0.8).before < told((8, 20)).before - 0.1


def test_what_the_others_did_too_is_no_effect():
    alone, together = told((20, 40)), told((20, 40), others=(20.0, 40.0))
    assert together.change == pytest.approx(2.0, rel=0.05)
    assert together.ratio == pytest.approx(alone.ratio / 2.0, rel=0.1)
    assert together.finding is Finding.NONE


def test_fewer_movements_make_a_wider_interval():
    wide = [
        np.log(found.high / found.low)
        for found in (told((n, n), (n, n), (n, n)) for n in (6.0, 20.0, 80.0))
    ]
    assert wide[0] > 1.4 * wide[1] > 1.4 * 1.4 * wide[2]


@pytest.mark.parametrize(
    "few",
    [
        {"expected": (20.0, LEAST_EXPECTED - 2.0)},
        {"expected": (LEAST_EXPECTED - 2.0, 20.0)},
        {"days": 10},
    ],
)
def test_too_few_movements_or_days_are_too_early_to_say(few):
    found = told((3, 3), others=few.get("expected", (20.0, 20.0)), **few)
    assert found.finding is Finding.EARLY
    assert (found.ratio, found.low, found.high) == (None, None, None)


def test_none_made_at_all_is_bounded_from_above_only():
    found = told((20, 0))
    assert found.low == 0.0
    assert found.ratio == 0.0
    assert 0.0 < found.high < 0.5


def test_the_scale_of_the_model_means_nothing():
    one, other = told((12, 18)), told((12, 18), expected=(40.0, 40.0))
    assert other.ratio == pytest.approx(one.ratio, rel=0.02)
    assert other.before == pytest.approx(one.before, rel=0.02)


def test_under_no_effect_the_evidence_is_one_on_average():
    # The chance of each number at no effect, of the very mixture that the evidence is made of.
    foreseen = _Foreseen(np.array([18.0, 30.0]), np.array([0.8, 0.5]), np.array([0.4, 0.6]))
    numbers = range(200)
    chances = [foreseen.chance(np.ones(1), n)[0] for n in numbers]
    assert sum(chances) == pytest.approx(1.0, abs=1e-9)
    mean = sum(p * _evidence(foreseen, n) for n, p in zip(numbers, chances, strict=True))
    assert mean == pytest.approx(1.0, abs=1e-3)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    foreseen = _Foreseen(np.array([30.0, 45.0]), np.array([0.5, 0.4]), np.array([0.5, 0.5]))
    for true in (0.8, 1.0, 1.2, 2.0):
        inside = sum(
            foreseen.chance(np.array([true]), n)[0]
            for n in range(150)
            if (ends := _interval(foreseen, n))[0] <= true <= ends[2]
        )
        assert inside == pytest.approx(LEVEL, abs=0.04)


def test_a_leg_that_is_bad_among_good_ones_is_believed_less_than_one_among_bad_ones():
    trains = np.zeros((SELLERS, 4), dtype=np.bool_)
    trains[0, 0] = True
    rng = np.random.default_rng(2)
    own = np.exp(rng.normal(0.0, 0.4, SELLERS))[:, None]
    believed = []
    for rest in (20.0, 8.0):
        expected = np.full((SELLERS, 4), 20.0)
        made = np.rint(expected * own)
        made[0] = (8.0, rest, rest, rest)
        passes = Passes(expected, made, expected, made)
        belief = learned(passes, trains)
        one = passes.of_leg(0)
        believed.append(effect(one, 0, ~trains[:, 0], trains[:, 0], belief, 130).before)
    assert believed[0] > believed[1] + 0.1


def test_a_team_with_next_to_nothing_to_pass_is_not_compared_with():
    expected = np.full((3, 1), 4.0)
    passes = Passes(expected, expected, expected, expected)
    assert enough_compared(passes, np.array([True, True, True]))
    assert not enough_compared(passes, np.array([False, True, True]))


def stream(days=400):
    planned = np.ones((1, 2, days))
    return Stream(100, planned, 2.0 * planned)


def test_the_week_in_which_a_training_begins_counts_for_neither():
    found = around(stream(), 400, 404)
    assert found.expected_before[0, 0] == BEFORE_DAYS
    assert found.expected_after[0, 0] == 100 + 400 - 405
    assert found.actual_after[0, 0] == 2.0 * found.expected_after[0, 0]


def test_at_most_half_a_year_counts_on_either_side():
    found = around(stream(900), 500, 504)
    assert found.expected_before[0, 1] == BEFORE_DAYS
    assert found.expected_after[0, 1] == AFTER_DAYS


@pytest.mark.parametrize(("begins", "ends"), [(100, 104), (496, 500)])
def test_without_a_day_before_or_after_there_is_nothing_to_compare(begins, ends):
    with pytest.raises(NotEnoughDataError, match="some weeks"):
        around(stream(), begins, ends)
