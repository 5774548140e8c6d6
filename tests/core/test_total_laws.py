"""Laws of the distribution of a total, and deals kept together in cells or as a series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.totals.inversion import _product
from mellantid.core.totals.portfolio import Portfolio
from mellantid.core.totals.series import log_coefficients, small_deals, transform_of
from mellantid.core.totals.total import total, total_mixture
from mellantid.errors import DataError

deal = st.tuples(
    st.one_of(st.integers(0, 40).map(lambda n: n * 25.0), st.floats(0.5, 5e4)),
    st.one_of(st.sampled_from([0.0, 1.0, 0.5]), st.floats(0, 1)),
)
portfolios = st.tuples(
    st.lists(deal, max_size=25),
    st.floats(0, 3),
    st.lists(st.floats(1, 1e4), min_size=1, max_size=4),
)


@settings(max_examples=60, deadline=None)
@given(portfolios)
def test_laws_of_a_distribution(portfolio):
    deals, mean, jumps = portfolio
    found = total([x for x, _ in deals], [p for _, p in deals], 0.0, mean, jumps)
    at = np.sort(np.append(np.linspace(found.low - 1, found.high + 1, 50), [x for x, _ in deals]))
    up_to, below = found.cdf(at), found.below(at)
    assert (np.diff(up_to) >= -1e-12).all()
    assert (below <= up_to + 1e-12).all()
    assert (up_to[0], up_to[-1]) == pytest.approx((0.0, 1.0), abs=1e-11)
    # A target further off is reached no more often.
    assert (np.diff(found.exceeds(at)) <= 1e-12).all()
    p = np.array([0.05, 0.5, 0.95])
    assert (found.cdf(found.quantile(p)) >= p - 1e-11).all()
    assert (np.diff(found.quantile(p)) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(portfolios, st.randoms())
def test_the_order_of_deals_changes_nothing(portfolio, random):
    deals, mean, jumps = portfolio
    shuffled = random.sample(deals, len(deals))
    one = total([x for x, _ in deals], [p for _, p in deals], 0.0, mean, jumps)
    other = total([x for x, _ in shuffled], [p for _, p in shuffled], 0.0, mean, jumps)
    # Away from atoms, where the last digit of a sum decides.
    at = np.linspace(0, one.high, 37) + 0.137
    np.testing.assert_allclose(one.cdf(at), other.cdf(at), atol=1e-9)


@settings(max_examples=40, deadline=None)
# Powers of two: others round amounts off the lattice that they share.
@given(portfolios, st.sampled_from([2.0**-10, 0.5, 4.0, 2.0**20]))
def test_another_currency_unit_only_rescales(portfolio, scale):
    deals, mean, jumps = portfolio
    x, p = np.array([x for x, _ in deals]), [p for _, p in deals]
    one = total(x, p, 10.0, mean, jumps)
    other = total(x * scale, p, 10.0 * scale, mean, np.array(jumps) * scale)
    assert other.mean == pytest.approx(one.mean * scale, rel=1e-12)
    assert other.sd == pytest.approx(one.sd * scale, rel=1e-9, abs=1e-9)
    at = np.linspace(0, one.high, 37) + 0.137
    np.testing.assert_allclose(one.cdf(at), other.cdf(at * scale), atol=1e-9)


@pytest.mark.parametrize("scale", [1e-3, 0.01, 1.0, 1e6])
def test_amounts_with_decimals_are_a_lattice_too(scale):
    # 1.933, 0.25 and 0.55 are multiples of 0.001, of which floats know nothing.
    found = total(np.array([250.0, 550.0]) * scale, [0.5, 0.5], 0.0, 1.0, [1933.0 * scale])
    ways = np.array([0.0, 250.0, 550.0, 800.0])
    jumps = 1933.0 * np.arange(4)
    poisson = np.exp(-1.0) / np.array([1.0, 1.0, 2.0, 6.0])
    atoms = (ways[:, None] + jumps).ravel()
    masses = np.outer(np.full(4, 0.25), poisson).ravel()
    for at in (0.0, 800.0, 1933.0, 2483.0, 4116.0):
        exact = masses[atoms <= at + 1e-6].sum()
        assert found.cdf(at * scale) == pytest.approx(exact, abs=1e-9)
        assert found.exceeds(at * scale) == pytest.approx(
            1 - masses[atoms < at - 1e-6].sum(), abs=1e-9
        )


def test_deals_in_cells_have_the_distribution_of_deals_on_their_own():
    rng = np.random.default_rng(8)
    for deals, versions in ((9, 3), (40, 5), (700, 12), (5000, 7)):
        amounts = np.round(np.exp(rng.normal(9, 1.2, deals)), 2)
        cell = rng.integers(0, 30, deals)
        chances = np.clip(rng.random(30) * np.exp(rng.normal(0, 0.2, (versions, 1))), 0, 1)
        means = rng.random(versions) * 4
        rest = (means, 500.0, amounts[:50])
        one = total_mixture(amounts, chances[:, cell], *rest)
        other = total_mixture(amounts, chances, *rest, cells=cell)
        at = one.quantile(np.linspace(0.001, 0.999, 50)) + 0.005
        np.testing.assert_allclose(other.cdf(at), one.cdf(at), atol=1e-9)
        assert other.mean == pytest.approx(one.mean, rel=1e-12)
        assert other.sd == pytest.approx(one.sd, rel=1e-9)


def test_cells_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="number"):
        total_mixture([1.0, 2.0], [[0.5]], cells=[0, 1])
    with pytest.raises(DataError, match="number"):
        total_mixture([1.0, 2.0], [[0.5, 0.5]], cells=[0])


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(-1.0, 1.0))
def test_the_series_of_a_small_deal_is_its_characteristic_function(p, phase):
    portfolio = Portfolio.of(
        np.array([phase]),
        np.zeros(1, dtype=np.int64),
        np.array([[p]]),
        0.0,
        np.zeros(1),
        np.zeros(0),
        np.ones(1),
    )
    if not portfolio.amounts.size:
        return
    series = log_coefficients(portfolio, small_deals(portfolio, 1.0), 1.0)
    shares = np.array([0.1, 0.5, 1.0])
    found = transform_of(series, shares)[0]
    exact = 1 + p * np.expm1(1j * phase * shares)
    # The first term left out is the 17th; at the full phase φ of a total is 1e-10 of itself.
    assert np.abs(found - exact)[:2].max() < 1e-11
    assert np.abs(found - exact)[2] < 1e-7


def test_a_product_over_fewer_deals_than_go_at_once_is_their_product():
    # Sixteen deals are multiplied against each other at a time; a block may hold fewer.
    rng = np.random.default_rng(3)
    for deals in (0, 1, 15, 16, 17, 40):
        factors = np.exp(1j * rng.random((3, deals)))
        assert _product(factors) == pytest.approx(factors.prod(axis=1), rel=1e-12)
