"""A total in which deals are replaced one at a time is the total of the deals as they then are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.totals.changing import ChangingTotal, Stake
from mellantid.core.totals.total import total_mixture

NONE = np.zeros(0)


def changing(amounts, chances, certain=0.0, poisson=None, jumps=NONE):
    poisson = np.zeros(len(chances)) if poisson is None else poisson
    cells = np.arange(len(amounts))
    return ChangingTotal.of(np.array(amounts), chances, cells, certain, poisson, jumps)


@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=10),
    st.integers(0, 2**32 - 1),
    st.integers(-5, 60),
)
@settings(max_examples=50, deadline=None)
def test_on_a_lattice_it_is_exact_whatever_is_replaced(amounts, seed, target):
    rng = np.random.default_rng(seed)
    amounts = [1, *amounts]  # so that all that may come lies on the lattice
    p = rng.random((3, len(amounts))) * 0.9 + 0.05
    made = changing(np.array(amounts, dtype=float), p)
    now, chances = [float(x) for x in amounts], p.copy()
    for place in rng.integers(0, len(amounts), 4).tolist():
        before = Stake(now[place], chances[:, place].copy())
        chances[:, place] = 1.0 if rng.random() < 0.3 else rng.random(3)
        if not before.sure:
            now[place] = float(rng.integers(1, 8))
        after = Stake(now[place], chances[:, place])
        if not made.fits(before, after):
            return
        made = made.changed(before, after)
        exact = total_mixture(now, chances)
        assert made.exceeds(target) == pytest.approx(float(exact.exceeds(target)), abs=1e-6)


def test_a_deal_that_is_lost_and_one_that_comes_are_replaced_by_nothing_and_from_nothing():
    p = np.array([[0.5, 0.3], [0.4, 0.6]])
    made = changing([10.0, 20.0], p)
    made = made.changed(Stake(10.0, p[:, 0]), None).changed(None, Stake(5.0, np.array([0.2, 0.9])))
    exact = total_mixture([20.0, 5.0], np.stack([p[:, 1], [0.2, 0.9]], axis=1))
    for target in (0, 5, 6, 20, 25, 26):
        assert made.exceeds(target) == pytest.approx(float(exact.exceeds(target)), abs=1e-6)


def test_amounts_that_share_no_unit_are_close():
    rng = np.random.default_rng(4)
    amounts, p = np.exp(rng.normal(13, 0.8, 300)), rng.random((8, 300)) * 0.4
    poisson, jumps = np.linspace(5, 9, 8), np.exp(rng.normal(13, 0.8, 50))
    made = changing(amounts, p, 1e6, poisson, jumps)
    chances = p.copy()
    for place in range(40):
        made = made.changed(
            Stake(float(amounts[place]), p[:, place]), Stake(float(amounts[place]), np.ones(8))
        )
        chances[:, place] = 1.0
    exact = total_mixture(amounts, chances, poisson, 1e6, jumps)
    for target in exact.quantile([0.05, 0.5, 0.95]).tolist():
        assert made.exceeds(target) == pytest.approx(float(exact.exceeds(target)), abs=2e-3)


def test_a_deal_far_larger_than_all_others_has_no_room():
    made = changing([1.0, 2.0], np.array([[0.5, 0.5]]))
    assert made.fits(None, Stake(2.0, np.array([0.5])))
    assert not made.fits(None, Stake(1e9, np.array([0.5])))
    assert made.fits(None, Stake(1e9, np.array([1.0])))


def test_many_small_changes_have_room_until_they_are_too_many():
    made, changes = changing([1.0] * 20, np.full((1, 20), 0.3)), 0
    while made.fits(None, Stake(1.0, np.array([0.3]))):
        made = made.changed(None, Stake(1.0, np.array([0.3])))
        changes += 1
        exact = total_mixture([1.0] * (20 + changes), np.full((1, 20 + changes), 0.3))
        assert made.exceeds(9.0) == pytest.approx(float(exact.exceeds(9.0)), abs=1e-6)
    assert 3 < changes < 50
