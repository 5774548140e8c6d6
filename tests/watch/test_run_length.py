"""Run lengths of the CUSUM in planned-events time: golden numbers, closed forms, simulation."""

import numpy as np
import pytest
import watch_cases as cases
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.watch import alarm_times, run_length, threshold
from mellantid.core.watch.scale import ScaleFunction
from mellantid.errors import QuestionError

GOLDEN = [
    (1.5, 0.7, 1.0, 42.780606),
    (2.5, 0.5, 1.0, 60.019941),
    (2.5, 0.7, 0.7, 33.543628),
    (1.0, 0.8, 0.8, 19.292212),
]


@pytest.mark.parametrize(("h", "rho", "true", "printed"), GOLDEN)
def test_the_run_length_is_the_golden_one(h, rho, true, printed):
    assert float(run_length(h, rho, true)) == pytest.approx(printed, abs=5.01e-7)


@pytest.mark.parametrize(
    ("rho", "arl", "h", "delay"),
    [
        # A fall to a half is seen after 14.2467; simulated, 14.2431 with a standard error of 0.0039
        # (docs/evidence/watch.md). The table's 14.3 is 14.25 rounded once more.
        (0.5, 100, 2.9261, 14.25),
        (0.6, 100, 2.5236, 18.8),
        (0.7, 100, 2.0618, 25.6),
        (0.8, 100, 1.5162, 36.9),
        (0.9, 100, 0.8487, 57.3),
        (0.7, 500, 3.3726, 50.0),
    ],
)
def test_threshold_and_delay_are_the_golden_ones(rho, arl, h, delay):
    found = threshold(arl, rho)
    assert float(found) == pytest.approx(h, abs=5.01e-5)
    assert float(run_length(found, rho, rho)) == pytest.approx(delay, abs=0.0501)


def test_below_one_jump_the_run_length_has_a_closed_form():
    # Before U can fall below 0 by a whole event, W is an exponential: (exp(m h / a) - 1) / m.
    for rho, h, true in [(0.5, 0.6, 1.0), (0.3, 1.0, 0.4), (0.7, 0.3, 2.0)]:
        closed = (np.exp(true * h / (1 - rho)) - 1) / true
        assert float(run_length(h, rho, true)) == pytest.approx(closed, rel=1e-12)


def test_without_events_a_decline_is_seen_when_the_drift_reaches_the_threshold():
    assert float(run_length(1.5, 0.7, 0.0)) == pytest.approx(1.5 / 0.3, rel=1e-12)
    assert np.isinf(run_length(1.5, 1.4, 0.0))


def test_a_rise_that_one_event_proves_is_seen_at_the_first_event():
    # The alarm is at U >= h, so a threshold of exactly one jump is reached by one event from 0.
    assert float(run_length(np.log(1.5), 1.5, 0.8)) == pytest.approx(1 / 0.8, rel=1e-12)
    assert float(run_length(np.log(1.5) + 1e-9, 1.5, 0.8)) > 1.5 / 0.8


def test_the_scale_function_is_the_alternating_sum():
    # The closed form in extended precision: sum of (-b y)^k / k! exp(b y), y = x - k c.
    drift, jump, rate, x = 0.3, 0.35667494393873245, 0.9, 3.1
    wide = np.longdouble
    b, total, k, factorial = wide(rate) / wide(drift), wide(0), 0, wide(1)
    while k * jump <= x:
        y = wide(x) - k * wide(jump)
        factorial *= max(k, 1)
        total += (-b * y) ** k / factorial * np.exp(b * y)
        k += 1
    found = ScaleFunction.of(drift, jump, rate, 4.0).at(x)
    assert float(found) == pytest.approx(float(total) / drift, rel=1e-11)


@pytest.mark.parametrize(
    ("rho", "true", "arl"),
    [(0.7, 1.0, 60.0), (0.5, 0.5, 200.0), (0.8, 1.0, 40.0), (1.4, 1.0, 60.0), (1.5, 1.5, 200.0)],
)
def test_the_run_length_is_what_simulated_streams_take(rho, true, arl):
    h = threshold(arl, rho)
    theory = float(run_length(h, rho, true))
    streams, until = 4000, 14 * theory
    times = cases.poisson_times(np.random.default_rng(3), streams, until, true)
    found = alarm_times(times, until, rho, h)
    # Run lengths are nearly exponential: exp(-14) of them are cut off, a millionth.
    found = np.minimum(found, until)
    error = found.std() / np.sqrt(streams)
    assert abs(found.mean() - theory) < 4 * error


def test_a_head_start_shortens_the_way_as_simulation_says():
    h, start = 2.0, 1.0
    for rho in (0.7, 1.4):
        whole, half = (float(run_length(h, rho, 1.0, start=u)) for u in (0.0, start))
        assert 0 < half < whole
        assert float(run_length(h, rho, 1.0, start=h)) == 0.0
    # A stream that starts at U = 1 is one without events for 1 / (1 - rho) planned ones before.
    quiet, until = start / 0.3, 900.0
    times = cases.poisson_times(np.random.default_rng(4), 4000, until)
    found = np.minimum(alarm_times(quiet + times, quiet + until, 0.7, h), quiet + until) - quiet
    error = found.std() / np.sqrt(found.size)
    assert abs(found.mean() - float(run_length(h, 0.7, 1.0, start=start))) < 4 * error


@given(
    rho=st.sampled_from([0.3, 0.5, 0.7, 0.9, 1.1, 1.4, 2.0]),
    arl=st.floats(5, 1e6),
    more=st.floats(1.01, 3),
)
def test_the_threshold_inverts_the_run_length_and_rises_with_it(rho, arl, more):
    least, larger = threshold([arl, arl * more], rho)
    reached = float(run_length(least, rho))
    assert reached >= arl * (1 - 1e-6)
    # A rise's run length has one step, at a threshold of one jump.
    assert reached == pytest.approx(arl, rel=1e-6) or np.isclose(least, np.log(rho))
    assert larger >= least


def test_many_thresholds_at_once_are_those_of_one_at_a_time():
    arl = np.array([[30.0, 100.0], [500.0, 4000.0]])
    for rho in (0.7, 1.4):
        together = threshold(arl, rho)
        alone = [float(threshold(each, rho)) for each in arl.ravel()]
        assert together.ravel() == pytest.approx(alone, rel=1e-9)


def test_the_delay_in_weeks_is_about_that_of_the_weekly_table():
    # Looked at each week, a drop of 30 % with a false alarm once in 104 weeks takes 26, 10.3 and
    # 6.3 weeks at 1, 5 and 10 a week (test_counted.py); watched without a break, the same to a
    # fifth of a week.
    for pace, weekly in [(1, 26.0), (5, 10.3), (10, 6.3)]:
        delay = float(run_length(threshold(104 * pace, 0.7), 0.7, 0.7)) / pace
        assert delay == pytest.approx(weekly, abs=0.2)


def test_what_makes_no_sense_is_refused():
    for wrong in (lambda: run_length(1.0, 1.0), lambda: run_length(0.0, 0.7)):
        with pytest.raises(QuestionError):
            wrong()
    for wrong in (lambda: threshold(0.0, 0.7), lambda: threshold(100, -0.5)):
        with pytest.raises(QuestionError):
            wrong()
