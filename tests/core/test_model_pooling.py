"""Pooling of sellers and teams: as far as the data warrant it, and no further."""

from __future__ import annotations

import numpy as np
import pytest
from model_truths import COURSE, drawn_cells, smooth_truth
from scipy.special import gammaln

from mellantid.core.counting.counts import Cells
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.pooling import by_kin, likeliest_pool, pool, sum_groups
from mellantid.errors import DataError

AGES = 40


def company_truth(seed=1):
    return smooth_truth(np.random.default_rng(seed), 1, AGES)[0]


def sellers_truth(rng, truth, sellers, spread):
    """Each seller's chances: the company's times factors of this standard deviation."""
    factor = rng.gamma(spread**-2, spread**2, (sellers, 3, 5))
    hazard = truth * factor[..., None]
    return hazard / np.maximum(hazard.sum(2, keepdims=True), 1), factor


def company_of(cells):
    return fit(sum_groups(cells, np.zeros(len(cells.exits), dtype=int), 1))


def test_it_recovers_how_much_sellers_differ():
    rng = np.random.default_rng(2)
    hazard, factor = sellers_truth(rng, company_truth(), 40, 0.35)
    cells = drawn_cells(rng, COURSE, hazard, 300, 60)
    pooled = pool(company_of(cells), cells)
    # 40 sellers and nine ways out: the spread of 360 factors is known to some 7 %.
    assert pooled.strength**-0.5 == pytest.approx(0.35, rel=0.2)
    seen = cells.exits.sum(-1) > 0
    assert np.corrcoef(pooled.factor[seen], factor[seen])[0, 1] > 0.8


def test_sellers_who_are_alike_are_pooled_into_one():
    rng = np.random.default_rng(3)
    hazard, _ = sellers_truth(rng, company_truth(), 40, 0.001)
    cells = drawn_cells(rng, COURSE, hazard, 200, 60)
    pooled = pool(company_of(cells), cells)
    assert pooled.strength > 300
    assert np.abs(pooled.factor - 1).max() < 0.15


def test_a_seller_without_data_is_the_company():
    rng = np.random.default_rng(4)
    hazard, _ = sellers_truth(rng, company_truth(), 10, 0.35)
    cells = drawn_cells(rng, COURSE, hazard, 200, 60)
    exits, exposure = cells.exits.copy(), cells.exposure.copy()
    exits[3], exposure[3] = 0, 0
    company = company_of(cells)
    pooled = pool(company, Cells(COURSE, exits, exposure))
    np.testing.assert_allclose(pooled.factor[3], 1.0)
    np.testing.assert_allclose(pooled.hazard[3], company.hazard[0])


def test_the_posterior_of_a_factor_is_its_closed_form():
    rng = np.random.default_rng(5)
    hazard, _ = sellers_truth(rng, company_truth(), 8, 0.3)
    cells = drawn_cells(rng, COURSE, hazard, 150, 60)
    company = company_of(cells)
    pooled = pool(company, cells)
    d = cells.exits[2, 1, 2].sum()
    foretold = (cells.exposure[2, 1] * company.hazard[0, 1, 2]).sum()
    expected = (pooled.strength + d) / (pooled.strength + foretold)
    assert pooled.factor[2, 1, 2] == pytest.approx(expected)
    np.testing.assert_allclose(pooled.hazard[2, 1, 2], company.hazard[0, 1, 2] * expected)


def log_loss(d, shape, mean):
    """Of counts that are negative binomial with this shape and mean; Poisson as it grows."""
    mean = np.maximum(mean, 1e-3)
    gain = gammaln(shape + d) - gammaln(shape) - gammaln(d + 1) - shape * np.log1p(mean / shape)
    return -(gain + d * (np.log(mean) - np.log(shape + mean)))


@pytest.mark.parametrize("entrants", [10, 40, 150])
def test_it_foretells_the_next_quarter_better_than_raw_or_fully_pooled(entrants):
    rng = np.random.default_rng(6)
    hazard, _ = sellers_truth(rng, company_truth(), 40, 0.35)
    past, future = (drawn_cells(rng, COURSE, hazard, n, 60) for n in (entrants, 40))
    company = company_of(past)
    pooled = pool(company, past)
    came = future.exits.sum(-1)
    of_company = (company.hazard * future.exposure[:, :, None]).sum(-1)
    before = (company.hazard * past.exposure[:, :, None]).sum(-1)
    seen = of_company > 0
    shape = pooled.strength + past.exits.sum(-1)
    raw = past.exits.sum(-1) / np.where(before > 0, before, 1) * of_company
    certain = np.full_like(shape, 1e6)
    ours, raw_loss, flat = (
        log_loss(came[seen], k[seen], mean[seen]).mean()
        for k, mean in (
            (shape, pooled.factor * of_company),
            (certain, raw),
            (certain, of_company),
        )
    )
    assert ours < min(raw_loss, flat)


