"""The CUSUM looked at once a day: exact lattices, simulation, and the theory without a break."""

import numpy as np
import pytest

from mellantid.core.watch import (
    counted_run_length,
    cusum,
    daily_run_length,
    daily_thresholds,
    run_length,
    threshold,
)


@pytest.mark.parametrize("rho", [0.7, 1 / 0.7])
@pytest.mark.parametrize(("k", "h"), [(0.5, 8.25), (1.0, 6.5), (2.25, 6.125)])
def test_it_is_the_count_cusum_in_other_units(rho, k, h):
    # U / |ln rho| is the count CUSUM with k = |1 - rho| a / |ln rho|; straight lines between 64
    # points cost up to two hundredths.
    jump = abs(np.log(rho))
    pace = k * jump / abs(1 - rho)
    for true in (1.0, rho):
        exact = counted_run_length(h, k, pace * true, lower=rho < 1)
        assert float(daily_run_length(h * jump, rho, pace, true)) == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize("pace", [0.3, 1.5, 6.0])
@pytest.mark.parametrize("rho", [0.7, 1 / 0.7])
def test_with_its_threshold_false_alarms_come_as_often_as_stated(rho, pace):
    rng, streams, arl = np.random.default_rng(51), 1500, 80.0
    h = float(daily_thresholds(arl, rho, pace, 1.0))
    level = cusum(np.full((streams, 900), pace), rng.poisson(pace, (streams, 900)), rho)
    first = np.where((level >= h).any(axis=1), np.argmax(level >= h, axis=1) + 1, 900)
    # Four standard errors are a tenth; the solution is good to three hundredths, and exp(-900 / 80)
    # of the streams are cut off.
    assert abs(first.mean() - arl) < 4 * first.std() / np.sqrt(streams)


@pytest.mark.parametrize("pace", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("rho", [0.5, 0.7, 1.5])
def test_a_change_is_seen_within_15_percent_of_theory(rho, pace):
    rng, arl, streams = np.random.default_rng(52), 520.0, 1000
    h = float(daily_thresholds(arl, rho, pace, 1.0))
    theory = float(run_length(threshold(arl * pace, rho), rho, true=rho)) / pace
    days = int(8 * theory + 20)
    level = cusum(np.full((streams, days), pace), rng.poisson(pace * rho, (streams, days)), rho)
    assert (level >= h).mean(axis=0)[-1] > 0.9
    delay = np.where((level >= h).any(axis=1), np.argmax(level >= h, axis=1) + 1, days).mean()
    assert theory * 0.85 < delay < theory * 1.15


def test_thresholds_of_many_paces_lie_between_those_of_a_few():
    paces = np.geomspace(0.02, 20, 40)
    many = daily_thresholds(520.0, 0.7, paces, 50.0)
    for place in (0, 20, 33, 39):
        alone = float(daily_thresholds(520.0, 0.7, paces[place], 50.0))
        assert many[place] == pytest.approx(alone, rel=0.01)
    assert (many <= threshold(np.maximum(520 * paces, 50.0), 0.7) + 1e-12).all()
    assert (np.diff(many) >= -1e-9).all()
