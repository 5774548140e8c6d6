"""Amount bands: found where large deals are slower, and not where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.on_entry import amounts_on_entry
from mellantid.core.counting.open_deals import open_deals
from mellantid.core.counting.sojourns import Sojourns, sojourns
from mellantid.core.modelling.bands import GAIN, AmountBands, banded
from mellantid.core.modelling.model import fit
from mellantid.core.process import Process

COURSE = Process("Course", ("A", "B", "C"))
AGES = 60


def stays(rng, slower, size=9000, unknown=0.0):
    """Stays of deals that move on at 4 % a day, large ones more slowly, and are lost at 2 %."""
    amount = np.exp(rng.normal(10, 0.8, size))
    large = amount > np.exp(10)
    stage = rng.integers(0, 3, size)
    on = 0.04 * np.exp(np.where(large, -slower, slower))
    age = rng.geometric(on + 0.02) - 1
    cut = rng.integers(10, 200, size)
    to = np.where(rng.random(size) < on / (on + 0.02), stage + 1, COURSE.lost_state)
    to = np.where(age > cut, COURSE.still, to)
    zero = np.zeros(size, dtype=np.int64)
    seen = np.where(rng.random(size) < unknown, np.nan, amount)
    return Sojourns(
        COURSE,
        stage,
        to,
        zero - 1,
        zero + 202401,
        zero,
        np.minimum(age, cut),
        np.arange(size),
        seen,
    )


def found_in(pieces):
    company = fit(Counts.of(pieces).table(AGES))
    return company, banded(company, pieces)


def test_large_deals_that_are_slower_are_told_apart_by_as_much_as_they_are():
    _, found = found_in(stays(np.random.default_rng(1), 0.2))
    assert found is not None
    assert found.model.gain > 20
    factor = found.model.factor
    # The shares of exits that come from moves at 4 % and 3 ways out: some 1,500 exits a factor,
    # a standard error of 3 %, and the shrinkage's as much again.
    assert factor[0, 0, 1] == pytest.approx(np.exp(0.2), abs=0.1)
    assert factor[-1, 0, 1] == pytest.approx(np.exp(-0.2), abs=0.1)
    assert np.abs(factor[:, :, COURSE.lost_state] - 1).max() < 0.1


@pytest.mark.parametrize("seed", range(6))
def test_deals_that_are_alike_have_one_band(seed):
    assert found_in(stays(np.random.default_rng(seed), 0.0))[1] is None


def test_the_bands_exits_are_the_companys():
    company, found = found_in(stays(np.random.default_rng(2), 0.2))
    np.testing.assert_allclose(found.model.cells.exits.sum(0), company.cells.exits[0])
    np.testing.assert_allclose(found.model.cells.exposure.sum(0), company.cells.exposure[0])


def test_the_likelihood_that_chooses_is_that_of_the_exits_themselves():
    # Two bands with one factor on moves: the gain by quadrature over the gamma prior.
    _, found = found_in(stays(np.random.default_rng(3), 0.15))
    model = found.model
    told = (model.parent.hazard[:1] * model.cells.exposure[:, :, None]).sum(-1)
    exits = model.cells.exits.sum(-1)
    theta = np.linspace(0.4, 1.9, 40001)
    prior = np.exp(model.strength * (np.log(theta) - theta))
    prior /= prior.sum()
    gain = 0.0
    for group in range(found.bands.size):
        for number in range(int(model.ties.max()) + 1):
            d = exits[group][model.ties == number].sum()
            e = told[group][model.ties == number].sum()
            log = d * np.log(theta) - (theta - 1) * e
            gain += np.log(prior @ np.exp(log - log.max())) + log.max()
    assert model.gain == pytest.approx(gain, abs=0.02)
    assert model.gain > GAIN


def test_unknown_amounts_are_a_band_of_their_own():
    bands = AmountBands(np.array([10.0, 20.0]), apart=True)
    assert bands.of(np.array([5.0, 10.0, 10.5, 99.0, np.nan])).tolist() == [0, 0, 1, 2, 3]
    pieces = stays(np.random.default_rng(4), 0.2, unknown=0.3)
    found = found_in(pieces)[1]
    assert found.bands.apart
    assert found.model.cells.exits.shape[0] == found.bands.size


def test_amounts_that_are_all_the_same_or_unknown_have_no_bands():
    pieces = stays(np.random.default_rng(5), 0.2)
    for amount in (np.ones(pieces.size), np.full(pieces.size, np.nan)):
        columns = (pieces.stage, pieces.to, pieces.owner, pieces.month, pieces.entry_age)
        same = Sojourns(COURSE, *columns, pieces.age, pieces.deal, amount)
        assert found_in(same)[1] is None


def test_an_amount_that_is_filled_in_at_the_win_tells_nothing_of_the_stay_before(story):
    history = story(
        (0, "2025-03-03 09:00", 0),
        (0, "2025-03-03 15:00", None, {"amount": 7.0}),  # on the day of entry
        (0, "2025-03-05 09:00", 1),
        (0, "2025-03-07 09:00", None, {"amount": 9.0}),  # two days later
        (1, "2025-03-03 09:00", 0),
        (1, "2025-03-03 15:00", 3, {"amount": 8.0}),  # at the win, on the day of entry
        (2, "2025-03-04 09:00", 2, {"amount": 5.0}),
        until="2025-03-10",
    )
    amounts = sojourns(history).amount
    np.testing.assert_array_equal(amounts, [7.0, 7.0, np.nan, 5.0])
    np.testing.assert_array_equal(open_deals(history).entry_amount, [7.0, 5.0])
    assert amounts_on_entry(history).size == history.size
