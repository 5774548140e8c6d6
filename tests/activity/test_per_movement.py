import numpy as np
import pytest
from scipy.stats import gamma as gamma_law

from mellantid.core.activity.per_movement import Yield, leg_yield, spread


def organisation(rng, sellers=12, stretches=13, mean=0.3, shape=6.0, factor=1.0):
    own = rng.gamma(shape, mean / shape, sellers)
    done = rng.poisson(rng.uniform(2.0, 12.0, sellers)[:, None], (sellers, stretches))
    swing = np.ones(done.shape) if factor == 1.0 else rng.choice([0.1, 1.9], done.shape)
    return own, done.astype(float), rng.poisson(done * own[:, None] * swing).astype(float)


def test_a_mixture_of_one_gamma_has_its_quantiles():
    one = Yield(np.array([3.0]), np.array([10.0]), np.array([1.0]))
    for p in (0.1, 0.5, 0.9):
        assert float(one.quantile(p)) == pytest.approx(gamma_law(3.0, scale=0.1).ppf(p), rel=1e-9)
    assert float(one.mean) == pytest.approx(0.3)


def test_four_of_five_intervals_hold_what_is_true_of_the_seller():
    rng, inside = np.random.default_rng(11), []
    for _ in range(25):
        own, done, moved = organisation(rng)
        found = leg_yield(done, moved).sellers
        inside.append((found.quantile(0.1) <= own) & (own <= found.quantile(0.9)))
    # 300 intervals at 0.8: three standard errors are 0.07.
    assert np.mean(inside) == pytest.approx(0.8, abs=0.07)


def test_a_seller_of_whom_nothing_is_known_is_told_the_others_and_more_widely():
    _, done, moved = organisation(np.random.default_rng(1))
    done[0], moved[0] = 0.0, 0.0
    found = leg_yield(done, moved)
    none = found.sellers.of(0)
    assert float(none.mean) == pytest.approx(float(found.anyone.mean))
    assert float(none.quantile(0.9)) == pytest.approx(float(found.anyone.quantile(0.9)))
    one = found.sellers.of(1)
    assert one.quantile(0.9) / one.quantile(0.1) < none.quantile(0.9) / none.quantile(0.1)


def test_a_seller_with_few_of_their_own_is_drawn_to_the_others():
    _, done, moved = organisation(np.random.default_rng(2))
    done[0], moved[0] = 0.0, 0.0
    done[0, 0], moved[0, 0] = 2.0, 2.0
    found = leg_yield(done, moved)
    assert float(found.anyone.mean) < float(found.sellers.of(0).mean) < 0.6


def test_what_swings_from_month_to_month_widens_the_interval():
    steady = [spread(*organisation(np.random.default_rng(n))[1:]) for n in range(20)]
    # Never below 1, so a little above it on average.
    assert 1.0 <= np.mean(steady) < 1.15
    _, done, swinging = organisation(np.random.default_rng(3), factor=0.0, mean=1.5)
    assert spread(done, swinging) > 2.0
    share = done / done.sum(axis=1, keepdims=True)
    even = share * swinging.sum(axis=1, keepdims=True)
    wide, narrow = (
        each.quantile(0.9) / each.quantile(0.1)
        for each in (leg_yield(done, moved).sellers for moved in (swinging, even))
    )
    assert (wide > narrow).all()


def test_too_few_are_too_early_and_say_how_many_are_missing():
    found = leg_yield(np.array([[7.0, 0.0]]), np.array([[1.0, 1.0]]))
    assert found.early
    assert found.missing == (3, 3)
    assert not leg_yield(np.array([[10.0, 0.0]]), np.array([[5.0, 0.0]])).early


def test_together_is_the_mean_and_the_order_of_sellers_changes_nothing():
    _, done, moved = organisation(np.random.default_rng(4))
    found, turned = leg_yield(done, moved), leg_yield(done[::-1], moved[::-1])
    assert float(found.together.mean) == pytest.approx(moved.sum() / done.sum(), rel=0.15)
    assert found.together.mean == pytest.approx(turned.together.mean)
    assert found.sellers.mean == pytest.approx(turned.sellers.mean[::-1])
