from __future__ import annotations

import numpy as np

from mellantid.core.history import UNKNOWN_WHEN
from mellantid.core.standing.bests import best_of, passages

ANN = {"owner": 0}


def test_a_passage_is_a_whole_stay_that_ended_onward(story):
    history = story(
        (0, "2025-03-03", 0, ANN),
        (0, "2025-03-07", 1),
        (0, "2025-03-10", 4),
        (1, "2025-03-03", 1, ANN),
        (1, "2025-03-05", 0),
        (1, "2025-03-11", 3),
        until="2025-03-12",
    )
    found = passages(history, 0)
    assert found.leg.tolist() == [1, 1]
    assert found.days.tolist() == [4, 4]


def test_a_stay_that_was_partly_somebody_elses_is_nobodys_best(story):
    history = story(
        (0, "2025-03-03", 0, ANN),
        (0, "2025-03-04", None, {"owner": 1}),
        (0, "2025-03-05", 1),
        (0, "2025-03-06", 2),
        until="2025-03-12",
    )
    assert passages(history, 0).days.size == 0
    assert passages(history, 1).leg.tolist() == [2]


def test_a_change_of_amount_does_not_cut_a_stay(story):
    history = story(
        (0, "2025-03-03", 0, ANN),
        (0, "2025-03-05", None, {"amount": 9}),
        (0, "2025-03-07", 1),
        until="2025-03-12",
    )
    assert passages(history, 0).days.tolist() == [4]


def test_a_stay_of_which_an_end_is_not_known_to_the_day_is_left_out(story, moment):
    early = moment("2025-03-01")
    history = story(
        (0, "2025-03-07", 0, ANN | {"after": early}),
        (0, "2025-03-10", 1),
        (1, "2025-03-03", 0, ANN | {"after": UNKNOWN_WHEN}),
        (1, "2025-03-04", 1),
        until="2025-03-12",
    )
    assert passages(history, 0).days.size == 0


def test_the_best_of_few_is_not_announced():
    best = best_of([3, 1, 2], [False] * 3, 10, least=True)
    assert best.missing == 7
    assert not best.new
    assert best_of([], [], 10) is None


def test_ties_are_exact_and_the_first_of_them_is_the_best():
    best = best_of([2, 5, 5, 1, 5], [False] * 5, 3)
    assert (best.value, best.times, best.place, best.n) == (5, 3, 1, 5)


def test_gold_is_for_what_is_new_and_strictly_better_than_enough_before_it():
    old = [3] * 10
    assert best_of([*old, 4], [False] * 10 + [True], 10).new
    assert not best_of([*old, 3], [False] * 10 + [True], 10).new
    assert not best_of([*old, 4], [False] * 11, 10).new
    assert not best_of([*old[:5], 4], [False] * 5 + [True], 10).new
    assert best_of([*old, 2], [False] * 10 + [True], 10, least=True).new


def test_one_who_is_as_ever_has_a_new_best_seldom():
    """Of 60 weeks like each other the best falls in the last two in 2 of 60, ties less."""
    weeks = np.random.default_rng(2).poisson(4.0, (2000, 60))
    lately = [False] * 58 + [True] * 2
    share = np.mean([best_of(each, lately, 8).new for each in weeks])
    assert share < 2 / 60