def test_two_levels_lean_seller_on_team_on_company():
    rng = np.random.default_rng(7)
    teams, _ = sellers_truth(rng, company_truth(), 6, 0.4)
    team_of = np.repeat(np.arange(6), 8)
    hazard = np.concatenate([sellers_truth(rng, team, 8, 0.2)[0] for team in teams])
    cells = drawn_cells(rng, COURSE, hazard, 200, 60)
    team_cells = sum_groups(cells, team_of, 6)
    assert team_cells.exits.sum() == cells.exits.sum()
    by_team = pool(company_of(cells), team_cells)
    by_seller = pool(by_team, cells, team_of)
    assert by_team.strength < by_seller.strength
    straight = pool(company_of(cells), cells)
    error, error_straight = (
        np.abs(model.hazard - hazard).mean() for model in (by_seller, straight)
    )
    assert error < error_straight
    draws = by_seller.draw(rng, 200)
    assert draws.shape == (200, 48, 3, 5, AGES)
    np.testing.assert_allclose(draws.mean((0, -1)), by_seller.hazard.mean(-1), atol=0.004)
    some = by_seller.draw(rng, 4, groups=np.array([5, 1]))
    assert some.shape == (4, 2, 3, 5, AGES)


def test_no_factor_makes_leaving_more_than_certain():
    exits, exposure = np.zeros((2, 3, 5, 3)), np.full((2, 3, 3), 100.0)
    exits[:, :, 4] = np.array([95.0, 40.0])[:, None, None]
    cells = Cells(COURSE, exits, exposure)
    pooled = pool(company_of(cells), cells)
    assert pooled.factor[0, 0, 4] > 1.3
    assert pooled.hazard.sum(2).max() <= 1 + 1e-12
    assert pooled.draw(np.random.default_rng(8), 200).sum(3).max() <= 1 + 1e-12


def test_groups_need_a_parent_counted_alike():
    cells = Cells(COURSE, np.zeros((2, 3, 5, 10)), np.zeros((2, 3, 10)))
    company = company_of(cells)
    with pytest.raises(DataError, match="no parent"):
        pool(company, cells, np.array([0, 1]))
    with pytest.raises(DataError, match="same stages and ages"):
        pool(company, Cells(COURSE, np.zeros((2, 3, 5, 9)), np.zeros((2, 3, 9))))


def test_factors_that_are_tied_are_learned_from_all_their_exits():
    rng = np.random.default_rng(21)
    truth = company_truth()
    moving = rng.gamma(25, 1 / 25, 30)
    hazard = np.repeat(truth[None], 30, axis=0)
    hazard[:, :, :4] *= moving[:, None, None, None]
    cells = drawn_cells(rng, COURSE, hazard, 60, 60)
    company = company_of(cells)
    tied, loose = pool(company, cells, ties=by_kin(COURSE)), pool(company, cells)
    wrong = [np.abs(model.factor[:, 0, 1] - moving).mean() for model in (tied, loose)]
    assert wrong[0] < 0.75 * wrong[1]
    assert likeliest_pool(company, cells).gain == max(tied.gain, loose.gain) == tied.gain
    assert (tied.factor[:, 0, 1] == tied.factor[:, 2, 3]).all()


def test_draws_of_tied_factors_have_the_mean_of_the_model():
    rng = np.random.default_rng(22)
    hazard, _ = sellers_truth(rng, company_truth(), 5, 0.3)
    cells = drawn_cells(rng, COURSE, hazard, 100, 60)
    model = pool(company_of(cells), cells, ties=by_kin(COURSE))
    drawn = model.draw(rng, 600)
    some = model.hazard > 1e-4
    # A chance drawn 600 times is known to a few per cent of itself.
    np.testing.assert_allclose(
        drawn.mean(0).sum(-1)[some.any(-1)], model.hazard.sum(-1)[some.any(-1)], rtol=0.05
    )


def test_where_groups_are_alike_telling_them_apart_gains_nothing():
    rng = np.random.default_rng(23)
    hazard, _ = sellers_truth(rng, company_truth(), 20, 0.001)
    cells = drawn_cells(rng, COURSE, hazard, 200, 60)
    assert likeliest_pool(company_of(cells), cells).gain < 3
