"""The directly-follows graph against the same figures, worked out deal by deal."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.counting import follows
from mellantid.core.counting.follows import directly_follows
from mellantid.errors import DataError

ROW = st.tuples(st.integers(0, 5), st.integers(-50, 50), st.integers(0, 3))
ROWS = st.lists(ROW, max_size=50)


def columns(rows):
    return np.array(rows, dtype=np.int64).reshape(-1, 3).T


def deal_by_deal(rows):
    """Durations of each arc, first labels and last labels; rows of one moment stay in order."""
    deals = defaultdict(list)
    for deal, at, label in rows:
        deals[deal].append((at, label))
    arcs, starts, ends = defaultdict(list), defaultdict(int), defaultdict(int)
    for steps in deals.values():
        steps.sort(key=lambda step: step[0])
        starts[steps[0][1]] += 1
        ends[steps[-1][1]] += 1
        for (before, one), (after, other) in pairwise(steps):
            arcs[one, other].append(after - before)
    return arcs, starts, ends


def assert_same(found, rows):
    arcs, starts, ends = deal_by_deal(rows)
    assert list(zip(found.source, found.target, strict=True)) == sorted(arcs)
    for k, arc in enumerate(sorted(arcs)):
        took = np.array(arcs[arc])
        figures = (found.count[k], found.median[k], found.least[k], found.most[k])
        assert figures == (took.size, np.median(took), took.min(), took.max())
        assert found.mean[k] == pytest.approx(took.mean(), abs=1e-12)
    assert [starts[k] for k in range(4)] == found.starts.tolist()
    assert [ends[k] for k in range(4)] == found.ends.tolist()


@given(ROWS)
def test_every_figure_is_that_worked_out_deal_by_deal(rows):
    assert_same(directly_follows(*columns(rows), 4), rows)


@given(ROWS)
def test_keys_too_wide_for_one_number_give_the_same(rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(follows, "LARGEST_KEY", 1)
        found = directly_follows(*columns(rows), 4)
    assert_same(found, rows)


@given(ROWS)
def test_rows_in_order_are_left_where_they_are(rows):
    rows = sorted(rows, key=lambda row: row[:2])
    assert_same(directly_follows(*columns(rows), 4), rows)


@given(ROWS)
def test_every_step_is_on_one_arc(rows):
    found = directly_follows(*columns(rows), 4)
    deals = len({row[0] for row in rows})
    assert found.matrix().sum() == len(rows) - deals
    # What flows into a label flows out of it, but for where deals begin and end.
    into, out = found.matrix().sum(axis=0), found.matrix().sum(axis=1)
    np.testing.assert_array_equal(into + found.starts, out + found.ends)


def test_columns_that_do_not_belong_together_are_refused():
    with pytest.raises(DataError, match="one length"):
        directly_follows(np.zeros(2, np.int64), np.zeros(2, np.int64), np.array([0, 5]), 3)
    with pytest.raises(DataError, match="one length"):
        directly_follows(np.zeros(2, np.int64), np.zeros(3, np.int64), np.zeros(2, np.int64))
