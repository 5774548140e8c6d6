from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mellantid.core.standing.ranking import places, share_bounds


@pytest.mark.parametrize("made", [0, 1, 7, 60])
def test_the_interval_is_garwoods(made):
    low, high = share_bounds([made], [10.0])
    assert high[0] * 10 == pytest.approx(stats.chi2.ppf(0.9, 2 * made + 2) / 2)
    assert low[0] * 10 == pytest.approx(stats.chi2.ppf(0.1, 2 * made) / 2 if made else 0.0)


def test_it_holds_the_truth_at_least_as_often_as_it_says():
    made = np.random.default_rng(3).poisson(30.0, 4000)
    low, high = share_bounds(made, np.full(made.size, 30.0))
    assert ((low <= 1) & (high >= 1)).mean() >= 0.8


def test_a_place_is_a_span_as_wide_as_the_intervals_leave_it():
    first, last = places([2.0, 0.9, 0.8, 0.1], [3.0, 1.2, 1.1, 0.3])
    assert first.tolist() == [1, 2, 2, 4]
    assert last.tolist() == [1, 3, 3, 4]


def test_those_who_are_equal_share_all_their_places():
    first, last = places([0.5] * 3, [1.5] * 3)
    assert first.tolist() == [1, 1, 1]
    assert last.tolist() == [3, 3, 3]
