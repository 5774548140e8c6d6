"""The distribution of a total against brute force and closed forms."""

import math

import numpy as np
import pytest

from mellantid.core.totals.distribution import Smooth
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
    [
        (5, 50, 1.0),
        (30, 50, 1.0),
        (30, 900, 0.2),
        (300, 50, 1.0),
        (300, 2000, 1.0),
        (40, 900, 1e-6),
        (200, 300, 0.01),
        (500, 300, 0.012),
    ],
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
