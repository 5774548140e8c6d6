"""A playbook counts as deals of one's own, until one's own deals speak against it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from model_truths import COURSE, drawn_cells
from scipy.special import gammaln

from mellantid.core.counting.counts import Cells
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.playbook import DEFAULT, Playbook
from mellantid.core.modelling.trust import ANY, LIKE, believed, kept_shares
from mellantid.core.steering.changes import goes_on
from mellantid.errors import DataError

AGES = 120
TRUE = Playbook("true", (0.5, 0.7, 0.4), (12.0, 20.0, 25.0), 5.0, (15.0,))
WRONG = Playbook("wrong", (0.8, 0.9, 0.8), (5.0, 8.0, 10.0), 5.0, (15.0,))
NONE_SEEN = Cells(COURSE, np.zeros((1, 3, 5, AGES)), np.zeros((1, 3, AGES)))


def cells_of(entrants, seed=3):
    """Cells of a company of which the playbook TRUE is exactly so, from the day after entry."""
    hazard = np.repeat(TRUE.hazard(COURSE)[None, ..., None], AGES, axis=-1)
    hazard[..., 0] = 0.0
    return drawn_cells(np.random.default_rng(seed), COURSE, hazard, entrants, 400)


def test_its_deals_end_as_it_says_and_are_as_many_as_it_says():
    outcomes = TRUE.outcomes(COURSE, 30)
    ended = outcomes[:, :-1].sum(axis=-1)
    assert ended.sum(axis=1) == pytest.approx([15.0] * 3, rel=1e-12)
    assert ended[:, 4] == pytest.approx(15.0 * (1 - np.array(TRUE.conversion)), rel=1e-12)
    # A deal-day is a deal at risk: with p to leave a day, n deals have n/p of them.
    leaving = TRUE.hazard(COURSE).sum(axis=1)
    assert outcomes.sum(axis=(1, 2)) == pytest.approx(15.0 / leaving, rel=1e-12)
    assert not outcomes[..., 0].any()


def test_a_model_that_has_seen_nothing_says_what_the_playbook_says():
    hazard = fit(NONE_SEEN, others=TRUE).hazard[0]
    for stage, share in enumerate(TRUE.conversion):
        assert goes_on(hazard, stage) == pytest.approx(share, abs=0.02)


def test_without_a_playbook_the_model_is_what_it_was():
    cells = cells_of(30)
    alone = fit(cells).hazard
    assert np.array_equal(alone, fit(cells, others=replace(TRUE, deals=(0.0,))).hazard)
    assert not np.array_equal(alone, fit(cells, others=TRUE).hazard)


def test_the_more_deals_it_counts_for_the_nearer_the_model_is_to_it():
    cells = cells_of(20)
    shares = [
        goes_on(fit(cells, others=replace(WRONG, deals=(deals,))).hazard[0], 0)
        for deals in (0.0, 5.0, 50.0, 500.0)
    ]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(0.8, abs=0.03)


def test_it_keeps_all_of_its_weight_where_nothing_has_been_seen():
    assert kept_shares(WRONG, NONE_SEEN).tolist() == [1.0] * 3


@pytest.mark.parametrize("entrants", [10, 50, 200])
def test_a_right_playbook_keeps_its_weight(entrants):
    assert (kept_shares(TRUE, cells_of(entrants)) > 0.9).all()


def test_a_wrong_playbook_is_outgrown():
    kept = [kept_shares(WRONG, cells_of(entrants)).max() for entrants in (5, 50, 200)]
    assert 1 > kept[0] > kept[1] > kept[2]
    assert kept[1] < 0.01
    cells = cells_of(200)
    without = fit(cells).hazard
    assert np.allclose(without, fit(cells, others=believed(WRONG, cells)).hazard, atol=1e-6)


def test_what_is_kept_is_the_ratio_of_two_marginal_likelihoods():
    # One stage by hand: 3 moved, 6 lost, 41 stays, on the days after entry.
    exits, exposure = np.zeros((1, 3, 5, AGES)), np.zeros((1, 3, AGES))
    exits[0, 0, 1, 4], exits[0, 0, 4, 7], exposure[0, 0, 1:11] = 3.0, 6.0, 5.0
    silent_elsewhere = replace(WRONG, deals=(15.0, 0.0, 0.0))
    p = 1 - 2 ** (-1 / 5.0)

    def log_likelihood(prior):
        seen = np.array([3.0, 6.0, 41.0])
        return (
            gammaln(prior.sum())
            - gammaln(prior.sum() + 50.0)
            + (gammaln(prior + seen) - gammaln(prior)).sum()
        )

    like = log_likelihood(LIKE * np.array([0.8, 0.2, 1 / p - 1]))
    vague = log_likelihood(ANY * np.array([0.5, 0.5, 1 / p - 1]))
    found = kept_shares(silent_elsewhere, Cells(COURSE, exits, exposure))
    # It is all that the whole playbook says, so the ratio counts twice.
    assert found[0] == pytest.approx(np.exp(2 * (like - vague)), rel=1e-9)
    assert 0 < found[0] < 1


def test_a_playbook_that_is_right_but_for_a_leg_loses_that_leg_alone():
    kept = kept_shares(replace(TRUE, conversion=(0.95, 0.7, 0.4)), cells_of(100))
    assert kept[0] < 0.05
    assert kept[1:].min() > 0.5


def test_a_stage_of_which_it_is_silent_speaks_neither_for_it_nor_against():
    cells = cells_of(100)
    wrong_once = replace(TRUE, conversion=(0.999, 0.7, 0.4), median_days=(2.0, 20.0, 25.0))
    assert kept_shares(wrong_once, cells).max() < 0.01
    silent = replace(wrong_once, deals=(0.0, 15.0, 15.0))
    assert (kept_shares(silent, cells)[1:] > 0.9).all()


def test_fewer_deals_than_none_are_refused():
    with pytest.raises(DataError, match="fewer than 0 deals"):
        replace(DEFAULT, deals=(-1.0,))
