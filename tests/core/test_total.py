"""The distribution of a total against brute force and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.totals.distribution import Smooth
from mellantid.core.totals.inversion import _product
from mellantid.core.totals.portfolio import Portfolio
from mellantid.core.totals.series import log_coefficients, small_deals, transform_of
from mellantid.core.totals.total import mixture, total, total_mixture
from mellantid.errors import DataError

RNG_SEED = 20240229


def convolved(amounts, chances):
    """Masses of 0, 1, 2, ... by adding one deal after the other."""
    masses = np.ones(1)
    for amount, p in zip(amounts, chances, strict=True):
        longer = np.zeros(masses.size + amount)
        longer[: masses.size] += masses * (1 - p)
        longer[amount:] += masses * p
        masses = longer
    return masses


def panjer(mean, jumps, size):
    """Masses of a compound Poisson sum by Panjer's recursion."""
    share = np.bincount(jumps, minlength=size)[:size] / len(jumps)
    masses = np.zeros(size)
    masses[0] = math.exp(-mean * (1 - share[0]))
    steps = np.arange(size)
    for m in range(1, size):
        masses[m] = mean / m * (steps[1 : m + 1] * share[1 : m + 1]) @ masses[m - 1 :: -1][:m]
    return masses


def worst_error(found, masses, offset=0):
    at = np.arange(masses.size) + float(offset)
    up_to = np.cumsum(masses)
    between = found.cdf(at[:-1] + 0.5) - up_to[:-1]
    return max(
        np.abs(found.cdf(at) - up_to).max(),
        np.abs(found.exceeds(at) - (1 - up_to + masses)).max(),
        np.abs(between).max(initial=0.0),
    )


# The error that is promised; most cases come out below 1e-12.
PROMISED = 1e-9


@pytest.mark.parametrize(
    ("deals", "largest", "highest_chance"),
    [(5, 50, 1.0), (30, 50, 1.0), (30, 900, 0.2), (300, 50, 1.0), (300, 2000, 1.0)],
)
def test_it_equals_exact_convolution(deals, largest, highest_chance):
    rng = np.random.default_rng(RNG_SEED)
    amounts = rng.integers(1, largest, deals)
    chances = rng.random(deals) * highest_chance
    assert worst_error(total(amounts, chances), convolved(amounts, chances)) < PROMISED


def test_one_dominating_deal_leaves_the_others_sharp():
    rng = np.random.default_rng(RNG_SEED)
    amounts = np.append(rng.integers(1, 2000, 200), 400_000)
    chances = np.append(rng.random(200), 0.3)
    found = total(amounts, chances)
    assert isinstance(found, Smooth)
    assert found.shifts.size == 2
    assert worst_error(found, convolved(amounts, chances)) < PROMISED


def test_a_few_dominating_deals_of_different_size_are_gone_through():
    rng = np.random.default_rng(RNG_SEED)
    amounts = np.append(rng.integers(1, 300, 200), [30_000, 110_000, 15_000])
    chances = np.append(rng.random(200), [0.3, 0.05, 0.7])
    assert worst_error(total(amounts, chances), convolved(amounts, chances)) < PROMISED


def test_equal_amounts_are_a_lattice_with_binomial_masses():
    # 2,000 equal deals are inverted by few frequencies, 40 on the lattice: both are binomial.
    for deals in (40, 2000):
        masses = np.array(
            [
                math.exp(
                    math.lgamma(deals + 1)
                    - math.lgamma(k + 1)
                    - math.lgamma(deals - k + 1)
                    + k * math.log(0.3)
                    + (deals - k) * math.log(0.7)
                )
                for k in range(deals + 1)
            ]
        )
        found = total(np.full(deals, 1e4), np.full(deals, 0.3))
        at = 1e4 * np.arange(deals + 1)
        assert np.abs(found.cdf(at) - np.cumsum(masses)).max() < PROMISED
        assert np.abs(found.exceeds(at) - (1 - np.cumsum(masses) + masses)).max() < PROMISED


def test_a_large_lattice_keeps_its_atoms_when_it_is_inverted_smoothly():
    rng = np.random.default_rng(RNG_SEED)
    amounts, chances = rng.integers(1, 4000, 300), rng.random(300)
    found = total(amounts, chances)
    masses = convolved(amounts, chances)
    assert isinstance(found, Smooth)
    middle = int(np.argmax(masses))
    atom = found.cdf(float(middle)) - found.below(float(middle))
    assert atom == pytest.approx(masses[middle], rel=1e-6)


def test_unit_jumps_are_poisson():
    k = np.arange(60)
    masses = np.exp(-12.5 + k * math.log(12.5) - np.array([math.lgamma(i + 1) for i in k]))
    assert worst_error(total([], [], 0.0, 12.5, [1.0]), masses) < PROMISED


def test_deals_to_come_equal_panjers_recursion():
    rng = np.random.default_rng(RNG_SEED)
    jumps = rng.integers(0, 30, 25)
    masses = panjer(4.0, jumps, 800)
    assert worst_error(total([], [], 0.0, 4.0, jumps), masses) < PROMISED


