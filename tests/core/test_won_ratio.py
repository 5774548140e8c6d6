"""The ratio of won to current amount: seen, believed, and left alone."""

from __future__ import annotations

import numpy as np
import pytest

from mellantid.core.modelling.won_ratio import FEWEST, won_ratio


def won_for(ratios, stood=100.0):
    """Deals that stand for 100 in A, are moved to B two days on, and are won for a share of it."""
    rows = []
    for deal, ratio in enumerate(ratios):
        rows += [
            (deal, "2025-03-03 09:00", 0, {"amount": stood}),
            (deal, "2025-03-05 09:00", 1),
            (deal, "2025-03-07 09:00", 3, {"amount": stood * ratio}),
        ]
    return rows


def test_deals_that_are_won_for_less_are_reckoned_with_as_less(story):
    rng = np.random.default_rng(1)
    ratios = np.clip(rng.normal(0.8, 0.1, 60), 0.1, 2)
    found = won_ratio(story(*won_for(ratios)))
    assert found.deals.tolist() == [60, 60, 0]
    assert found.seen[0] == pytest.approx(ratios.mean())
    assert found.error[0] == pytest.approx(ratios.std(ddof=1) / np.sqrt(60))
    # Drawn towards 1 by a prior of sd 0.2, fifteen times the standard error: next to nothing.
    assert found.ratio[0] == pytest.approx(ratios.mean(), abs=0.002)
    assert found.ratio[2] == 1.0


def test_amounts_that_do_not_change_are_left_exactly_alone(story):
    found = won_ratio(story(*won_for(np.ones(30))))
    assert found.ratio.tolist() == [1.0, 1.0, 1.0]
    assert found.seen[0] == 1.0


def test_what_chance_can_do_is_not_believed(story):
    rng = np.random.default_rng(2)
    found = won_ratio(story(*won_for(np.exp(rng.normal(0, 0.1, 40) - 0.005))))
    assert found.ratio.tolist() == [1.0, 1.0, 1.0]


def test_a_few_deals_tell_nothing(story):
    found = won_ratio(story(*won_for(np.full(FEWEST - 1, 0.5))))
    assert found.ratio.tolist() == [1.0, 1.0, 1.0]
    assert found.seen[0] == pytest.approx(0.5)


def test_an_amount_counts_for_as_long_as_it_stood(story):
    history = story(
        (0, "2025-03-03 09:00", 0, {"amount": 100.0}),
        (0, "2025-03-04 09:00", None, {"amount": 200.0}),  # one day of 100, three of 200
        (0, "2025-03-07 09:00", 3),
    )
    assert won_ratio(history).seen[0] == pytest.approx(200.0 / 175.0)


def test_lost_and_open_deals_and_unknown_amounts_tell_nothing(story):
    history = story(
        (0, "2025-03-03 09:00", 0, {"amount": 100.0}),
        (0, "2025-03-05 09:00", 4, {"amount": 10.0}),
        (1, "2025-03-03 09:00", 0, {"amount": 100.0}),
        (2, "2025-03-03 09:00", 0),
        (2, "2025-03-05 09:00", 3, {"amount": 50.0}),
    )
    found = won_ratio(history)
    assert found.deals.tolist() == [0, 0, 0]
    assert np.isnan(found.seen).all()
    assert found.ratio.tolist() == [1.0, 1.0, 1.0]
