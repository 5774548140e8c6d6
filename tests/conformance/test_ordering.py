import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mellantid.core.conformance.course_fit import course_fit
from mellantid.core.conformance.ordering import MOST, backward, best_orders

SQUARES = st.integers(1, 5).flatmap(
    lambda k: st.tuples(*[arrays.arrays(np.int64, (k, k), elements=st.integers(0, 4))] * 2)
)


@given(SQUARES)
def test_the_two_best_orders_are_the_two_best_of_all(both):
    moves, ties = both
    orders = itertools.permutations(range(moves.shape[0]))
    tried = sorted((backward(moves, each), backward(ties, each)) for each in orders)
    found = best_orders(moves, ties)
    assert [(each.backward, each.ties) for each in found] == tried[:2]
    assert len({each.order for each in found}) == len(found)
    for each in found:
        assert backward(moves, each.order) == each.backward


def test_of_orders_with_as_many_moves_backward_the_first_comings_decide():
    nothing = np.zeros((3, 3), dtype=np.int64)
    first = np.array([[0, 0, 0], [9, 0, 0], [9, 5, 0]])
    assert best_orders(nothing, first)[0].order == (2, 1, 0)


def test_no_stages_have_one_empty_order():
    nothing = np.zeros((0, 0), dtype=np.int64)
    assert [each.order for each in best_orders(nothing, nothing)] == [()]


def test_as_many_stages_as_are_tried_take_no_time():
    moves = np.random.default_rng(1).integers(0, 500, (MOST, MOST))
    moves = np.triu(moves + 500) + np.tril(moves, -1)
    np.fill_diagonal(moves, 0)
    assert best_orders(moves, moves * 0)[0].order == tuple(range(MOST))


def test_moves_count_between_stages_and_not_through_an_end(paths):
    found = paths("0 1 0 2 W", "0 W 1 L", "1 - 2")
    assert found.steps().tolist() == [[0, 1, 1], [1, 0, 1], [0, 0, 0]]
    assert found.moves()[0].tolist() == [0, 1, 1, 1, 0]


def test_first_comings_are_counted_by_deal(paths):
    found = paths("0 1 0 2 W", "2 1", "1")
    assert found.first_before().tolist() == [[0, 1, 1], [0, 0, 1], [0, 1, 0]]


def test_a_course_in_its_best_order_has_no_better_one(paths):
    fit = course_fit(paths(*["0 1 2 W"] * 3, "0 1 0 2"), ("a", "b", "c"))
    assert (fit.backward, fit.steps) == (1, 9)
    assert fit.best.order == (0, 1, 2)
    assert fit.next_best.backward == 4


def test_a_course_in_the_wrong_order_is_told_the_better_one(paths):
    fit = course_fit(paths(*["1 0 2 W"] * 3), ("a", "b", "c"))
    assert fit.backward == 3
    assert fit.best.order == fit.next_best.order == (1, 0, 2)
    assert fit.best.backward == 0


def test_too_many_stages_are_not_put_in_every_order(paths):
    names = tuple(f"s{k}" for k in range(MOST + 1))
    fit = course_fit(paths("0 1 2 W", stages=MOST + 1), names)
    assert fit.best is None
    assert fit.next_best is None
    assert fit.backward == 0


@pytest.mark.parametrize(("deals", "rare"), [(99, False), (100, True)])
def test_a_stage_is_rare_by_few_deals_of_many(paths, deals, rare):
    fit = course_fit(paths(*["0 1 W"] * (deals - 4), *["0 1 2 W"] * 4), ("a", "b", "c"))
    assert fit.rare.tolist() == [False, False, rare]


def test_where_deals_mostly_go_is_told_by_stage(paths):
    fit = course_fit(paths("0 2 W", "0 2 W", "0 1"), ("a", "b", "c"))
    assert fit.mostly_to.tolist() == [2, -1, 3]
