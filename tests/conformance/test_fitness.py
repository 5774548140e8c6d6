from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.conformance.fitness import BACK, LOSS, NEXT, REOPENED, SKIP, fitness
from mellantid.core.conformance.paths import Paths

DEALS = st.lists(
    st.lists(st.sampled_from("0123WL-"), min_size=1, max_size=8).map(" ".join), max_size=12
)


def walked(text, stages):
    """One deal's states from the text itself, without what is no state or repeats one."""
    states = [{"W": stages, "L": stages + 1}.get(x) for x in text.split() if x != "-"]
    words = [x for x in text.split() if x != "-"]
    states = [int(w) if s is None else s for w, s in zip(words, states, strict=True)]
    return [s for k, s in enumerate(states) if k == 0 or s != states[k - 1]]


def test_a_deal_that_takes_every_stage_goes_step_by_step(paths):
    found = fitness(paths("0 1 2 W", "0 1 2 L", "0 1"))
    assert (found.deals, found.in_order, found.step_by_step) == (3, 3, 3)
    assert found.moves.tolist() == [6, 0, 0, 1, 0]
    assert found.moves_in_order == 1.0


@pytest.mark.parametrize("text", ["0 2 W", "1 2 W", "0 1 W", "W", "0 2"])
def test_a_deal_that_skips_a_stage_is_in_order_and_not_step_by_step(paths, text):
    found = fitness(paths(text))
    assert (found.in_order, found.step_by_step) == (1, 0)


@pytest.mark.parametrize("text", ["0 1 0 1 2 W", "0 1 2 W 2 W", "0 L 1", "W L", "L W"])
def test_a_deal_that_goes_back_or_leaves_its_end_is_not_in_order(paths, text):
    found = fitness(paths(text))
    assert (found.in_order, found.step_by_step) == (0, 0)


def test_every_move_is_of_one_kind(paths):
    moves = fitness(paths("0 1", "0 2", "2 0", "1 L", "W 0", "2 W", "1 W", "L W", "W L")).moves
    assert moves[NEXT] == 2
    assert moves[SKIP] == 2
    assert moves[BACK] == 1
    assert moves[REOPENED] == 3
    # From won to lost is told as what it is: the end was left.
    assert moves[LOSS] == 1


def test_by_stage_it_is_counted_who_came_who_passed_and_where_they_went(paths):
    found = fitness(paths("0 1 2 W", "0 2 1 L", "2 W", "0", "L"))
    assert found.visited.tolist() == [3, 2, 3]
    # The third deal passed the first two stages; the second came to every stage.
    assert found.passed.tolist() == [1, 1, 0]
    assert found.still.tolist() == [1, 0, 0]
    assert found.left[:, [NEXT, SKIP, BACK, LOSS]].tolist() == [
        [1, 1, 0, 0], [1, 0, 0, 1], [2, 0, 1, 0],
    ]  # fmt: skip
    assert found.begun.tolist() == [3, 0, 1, 0, 1]


@given(deals=DEALS)
def test_it_is_what_each_deal_alone_says(paths, deals):
    stages = 4
    walks = [walk for text in deals if (walk := walked(text, stages))]
    found = fitness(paths(*deals, stages=stages))
    order = [all(a < b and a < stages for a, b in pairwise(w)) for w in walks]
    even = [all(b in (a + 1, stages + 1) for a, b in pairwise(w)) and w[0] == 0 for w in walks]
    steps = [both for both in zip(order, even, strict=True) if all(both)]
    assert (found.deals, found.in_order, found.step_by_step) == (
        len(walks), sum(order), len(steps),
    )  # fmt: skip
    assert found.moves.sum() == sum(len(w) - 1 for w in walks)
    for stage in range(stages):
        was = [stage in w for w in walks]
        beyond = [any(stage < s <= stages for s in w) for w in walks]
        assert found.visited[stage] == sum(was)
        assert found.passed[stage] == sum(b and not a for a, b in zip(was, beyond, strict=True))
        assert found.visits[stage] == sum(w.count(stage) for w in walks)
    assert (found.visits == found.left.sum(axis=1) + found.still).all()


@given(deals=DEALS)
def test_the_order_of_deals_changes_nothing(paths, deals):
    there, back = fitness(paths(*deals, stages=4)), fitness(paths(*deals[::-1], stages=4))
    assert there.moves.tolist() == back.moves.tolist()
    assert (there.in_order, there.step_by_step) == (back.in_order, back.step_by_step)


def test_nothing_has_no_share(paths):
    found = fitness(paths())
    assert found.deals == 0
    assert np.isnan([found.deals_in_order, found.deals_step_by_step, found.moves_in_order]).all()


def test_a_history_has_the_paths_of_its_movements(story):
    history = story(
        (0, "2025-01-06", 0), (0, "2025-01-08", None, {"amount": 5.0}), (0, "2025-01-10", 2),
        (0, "2025-01-13", 3), (1, "2025-01-07", 1), (1, "2025-01-09", 0),
    )  # fmt: skip
    found = Paths.of_history(history)
    assert found.state.tolist() == [0, 2, 3, 1, 0]
    assert found.deal.tolist() == [0, 0, 0, 1, 1]
    assert (found.day[1] - found.day[0]) == 4
    assert fitness(found).in_order == 1
