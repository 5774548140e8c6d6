import numpy as np
import pytest
from scipy import stats

from mellantid.core.doubts.tails import (
    believed,
    chi_square_tail,
    share_tail,
    two_sided,
    upper_tail,
)


def test_tails_are_those_of_their_laws():
    n, mean = np.arange(12), np.linspace(0.2, 9.0, 12)
    np.testing.assert_allclose(upper_tail(n, mean), stats.poisson.sf(n - 1, mean), rtol=1e-10)
    clumped = stats.nbinom.sf(n - 1, 1 / 0.3, 1 / (1 + 0.3 * mean))
    np.testing.assert_allclose(upper_tail(n, mean, 0.3), clumped, rtol=1e-10)
    assert share_tail(3, 9, 0.4) == pytest.approx(stats.binom.cdf(3, 12, 0.4), rel=1e-12)
    assert share_tail(0, 0, 0.4) == 1.0
    assert two_sided(-1.96) == pytest.approx(2 * stats.norm.sf(1.96), rel=1e-12)
    assert two_sided(2.5, 7) == pytest.approx(2 * stats.t.sf(2.5, 7), rel=1e-12)
    assert chi_square_tail(3.3, 2) == pytest.approx(stats.chi2.sf(3.3, 2), rel=1e-12)


def test_the_published_example_of_many_tests_is_believed_as_far_as_published():
    # Benjamini and Hochberg, J. R. Statist. Soc. B 57 (1995), section 4.1: four of fifteen.
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    order = np.random.default_rng(1).permutation(15)
    found = believed(np.array(p)[order], 0.05)
    assert set(np.array(p)[order][found]) == set(p[:4])


def test_nothing_is_believed_of_no_test():
    assert believed([], 0.05).size == 0
