"""The forecast by amount band: means, parts and jumps, and no change where bands are alike."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_forecast import ARRIVALS, COUNTS, HISTORY, MODEL, PROCESS, foretell, quarter

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.open_deals import open_deals, won_in
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.kinds import Kinds, kinds_to_come
from mellantid.core.forecasting.banded_deals import BandedDeals, mixed_amounts, wins_for
from mellantid.core.modelling.bands import AmountBands
from mellantid.core.modelling.pooling import by_kin, pool

AGES = MODEL.hazard.shape[-1]
PIECES = sojourns(HISTORY)
BANDS = AmountBands(np.quantile(PIECES.amount, [0.3, 0.7]), apart=False)
OPEN = open_deals(HISTORY)
DEALS = BandedDeals(BANDS.of(OPEN.entry_amount), kinds_to_come(HISTORY, BANDS.of, BANDS.size))


def banded_model():
    cells = Counts.of(PIECES, BANDS.of(PIECES.amount)).table(AGES, np.arange(3))
    return pool(MODEL, cells, ties=by_kin(PROCESS))


def test_the_mean_is_the_sum_over_each_bands_own_win_table():
    model, when = banded_model(), quarter(3e6)
    found = foretell(model=model, banded=DEALS)
    days = np.arange(HISTORY.until_day + 1, when.last + 1)
    mean = found.won_amount.sum()
    for band in range(3):
        table = win_table(PROCESS, model.hazard[band], when.last - HISTORY.until_day)
        chance = PeriodChance(table, when.first, when.last)
        mine = DEALS.group == band
        p = chance.standing(OPEN.stage[mine], OPEN.age[mine], HISTORY.until_day)
        mean += OPEN.amount[mine] @ p
        wins = ARRIVALS.rate * (chance.entering(np.arange(3), days[:, None]) @ ARRIVALS.entry).sum()
        mean += wins * DEALS.to_come.share[band] * DEALS.to_come.amounts[band].mean()
    assert found.mean == pytest.approx(mean, rel=1e-9)


def test_the_parts_of_a_banded_forecast_sum_to_the_whole():
    found = foretell(model=banded_model(), banded=DEALS)
    assert found.parts.mean.sum() == pytest.approx(found.mean, rel=1e-9)
    owners = sum(found.of_owner(owner).mean for owner in found.parts.owners)
    assert owners == pytest.approx(found.mean, rel=1e-9)


def test_bands_that_do_not_differ_give_the_forecast_without_bands():
    alike = dataclasses.replace(MODEL, hazard=np.repeat(MODEL.hazard, 3, axis=0))
    object.__setattr__(alike, "draw", lambda rng, n: np.repeat(MODEL.draw(rng, n), 3, axis=1))
    same = Kinds(DEALS.to_come.share, (ARRIVALS.amounts,) * 3)
    found = foretell(model=alike, banded=BandedDeals(DEALS.group, same))
    plain = foretell()
    assert found.mean == pytest.approx(plain.mean, rel=1e-9)
    assert found.sd == pytest.approx(plain.sd, rel=1e-3)


def test_what_deals_are_won_for_scales_the_open_ones_and_no_others():
    ratio = np.array([0.5, 0.8, 1.0])
    plain, less = foretell(), foretell(won_ratio=ratio)
    np.testing.assert_allclose(less.amount, plain.amount * ratio[plain.open_.stage])
    assert less.new_mean == pytest.approx(plain.new_mean)
    assert less.open_mean == pytest.approx(
        float((plain.amount * ratio[plain.open_.stage] * plain.p).sum())
    )


def test_deals_to_come_are_shared_as_they_have_been_created():
    kinds = DEALS.to_come
    first = HISTORY.first
    band = BANDS.of(HISTORY.amount[first])
    recent = HISTORY.middle_day[first] > HISTORY.until_day - 250
    np.testing.assert_allclose(kinds.share, np.bincount(band[recent], minlength=3) / recent.sum())
    won = won_in(HISTORY, -(2**62), HISTORY.until)
    assert sum(each.size for each in kinds.amounts) == won.size
    assert all((BANDS.of(each) == place).all() for place, each in enumerate(kinds.amounts))


@given(
    st.lists(st.lists(st.integers(1, 50), min_size=0, max_size=9), min_size=1, max_size=4),
    st.lists(st.floats(0, 20), min_size=4, max_size=4),
)
def test_the_expected_amount_of_wins_to_come_is_kept_whatever_the_sample(lists, wins):
    amounts = tuple(np.array(each, dtype=np.float64) for each in lists)
    expected = np.array(wins[: len(lists)])
    jumps, means = mixed_amounts(amounts, expected, 7.0)
    for mean, each in zip(means, amounts, strict=True):
        assert mean == (each.mean() if each.size else 7.0)
    count = wins_for(float(expected @ means), jumps)
    assert count * jumps.mean() == pytest.approx(float(expected @ means), abs=1e-9)


def test_counting_by_band_leaves_the_counts_of_owners_as_they_are():
    assert Counts.of(PIECES).total == COUNTS.total
    by_band = Counts.of(PIECES, BANDS.of(PIECES.amount))
    assert by_band.total == COUNTS.total
    assert set(by_band.owner.tolist()) <= {0, 1, 2}
