"""Anytime-valid evidence: closed forms against integrals, false alarms against simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from mellantid.core.watch import (
    Side,
    detector,
    doubt,
    e_process,
    late_e_process,
    log_e_value,
    run_length,
    threshold,
)
from mellantid.core.watch.e_values import SHAPE, paces
from mellantid.errors import QuestionError

YEARS, DAYS = 2000, 250


@pytest.fixture(scope="module")
def on_plan():
    """2,000 years on plan, with a pace that changes from day to day: planned and actual."""
    rng = np.random.default_rng(11)
    planned = np.broadcast_to(rng.uniform(0.05, 1.2, DAYS), (YEARS, DAYS))
    return planned, rng.poisson(planned)


def binomial_error(chance: float) -> float:
    """Four standard errors of a share of `YEARS`."""
    return 4 * np.sqrt(chance * (1 - chance) / YEARS)


@pytest.mark.parametrize(("planned", "actual"), [(0.0, 0), (7.3, 2), (40.0, 55), (120.0, 80)])
def test_the_closed_form_is_the_integral_over_the_law_of_paces(planned, actual):
    law = stats.gamma(SHAPE, scale=1 / SHAPE)

    def ratio(r):
        return r**actual * np.exp(-(r - 1) * planned) * law.pdf(r)

    below, above = (integrate.quad(ratio, *ends, epsabs=0)[0] for ends in ((0, 1), (1, 12)))
    one = law.cdf(1.0)
    for side, value in [
        (Side.SLOWER, below / one),
        (Side.FASTER, above / (1 - one)),
        (Side.EITHER, below + above),
    ]:
        found = float(np.exp(log_e_value(planned, actual, side)))
        assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("side", list(Side))
def test_on_plan_the_e_value_is_1_on_average(side):
    # Exactly: summed over all counts that a Poisson number can be.
    for planned, most in ((0.3, 60), (5.0, 150), (40.0, 400)):
        counts = np.arange(most)
        chance = stats.poisson.pmf(counts, planned)
        mean = np.sum(chance * np.exp(log_e_value(planned, counts, side)))
        assert mean == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(("side", "pace"), [(Side.SLOWER, 1.2), (Side.FASTER, 0.8)])
def test_on_the_plans_own_side_the_e_value_is_less_than_1_on_average(side, pace):
    counts = np.arange(400)
    chance = stats.poisson.pmf(counts, 30.0 * pace)
    assert np.sum(chance * np.exp(log_e_value(30.0, counts, side))) < 0.5


@given(chances=st.lists(st.floats(0, 1), min_size=1, max_size=12), pace=st.floats(0.05, 3))
def test_a_sum_of_single_chances_is_no_more_than_poisson(chances, pace):
    # The law that lets deal-by-deal chances stand for a Poisson number in every e-value.
    q = np.array(chances)
    assert np.prod(1 + (pace - 1) * q) <= np.exp((pace - 1) * q.sum()) * (1 + 1e-12)


@pytest.mark.parametrize("side", list(Side))
def test_a_false_alarm_ever_comes_with_a_chance_of_at_most_alpha(on_plan, side):
    whole = e_process(*on_plan, side).max(axis=1)
    late = late_e_process(*on_plan, DAYS, side).max(axis=1)
    for alpha in (0.02, 0.05, 0.2):
        for highest in (whole, late):
            false = (highest >= 1 / alpha).mean()
            assert 0 < false <= alpha + binomial_error(alpha)


def test_the_evidence_for_late_starts_is_1_on_average_at_any_moment(on_plan):
    # Few paths carry much of a mean of e-values, so the alarm's bound is tested above and here
    # the mean, on a day when its spread is still small.
    found = late_e_process(*(each[:, :21] for each in on_plan), DAYS, Side.EITHER)
    for day in (5, 20):
        e = found[:, day]
        assert abs(e.mean() - 1) < 4 * e.std() / np.sqrt(YEARS)


def test_the_detectors_run_length_is_at_least_its_threshold():
    rng = np.random.default_rng(12)
    wanted, days = 60, 400
    planned = np.full((1000, days), 0.8)
    for side in (Side.SLOWER, Side.FASTER):
        level = detector(planned, rng.poisson(planned), side)
        first = np.where((level >= wanted).any(1), np.argmax(level >= wanted, 1) + 1, days)
        # Cut at `days`, the mean can only be too small; four of its errors are 5 days.
        assert first.mean() > wanted


def test_the_detector_is_the_sum_over_all_starts():
    rng = np.random.default_rng(13)
    planned = rng.uniform(0, 2, 30)
    actual = rng.poisson(planned)
    for side in Side:
        pace, weight = paces(side)
        for day in (0, 7, 29):
            starts = range(day + 1)
            a = np.array([planned[j : day + 1].sum() for j in starts])
            n = np.array([actual[j : day + 1].sum() for j in starts])
            each = (weight * pace ** n[:, None] * np.exp(-(pace - 1) * a[:, None])).sum(1)
            assert detector(planned, actual, side)[day] == pytest.approx(each.sum(), rel=1e-9)
            # And the few paces stand well for their law.
            whole = np.exp(log_e_value(a, n, side)).sum()
            assert each.sum() == pytest.approx(whole, rel=1e-3)


def test_stakes_not_placed_yet_are_kept():
    # With nothing planned and nothing done every e-value stays 1, before and after the horizon.
    nothing = np.zeros(12)
    assert late_e_process(nothing, nothing, 5) == pytest.approx(np.ones(12))
    with pytest.raises(QuestionError, match="horizon"):
        late_e_process(nothing, nothing, 0)


def test_a_change_that_begins_late_is_seen_where_a_bet_from_the_start_is_blind():
    planned = np.ones((1, 400))
    actual = np.ones((1, 400))
    actual[:, 300::5] = 0
    actual[:, 301::5] = 0
    late, whole = late_e_process(planned, actual, 400)[0], e_process(planned, actual)[0]
    assert (late[300:] >= 20).any()
    assert not (whole[:380] >= 20).any()


def test_where_the_plan_is_doubted_a_pace_within_the_doubt_gives_no_alarm():
    rng = np.random.default_rng(14)
    low, high = doubt(40.0)
    assert float(low) == pytest.approx(stats.gamma(40, scale=1 / 40).ppf(0.05))
    assert float(high) == pytest.approx(stats.gamma(40, scale=1 / 40).ppf(0.95))
    planned = np.full((YEARS, DAYS), 0.6)
    actual = rng.poisson(planned * low)
    sure = (late_e_process(planned, actual, DAYS) >= 20).any(axis=1).mean()
    allowed = (late_e_process(planned * low, actual, DAYS) >= 20).any(axis=1).mean()
    assert allowed <= 0.05 + binomial_error(0.05)
    assert sure > 3 * allowed


def test_doubt_narrows_with_what_was_seen_and_is_wide_where_nothing_was():
    low, high = doubt([0, 1, 10, 1000])
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) < 0).all()
    assert low[0] < 0.01
    assert 3 < high[0] < 10


def test_overwhelming_evidence_stays_a_number():
    for side in Side:
        found = detector(np.full(9, 1e4), np.full(9, 1e5 * (side is Side.FASTER)), side)
        assert np.isfinite(found).all()


@pytest.mark.parametrize("pace", [1.0, 0.4])
def test_the_detector_needs_no_independence_at_a_price_of_a_quarter_of_the_delay(pace):
    # Shin, Ramdas and Rinaldo: 25 % more than the CUSUM that is tuned to the very change. A fall to
    # a half, farther from what the mixture looks for, takes a third more.
    arl, rho, streams = 500.0, 0.7, 300
    theory = float(run_length(threshold(arl * pace, rho), rho, rho)) / pace
    planned = np.full((streams, int(6 * theory + 30)), pace)
    actual = np.random.default_rng(15).poisson(rho * planned)
    seen = detector(planned, actual) >= arl
    assert seen.any(axis=1).mean() > 0.98
    delay = np.where(seen.any(axis=1), np.argmax(seen, axis=1) + 1, planned.shape[1])
    assert delay.mean() < 1.25 * theory + 4 * delay.std() / np.sqrt(streams)