def test_open_deals_and_deals_to_come_add_up():
    rng = np.random.default_rng(RNG_SEED)
    for deals, mean in ((8, 0.7), (40, 3.0), (300, 60.0)):
        amounts, chances = rng.integers(1, 40, deals), rng.random(deals)
        jumps = rng.integers(1, 40, 30)
        masses = np.convolve(convolved(amounts, chances), panjer(mean, jumps, 4000))[:4000]
        found = total(amounts + 0.0, chances, 100.0, mean, jumps)
        assert worst_error(found, masses, offset=100) < PROMISED


def test_no_deals_at_all_is_what_is_certain():
    found = total([], [], 250.0)
    assert found.exceeds([249.9, 250.0, 250.1]).tolist() == [1.0, 1.0, 0.0]
    assert found.quantile([0.0, 0.5, 1.0]).tolist() == [250.0, 250.0, 250.0]
    assert (found.mean, found.sd) == (250.0, 0.0)


def test_chances_of_0_and_1_are_certain():
    found = total([10.0, 20.0, 40.0], [1.0, 0.0, 1.0], 5.0)
    assert found.cdf([54.9, 55.0]).tolist() == [0.0, 1.0]
    many = total(np.full(500, 10.0), np.arange(500) % 2)
    assert many.cdf([2499.9, 2500.0]).tolist() == [0.0, 1.0]


def test_deals_worth_nothing_change_nothing():
    some = total([10.0, 20.0], [0.4, 0.5])
    assert total([10.0, 0.0, 20.0], [0.4, 0.9, 0.5]).cdf(15.0) == some.cdf(15.0)


def test_a_target_that_is_met_exactly_is_reached():
    found = total([30.1, 70.2], [0.5, 0.5])
    assert found.exceeds(100.3) == pytest.approx(0.25)
    assert found.cdf(100.3) == 1.0
    assert found.below(100.3) == pytest.approx(0.75)
    # The same with 60 deals, whose one way to the target is all of the largest deal's.
    rng = np.random.default_rng(RNG_SEED)
    small = rng.integers(1, 40, 60) * 10.0
    found = total(np.append(small, 1e6), np.append(np.full(60, 0.05), 0.5))
    assert found.exceeds(1e6) == pytest.approx(0.5, abs=1e-12)


def test_tiny_and_huge_amounts_stand_together():
    found = total([1e-6, 3e-6, 1e15], [0.5, 0.5, 0.5])
    assert found.cdf([0.0, 1e-6, 3e-6]).tolist() == pytest.approx([0.125, 0.25, 0.375])
    amounts = np.append(np.linspace(1.0, 2.0, 100), [1e12, 3e12])
    found = total(amounts, np.full(102, 0.5))
    assert found.cdf([300.0, 1e12 + 300, 3e12 + 300]).tolist() == pytest.approx([0.25, 0.5, 0.75])


