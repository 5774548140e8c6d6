"""The verdict: what may be said, and that it is seldom wrong about a leg that is on pace."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mellantid.core.standing.verdict import INSIDE, Verdict, needs_more, noise_band, verdicts


def one(planned, actual, change=0.0, best=False):
    return verdicts([planned], [actual], [change], [best])[0]


def test_the_noise_band_is_that_of_a_poisson_number():
    for mean in [0.0, 0.1, 1.0, 2.3, 5.0, 7.7, 20.0, 100.0, 3_000.0]:
        low, high = noise_band(mean)
        count = np.arange(0, int(mean + 20 * np.sqrt(mean) + 20))
        inside = (stats.poisson.cdf(count, mean) >= 0.1) & (
            stats.poisson.sf(count - 1, mean) >= 0.1
        )
        assert (low, high) == (count[inside].min(), count[inside].max()), mean


def test_level_and_trend_are_told_apart():
    assert one(50, 70, +3) is Verdict.AHEAD_GAINING
    assert one(50, 70, -3) is Verdict.AHEAD_LOSING
    assert one(50, 30, +3) is Verdict.BEHIND_GAINING
    assert one(50, 30, -3) is Verdict.BEHIND_LOSING


def test_inside_the_band_it_is_too_early_to_say_unless_the_band_is_narrow():
    assert one(12, 10) is Verdict.TOO_EARLY
    assert one(200, 195) is Verdict.ON_PACE


def test_below_a_few_planned_movements_nothing_is_said():
    assert one(4.9, 40) is Verdict.TOO_EARLY
    assert one(0, 0) is Verdict.TOO_EARLY
    assert needs_more([0.0, 4.2, 5.0, 60.0]).tolist() == [5, 1, 0, 0]


def test_gold_is_not_given_to_a_leg_that_is_behind():
    assert one(50, 52, 1, best=True) is Verdict.BEST
    assert one(50, 30, 1, best=True) is Verdict.BEHIND_GAINING


def test_the_verdict_agrees_with_the_band():
    mean, count = (each.ravel() for each in np.meshgrid([5.0, 9.3, 31.0, 80.0], np.arange(130)))
    low, high = noise_band(mean)
    said = verdicts(mean, count, np.zeros(mean.size))
    behind = [each in {Verdict.BEHIND_GAINING, Verdict.BEHIND_LOSING} for each in said]
    ahead = [each in {Verdict.AHEAD_GAINING, Verdict.AHEAD_LOSING} for each in said]
    assert behind == (count < low).tolist()
    assert ahead == (count > high).tolist()


@pytest.mark.parametrize("planned", [4.0, 8.0, 16.0, 52.0, 208.0])
def test_a_seller_exactly_on_pace_is_seldom_told_otherwise(planned):
    """A pro-rata rule (red below 81 %) is wrong in 43 % of weeks at four movements a week."""
    count = np.arange(600)
    said = verdicts(np.full(600, planned), count, np.full(600, -1.0))
    chance = stats.poisson.pmf(count, planned)
    wrong = [each not in {Verdict.TOO_EARLY, Verdict.ON_PACE} for each in said]
    assert chance[wrong].sum() <= 1 - INSIDE + 1e-9
    if planned == 4.0:
        assert chance[count < 0.81 * planned].sum() == pytest.approx(0.43, abs=0.005)


def test_a_leg_that_has_stopped_after_a_good_half_year_is_behind_and_losing():
    # 300 planned and 292 made is no evidence; 27 planned lately and 7 made is.
    assert verdicts([300.0], [292.0], [-20.0])[0] == Verdict.ON_PACE
    assert verdicts([300.0], [292.0], [-20.0], lately=[27.0])[0] == Verdict.BEHIND_LOSING


def test_a_leg_that_has_stopped_while_it_was_a_little_ahead_is_losing_its_lead():
    assert verdicts([300.0], [310.0], [-20.0], lately=[27.0])[0] == Verdict.AHEAD_LOSING


def test_a_leg_that_has_woken_up_while_it_was_a_little_behind_is_gaining():
    assert verdicts([300.0], [292.0], [20.0], lately=[27.0])[0] == Verdict.BEHIND_GAINING


def test_a_leg_on_pace_turns_by_chance_in_one_percent_of_four_week_windows_at_most():
    mean = 27.0
    made = np.random.default_rng(4).poisson(mean, 20_000).astype(float)
    # Far from the band on the whole, so that only the last four weeks can speak.
    verdict = verdicts(400.0, 399.0, made - mean, lately=mean)
    # Poisson chances come in steps, so that the share stays below; three standard errors above.
    assert (verdict == Verdict.BEHIND_LOSING).mean() <= 0.01 + 3 * np.sqrt(0.01 / 20_000)
