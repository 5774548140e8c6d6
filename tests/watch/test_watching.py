"""The answer as a whole: alarms, since when, how large, and how long until it can be known."""

import numpy as np
import pytest

from mellantid.core.watch import Stream, change, cusum, run_length, threshold, watch
from mellantid.errors import QuestionError

FIRST = 15_000


def stream(rng, streams: int, pace: float, days: int, begin: int = 0, factor: float = 1.0):
    """Streams whose pace becomes `factor` times the plan on day `begin`."""
    planned = np.full((streams, days), pace)
    true = planned * np.where(np.arange(days) >= begin, factor, 1.0)
    return Stream(FIRST, planned, rng.poisson(true))


@pytest.mark.parametrize("factor", [0.4, 2.0])
def test_a_change_is_found_its_size_and_its_beginning_too(factor):
    streams, begin = 300, 120
    found = watch(stream(np.random.default_rng(41), streams, 1.0, 180, begin, factor))
    assert found.alarm.mean() > 0.9
    assert found.sign.mean() > 0.97
    assert found.detected.mean() > 0.95
    assert ((found.slower == (factor < 1)) | ~found.sign).all()
    late = (found.alarm_day[found.alarm] >= FIRST + begin).mean()
    assert late > 0.94
    assert abs(np.median(found.since) - (FIRST + begin)) <= 3
    # Nominal 80 %; four standard errors are 9 points, and a little shrinking is meant.
    held = (found.since_low <= FIRST + begin) & (FIRST + begin <= found.since_high)
    assert held.mean() > 0.71
    inside = (found.ratio_low <= factor) & (factor <= found.ratio_high)
    assert inside.mean() > 0.71
    assert np.median(found.ratio) == pytest.approx(factor, rel=0.15)


def test_false_alarms_of_the_whole_watch_are_no_more_than_stated():
    years, alpha, arl = 600, 0.05, 520.0
    found = watch(stream(np.random.default_rng(42), years, 0.5, 250), alpha=alpha, arl=arl)
    assert found.alarm.mean() <= alpha + 4 * np.sqrt(alpha * (1 - alpha) / years)
    # R >= b at any one moment has a chance of at most days / b.
    chance = 250 / arl
    assert found.detected.mean() <= chance + 4 * np.sqrt(chance * (1 - chance) / years)
    assert found.arl == pytest.approx(arl)
    assert (found.alarm_day >= 0).tolist() == found.alarm.tolist()


def test_false_signs_come_no_oftener_than_once_in_the_stated_days():
    years, arl, pace, days = 1500, 60.0, 1.2, 500
    found = watch(stream(np.random.default_rng(43), 200, pace, 12), arl=arl)
    tops = [float(found.h[found.slower][0]), float(found.h[~found.slower][0])]
    long = stream(np.random.default_rng(44), years, pace, days)
    over = np.zeros(long.planned.shape, dtype=bool)
    for factor, top in zip((0.7, 1 / 0.7), tops, strict=True):
        over |= cusum(long.planned, long.actual, factor) >= top
    first = np.where(over.any(axis=1), np.argmax(over, axis=1) + 1, days)
    # The two sides' signs add up as if they were independent, or come a little seldomer.
    error = 4 * first.std() / np.sqrt(years)
    assert arl - error < first.mean() < arl * 1.1 + error


def test_too_early_says_how_long_it_would_take():
    rng = np.random.default_rng(45)
    early = watch(stream(rng, 50, 0.2, 10))
    assert early.too_early.all()
    # 2 planned events so far; a drop by 30 % shows after some 40, 200 days at this pace.
    assert early.wait_days == pytest.approx(early.wait_planned / 0.2)
    h = threshold(2 * 520 * 0.2, 0.7)
    assert early.wait_planned == pytest.approx(float(run_length(h, 0.7, 0.7)))
    assert (early.wait_planned > 30).all()
    late = watch(stream(rng, 50, 2.0, 200))
    assert not late.too_early.any()


def test_a_seller_cannot_be_watched_inside_a_quarter_but_a_team_can():
    # One win a week against eight: 12 weeks are 12 planned events or 96.
    seller, team = (watch(stream(np.random.default_rng(46), 1, pace, 60)) for pace in (0.2, 1.6))
    assert seller.wait_days[0] > 60 > team.wait_days[0]


def test_a_leg_on_which_nothing_is_planned_and_nothing_comes_says_nothing():
    nothing = watch(Stream(FIRST, np.zeros((2, 30)), np.zeros((2, 30))))
    assert not nothing.alarm.any()
    assert not nothing.sign.any()
    assert nothing.too_early.all()
    assert np.isinf(nothing.wait_days).all()
    assert nothing.e_value == pytest.approx(1.0)


def test_streams_are_watched_each_by_itself():
    many = stream(np.random.default_rng(47), 12, 0.8, 90, 40, 0.5)
    together = watch(many)
    shaped = watch(Stream(FIRST, many.planned.reshape(3, 4, -1), many.actual.reshape(3, 4, -1)))
    alone = watch(Stream(FIRST, many.planned[5], many.actual[5]))
    for name in ("e_value", "cusum", "h", "since", "ratio", "ratio_high", "detector", "arl"):
        assert getattr(shaped, name).ravel() == pytest.approx(getattr(together, name))
        assert float(getattr(alone, name)) == pytest.approx(getattr(together, name)[5])
    assert together.together(0.2).shape == (12,)


def test_the_order_of_streams_and_the_type_of_numbers_change_nothing():
    many = stream(np.random.default_rng(48), 6, 0.8, 90, 40, 0.5)
    back = watch(Stream(FIRST, many.planned[::-1], many.actual[::-1].astype(np.int32)))
    assert back.e_value[::-1] == pytest.approx(watch(many).e_value)


def test_with_more_and_more_data_the_change_is_known():
    planned = np.full(600, 5.0)
    actual = np.where(np.arange(600) < 400, 5, 3)
    found = change(planned, actual, slower=True)
    assert abs(int(found.since) - 400) <= 1
    assert found.ratio == pytest.approx(0.6, abs=0.02)
    assert 0.5 < found.ratio_low < 0.6 < found.ratio_high < 0.7


@pytest.mark.parametrize(
    "wrong", [{"rho": 1.2}, {"arl": 0.5}, {"alpha": 0.0}, {"horizon": 0}, {"rho": 0.0}]
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(QuestionError):
        watch(stream(np.random.default_rng(49), 1, 1.0, 10), **wrong)


def test_streams_that_do_not_fit_together_are_refused():
    with pytest.raises(QuestionError, match="as many planned"):
        Stream(FIRST, np.ones(3), np.ones(4))
    with pytest.raises(QuestionError, match="0 or more"):
        Stream(FIRST, np.ones(3), -np.ones(3))
