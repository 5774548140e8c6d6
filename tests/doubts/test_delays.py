import numpy as np
import pytest

from mellantid.core.doubts.delays import NEWEST, SMALLEST, delays

LAW = np.array([0.5, 0.2, 0.1, 0.05, 0.05, 0.04, 0.03, 0.02, 0.005, 0.005])


def reported(seed, days=250, pace=40):
    rng = np.random.default_rng(seed)
    happened = np.repeat(np.arange(days), rng.poisson(pace, days))
    known = happened + rng.choice(LAW.size, happened.size, p=LAW)
    return happened, known, days - 1


def test_the_law_of_delays_is_learned_though_the_newest_have_had_no_time():
    happened, known, today = reported(1)
    found = delays(happened, known, today)
    # 10,000 movements: a standard error of at most 0.005.
    assert found.within == pytest.approx(np.cumsum(LAW), abs=0.02)
    assert found.quantile(0.45) == 0
    assert found.quantile(0.6) == 1
    assert found.quantile(0.9) in (4, 5)


def test_a_law_of_short_history_is_not_shortened_by_it():
    # Over 15 days the delays that were seen are too short; read backward they are not.
    means, naive = [], []
    for seed in range(60):
        happened, known, today = reported(seed, days=15)
        seen = known <= today
        means.append(delays(happened, known, today).within[0])
        naive.append(np.mean(known[seen] == happened[seen]))
    assert np.mean(means) == pytest.approx(0.5, abs=0.015)
    assert np.mean(naive) > 0.53


def test_what_is_still_to_come_in_of_the_newest_days_is_foretold():
    foretold, came = 0.0, 0
    for seed in range(40):
        happened, known, today = reported(seed, days=120)
        found = delays(happened, known, today)
        foretold += found.missing()
        came += int(((happened > today - NEWEST) & (known > today)).sum())
        assert 0.1 < found.under_reported() < 0.45
    assert foretold == pytest.approx(came, rel=0.05)


def test_movements_known_at_once_leave_nothing_to_come():
    day = np.arange(200)
    found = delays(day, day, 199)
    assert found.under_reported() == 0.0
    assert found.quantile(0.9) == 0
    # What became known before it happened, a plan that came true, is not late.
    assert delays(day, day - 3, 199).within[0] == 1.0


def test_too_few_tell_no_law():
    day = np.arange(SMALLEST - 1)
    assert delays(day, day, 100) is None


def test_nothing_lately_is_no_share():
    day = np.arange(50)
    assert np.isnan(delays(day, day, 500).under_reported())
