"""The CUSUM itself: day by day, and at every event."""

import numpy as np
import pytest
import watch_cases as cases
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.watch import alarm_times, cusum, threshold

PACES = st.sampled_from([0.5, 0.7, 0.9, 1.2, 2.0])


def walked(planned, actual, rho, start=0.0):
    """The recursion, a day at a time."""
    level, found = start, []
    for plan, made in zip(planned, actual, strict=True):
        level = max(0.0, level + np.log(rho) * made - (rho - 1) * plan)
        found.append(level)
    return found


@given(
    days=st.lists(st.tuples(st.floats(0, 5), st.integers(0, 8)), min_size=1, max_size=40),
    rho=PACES,
    start=st.floats(0, 3),
)
def test_all_days_at_once_are_the_recursion_day_by_day(days, rho, start):
    planned, actual = map(np.array, zip(*days, strict=True))
    found = cusum(planned, actual, rho, start=start)
    assert found == pytest.approx(walked(planned, actual, rho, start), abs=1e-9)


@given(
    times=st.lists(st.floats(0.01, 40), min_size=0, max_size=30),
    rho=PACES,
    h=st.floats(0.1, 3),
)
def test_the_alarm_is_at_the_moment_at_which_the_threshold_is_reached(times, rho, h):
    until, at = 40.0, np.sort(np.array(times))
    drift, jump = 1 - rho, np.log(rho)
    level, clock, alarm = 0.0, 0.0, np.inf
    for moment, event in [*((each, True) for each in at), (until, False)]:
        risen = level + drift * (moment - clock)
        if rho < 1 and risen >= h:
            alarm = clock + (h - level) / drift
            break
        level, clock = max(risen, 0.0), moment
        level = max(level + jump, 0.0) if event else level
        if rho > 1 and level >= h:
            alarm = moment
            break
    assert float(alarm_times(at, until, rho, h)) == pytest.approx(alarm, abs=1e-9)


def test_streams_with_fewer_events_are_padded():
    times = np.array([[1.0, 2.0, 3.0], [1.0, np.inf, np.inf]])
    # After one event U is 0.3 - 0.36, so 0; then it rises by 0.3 a planned event.
    found = alarm_times(times, 12.0, 0.7, 1.5)
    assert found == pytest.approx([3.0 + 1.5 / 0.3, 1.0 + 1.5 / 0.3])
    # Two events in half a planned one: up by ln(1.5), down by a quarter, up again.
    rise = alarm_times(times / 2, 12.0, 1.5, 2 * np.log(1.5) - 0.25)
    assert rise == pytest.approx([1.0, np.inf])


def test_a_daily_look_never_alarms_before_the_continuous_one():
    rng = np.random.default_rng(6)
    days, rate = 400, 0.7
    times = cases.poisson_times(rng, 300, days * rate)
    edges = np.arange(days + 1) * rate
    actual = np.stack([np.histogram(row, edges)[0] for row in times])
    planned = np.full(actual.shape, rate)
    for rho in (0.7, 1.4):
        h = float(threshold(60.0, rho))
        level = cusum(planned, actual, rho)
        daily = np.where((level >= h).any(1), (np.argmax(level >= h, 1) + 1) * rate, np.inf)
        assert (daily >= alarm_times(times, days * rate, rho, h) - 1e-9).all()


def test_season_and_holidays_change_nothing_in_planned_events_time():
    rng = np.random.default_rng(8)
    planned = rng.uniform(0, 3, 200) * (np.arange(200) % 7 < 5)
    actual = rng.poisson(planned)
    busy = planned > 0
    assert cusum(planned, actual, 0.7)[busy] == pytest.approx(
        cusum(planned[busy], actual[busy], 0.7)
    )
