"""Age bins and playbooks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.modelling.bins import bin_sizes, bin_starts, spread_bins, sum_bins
from mellantid.core.modelling.playbook import DEFAULT, Playbook
from mellantid.core.process import Process
from mellantid.errors import DataError

COURSE = Process("Course", ("Lead", "Demo", "Offer"))


def test_bins_grow_by_a_quarter():
    assert bin_starts(30).tolist() == [0, 1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24]
    assert bin_sizes(30).tolist() == [1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6]


@given(st.integers(1, 700))
def test_every_age_is_in_exactly_one_bin(ages):
    assert (bin_sizes(ages) > 0).all()
    assert bin_sizes(ages).sum() == ages
    by_age = np.arange(ages, dtype=float)
    assert sum_bins(by_age).sum() == by_age.sum()
    numbers = spread_bins(np.arange(bin_starts(ages).size), ages)
    assert (np.diff(numbers) >= 0).all()
    assert numbers.size == ages


def test_half_of_a_playbooks_deals_have_left_at_the_median():
    playbook = Playbook("book", (0.3, 0.5, 0.8), (5.0, 10.0, 40.0), weight=10.0)
    chance = playbook.hazard(COURSE)
    total = chance.sum(1)
    np.testing.assert_allclose((1 - total) ** np.array([5, 10, 40]), 0.5)
    np.testing.assert_allclose(chance[[0, 1, 2], [1, 2, 3]] / total, [0.3, 0.5, 0.8])
    assert np.count_nonzero(chance) == 6


def test_the_default_playbook_serves_any_course():
    assert DEFAULT.hazard(Process("One", ("Open",))).shape == (1, 3)
    assert (DEFAULT.hazard(COURSE).sum(1) > 0).all()


def test_a_playbook_of_another_course_is_refused():
    playbook = Playbook("book", (0.3, 0.5), (5.0,), weight=10.0)
    with pytest.raises(DataError, match="describes 2 stages"):
        playbook.hazard(COURSE)


@pytest.mark.parametrize(
    ("conversion", "days", "weight"), [(1.2, 5.0, 1.0), (0.5, 0.0, 1.0), (0.5, 5.0, 0.0)]
)
def test_an_impossible_playbook_is_refused(conversion, days, weight):
    with pytest.raises(DataError, match="playbook 'book'"):
        Playbook("book", (conversion,), (days,), weight)
