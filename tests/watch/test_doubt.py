"""How far a plan may be off: its estimate's spread, and the swing from quarter to quarter."""

import numpy as np
import pytest
from scipy import stats

from mellantid.core.watch import Stream, doubt, swing, watch


def blocks(rng, spread: float, streams: int, count: int, a_day: float) -> Stream:
    """Streams on a plan that is off in level, whose pace swings from quarter to quarter."""
    planned = np.full((streams, count * 65), a_day) * rng.uniform(0.5, 1.5, count * 65)
    factor = rng.gamma(1 / spread**2, spread**2, (streams, count)) if spread else 1.0
    true = planned * np.repeat(np.broadcast_to(factor, (streams, count)), 65, axis=1)
    return Stream(0, planned * 1.4, rng.poisson(true))


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.2])
def test_the_swing_is_found_whatever_the_level_of_the_plan(spread):
    rng = np.random.default_rng(61)
    # 1,200 degrees of freedom tell the variance of blocks to 4 %, chance's part (1 / 97) too; that
    # the level is one of these blocks' takes up to a tenth of a large swing.
    found = swing(blocks(rng, spread, 400, 4, 1.5))
    assert found**2 == pytest.approx(spread**2, abs=0.002 + 0.1 * spread**2)


def test_a_swing_needs_four_months_and_events():
    rng = np.random.default_rng(64)
    wild = rng.poisson(np.repeat([0.2, 5.0, 0.2, 5.0], 21))
    assert swing(Stream(0, np.ones(84), wild)) > 0.5
    assert swing(Stream(0, np.ones(83), wild[1:])) == 0.0
    assert swing(Stream(0, np.ones(130), np.zeros(130))) == 0.0
    assert swing(Stream(0, np.zeros(130), np.ones(130))) == 0.0


def test_days_before_the_first_whole_quarter_are_not_used():
    rng = np.random.default_rng(62)
    found = blocks(rng, 0.3, 6, 6, 2.0)
    late = Stream(0, found.planned[:, 1:], found.actual[:, 1:])
    five = Stream(0, found.planned[:, 65:], found.actual[:, 65:])
    assert swing(late) == pytest.approx(swing(five)) != pytest.approx(swing(found))


def test_spreads_add_up_and_a_level_that_is_no_estimate_has_none():
    low, high = doubt([100.0, np.inf, np.inf], [0.1, 0.1, 0.0])
    law = stats.gamma(50, scale=1 / 50)
    assert (low[0], high[0]) == pytest.approx((law.ppf(0.05), law.ppf(0.95)))
    law = stats.gamma(100, scale=1 / 100)
    assert (low[1], high[1]) == pytest.approx((law.ppf(0.05), law.ppf(0.95)))
    assert (low[2], high[2]) == (1.0, 1.0)
    # Very many passes leave an interval of a normal law.
    assert doubt(1e7)[0] == pytest.approx(1 - 1.645 / np.sqrt(1e7), abs=1e-6)


def test_signs_allow_for_the_doubt_and_a_wait_within_it_never_ends():
    rng, (low, high) = np.random.default_rng(63), doubt(40.0)
    planned = np.full((200, 250), 1.0)
    stream = Stream(0, planned, rng.poisson(planned * low))
    sure, allowed = watch(stream), watch(stream, low=low, high=high)
    assert sure.sign.mean() > 0.5
    assert allowed.sign.mean() < 0.12
    assert (allowed.wait_days > 2 * sure.wait_days).all()
    never = watch(stream, rho=0.8, low=low, high=high)
    assert np.isinf(never.wait_days).all()
    assert never.too_early[~never.sign & ~never.alarm].all()