def test_uneven_amounts_without_a_unit_agree_with_simulation():
    rng = np.random.default_rng(RNG_SEED)
    amounts = np.exp(rng.normal(10, 1.2, 35))
    chances = rng.random(35) * 0.2
    found = total(amounts, chances, 0.0, 1.5, amounts[:20])
    draws = (rng.random((100_000, 35)) < chances) @ amounts
    counts = rng.poisson(1.5, 100_000)
    extra = rng.choice(amounts[:20], counts.sum())
    draws += np.bincount(np.repeat(np.arange(100_000), counts), extra, minlength=100_000)
    points = np.quantile(draws, [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    share = (draws[:, None] <= points).mean(axis=0)
    # Five standard errors of a share of 1e5 draws: 0.008 at most.
    assert np.abs(found.cdf(points) - share).max() < 5 * 0.5 / math.sqrt(1e5)
    assert found.mean == pytest.approx(draws.mean(), abs=5 * draws.std() / math.sqrt(1e5))
    assert found.sd == pytest.approx(draws.std(), rel=0.02)


def test_many_rare_wins_agree_with_the_poisson_limit():
    # Le Cam: the distance to a Poisson number of wins is at most the sum of p^2, here 2e-3.
    found = total(np.full(2000, 3.0), np.full(2000, 0.001))
    poisson = total([], [], 0.0, 2.0, [3.0])
    at = 3.0 * np.arange(12)
    assert np.abs(found.cdf(at) - poisson.cdf(at)).max() < 2e-3
    uneven = np.random.default_rng(RNG_SEED).lognormal(8, 1, 2000)
    rare = total(uneven, np.full(2000, 0.001))
    limit = total([], [], 0.0, 2.0, uneven)
    # A lattice of some thousand cells moves a little probability across each point.
    points = rare.quantile([0.2, 0.5, 0.9])
    assert np.abs(rare.cdf(points) - limit.cdf(points)).max() < 2e-2
    assert rare.exceeds(1.0) == pytest.approx(1 - 0.999**2000, abs=1e-3)


def test_negative_amounts_are_credited():
    found = total([-10.0, 30.0], [0.5, 0.5])
    assert found.cdf([-10.0, 0.0, 20.0, 30.0]).tolist() == pytest.approx([0.25, 0.5, 0.75, 1.0])
    rng = np.random.default_rng(RNG_SEED)
    amounts, chances = rng.integers(1, 50, 200), rng.random(200)
    mirrored = total(-amounts, chances)
    at = np.arange(amounts.sum())
    np.testing.assert_allclose(
        mirrored.exceeds(-at.astype(float)), total(amounts, chances).cdf(at), atol=PROMISED
    )


def test_a_mixture_of_versions_is_the_mixture_of_their_totals():
    rng = np.random.default_rng(RNG_SEED)
    weights = np.array([1.0, 3.0, 2.0])
    for deals, means in ((6, [0.0, 0.0, 0.0]), (40, [0.5, 0.0, 2.0]), (400, [1.0, 5.0, 9.0])):
        amounts = rng.integers(1, 60, deals) * 10.0
        chances = rng.random((3, deals))
        jumps = rng.integers(1, 60, 10) * 10.0
        together = total_mixture(amounts, chances, means, 70.0, jumps, weights)
        parts = [total(amounts, p, 70.0, m, jumps) for p, m in zip(chances, means, strict=True)]
        apart = mixture(weights, parts)
        at = np.linspace(0, amounts.sum(), 301)
        assert np.abs(together.cdf(at) - apart.cdf(at)).max() < PROMISED
        assert np.abs(together.exceeds(at) - apart.exceeds(at)).max() < PROMISED
        assert together.mean == pytest.approx(apart.mean, rel=1e-12)
        assert together.sd == pytest.approx(apart.sd, rel=1e-9)
        assert together.quantile(0.3) == pytest.approx(apart.quantile(0.3), abs=1e-3)


def test_versions_may_be_sure_of_opposite_things():
    amounts = np.linspace(100.0, 1000.0, 40) * math.pi
    chances = np.stack([np.ones(40), np.zeros(40)])
    found = total_mixture(amounts, chances, [0.1, 0.1], 0.0, [1.0, math.e])
    assert found.cdf(amounts.sum() / 2) == pytest.approx(0.5, abs=1e-12)
    # Within 200 of either end, since the amounts have no unit and a cell is about 9.
    assert found.exceeds(amounts.sum() - 200) == pytest.approx(0.5, abs=1e-9)
    assert found.cdf(200.0) == pytest.approx(0.5, abs=1e-9)


def test_a_quantile_is_the_smallest_amount_that_is_enough():
    found = total([10.0, 20.0], [0.5, 0.5])
    assert found.quantile([0.0, 0.25, 0.26, 0.5, 0.75, 0.76, 1.0]).tolist() == [
        0.0,
        0.0,
        10.0,
        10.0,
        20.0,
        30.0,
        30.0,
    ]


def test_crps_equals_its_definition_by_pairs():
    rng = np.random.default_rng(RNG_SEED)
    amounts, chances = rng.integers(1, 30, 15), rng.random(15)
    masses = convolved(amounts, chances)
    at = np.arange(masses.size)
    distance = np.abs(at[:, None] - at)
    for outcome in (0.0, 97.0, 400.0):
        by_pairs = masses @ np.abs(at - outcome) - 0.5 * masses @ distance @ masses
        assert total(amounts, chances).crps(outcome) == pytest.approx(by_pairs, rel=1e-9)


def test_crps_of_a_smooth_total_is_that_of_a_normal_one():
    rng = np.random.default_rng(RNG_SEED)
    found = total(rng.random(20_000) + 1, rng.random(20_000))
    # CRPS of a normal distribution at its mean: sd (sqrt(2) - 1)/sqrt(pi); skewness is some 0.01.
    expected = found.sd * (math.sqrt(2) - 1) / math.sqrt(math.pi)
    assert found.crps(found.mean) == pytest.approx(expected, rel=1e-4)


def test_bars_hold_nearly_all_of_it():
    rng = np.random.default_rng(RNG_SEED)
    for deals in (4, 500):
        edges, shares = total(rng.random(deals) + 1, rng.random(deals)).bars(40)
        assert edges.shape == (41,)
        assert (np.diff(edges) > 0).all()
        assert 0.997 < shares.sum() <= 1 + 1e-12


@pytest.mark.parametrize(
    ("amounts", "chances", "comes", "jumps"),
    [
        ([1.0], [1.2], 0.0, None),
        ([1.0], [float("nan")], 0.0, None),
        ([float("nan")], [0.5], 0.0, None),
        ([1.0], [0.5], 2.0, None),
        ([1.0], [0.5], -1.0, [3.0]),
        ([1.0, 2.0], [0.5], 0.0, None),
    ],
)
def test_what_cannot_be_a_total_is_refused(amounts, chances, comes, jumps):
    with pytest.raises(DataError):
        total(amounts, chances, 0.0, comes, jumps)


def test_a_mixture_without_weights_is_refused():
    with pytest.raises(DataError):
        mixture([0.0], [total([1.0], [0.5])])
    with pytest.raises(DataError):
        mixture([1.0, 1.0], [total([1.0], [0.5])])


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
