import datetime as dt

import numpy as np
import pytest
from doubts_cases import CLOCK

from mellantid.core.clock import EPOCH, date_number
from mellantid.core.doubts.calendar import (
    BANDS,
    band_of,
    by_weekday,
    days_of,
    month_ends,
    quarter_end,
    quarter_factors,
)
from mellantid.core.doubts.rates import ratio_of

TWO_YEARS = np.arange(
    int(CLOCK.day_of_date(date_number(dt.date(2023, 1, 2)))),
    int(CLOCK.day_of_date(date_number(dt.date(2024, 12, 31)))) + 1,
)


def test_one_stratum_has_the_ratio_of_two_rates():
    seen, expected = np.array([12.0, 30.0]), np.array([10.0, 50.0])
    found = ratio_of(seen, expected, np.array([True, False]), np.zeros(2, dtype=np.int64))
    assert found.ratio == pytest.approx((12 / 10) / (30 / 50), rel=1e-9)
    # The delta method's interval of a log ratio of two Poisson counts.
    half = 1.6448536 * np.sqrt(1 / 12 + 1 / 30)
    assert found.low == pytest.approx(found.ratio * np.exp(-half), rel=1e-6)
    assert found.high == pytest.approx(found.ratio * np.exp(half), rel=1e-6)
    assert found.expected == pytest.approx(42 * 10 / 60)


def test_a_strata_own_pace_is_no_effect():
    rng = np.random.default_rng(4)
    inside = np.arange(400) % 10 == 0
    stratum = np.arange(400) // 20
    expected = rng.uniform(5, 20, 400)
    seen = rng.poisson(expected * np.where(inside, 1.5, 1.0)).astype(float)
    pace = rng.uniform(0.3, 3.0, 20)[stratum]
    one = ratio_of(seen, expected, inside, stratum)
    other = ratio_of(seen, expected * pace, inside, stratum)
    assert other.ratio == pytest.approx(one.ratio, rel=1e-9)
    assert other.p == pytest.approx(one.p, rel=1e-9)
    assert one.low < 1.5 < one.high


def test_nothing_seen_or_foretold_is_no_ratio():
    zeros, days = np.zeros(6), np.arange(6)
    found = ratio_of(zeros, np.ones(6), days == 0, days * 0)
    assert np.isnan(found.ratio)
    assert found.p == 1.0


@pytest.mark.parametrize("swing", [0.0, 0.3])
def test_the_p_values_of_a_calendar_without_effect_are_even(swing):
    # Eight quarters that may swing as a whole, and clump from day to day. 1200 draws: the share
    # below 0.05 has a standard error of 0.006, and t with 7 degrees of freedom is an approximation.
    rng = np.random.default_rng(11)
    days = days_of(CLOCK, TWO_YEARS)
    expected = np.full(TWO_YEARS.size, 3.0)
    p = []
    for _ in range(1200):
        pace = np.exp(swing * rng.normal(size=8))[days.quarter - days.quarter[0]]
        p.append(quarter_end(rng.poisson(expected * pace), expected, days).p)
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.07
    assert 0.43 < np.mean(np.array(p) < 0.5) < 0.57


def test_a_quarter_end_is_found_with_its_size():
    rng = np.random.default_rng(5)
    days = days_of(CLOCK, TWO_YEARS)
    expected = np.full(TWO_YEARS.size, 2.0)
    late = days.to_quarter_end < 10
    ratios = [
        quarter_end(rng.poisson(expected * np.where(late, 1.5, 1.0)), expected, days)
        for _ in range(200)
    ]
    assert np.mean([each.p < 0.05 for each in ratios]) > 0.95
    assert np.mean([each.ratio for each in ratios]) == pytest.approx(1.5, abs=0.03)
    # A 90 % interval, 200 draws: a standard error of 0.02.
    assert 0.84 < np.mean([each.low < 1.5 < each.high for each in ratios]) < 0.96


def test_days_have_their_places_in_week_month_and_quarter():
    day = int(CLOCK.day_of_date(date_number(dt.date(2024, 3, 28))))
    found = days_of(CLOCK, np.array([day, day + 1, day + 2]))
    dates = [EPOCH + dt.timedelta(days=int(each)) for each in CLOCK.date_of_day(day + np.arange(3))]
    assert found.weekday.tolist() == [date.weekday() for date in dates]
    assert found.to_quarter_end.tolist() == [1, 0, 64]
    assert found.to_month_end.tolist() == [1, 0, 21]
    assert found.from_start.tolist() == [19, 20, 0]
    assert found.month[2] - found.month[1] == 1


def test_weekdays_and_months_ends_are_told_apart():
    rng = np.random.default_rng(6)
    days = days_of(CLOCK, TWO_YEARS)
    expected = np.full(TWO_YEARS.size, 4.0)
    seen = rng.poisson(expected * np.where(days.weekday == 0, 2.0, 1.0))
    weekdays = by_weekday(seen, expected, days)
    assert weekdays[0].p < 1e-6
    assert weekdays[0].low < 2.0 < weekdays[0].high
    # The others look slow beside a fast Monday, and not among themselves.
    assert weekdays[2].ratio < 0.9
    assert by_weekday(seen, expected, days, among={1, 2, 3, 4})[2].p > 0.01
    first, last = month_ends(seen, expected, days)
    assert min(first.p, last.p) > 1e-3


def test_factors_of_a_quarters_days_are_drawn_to_one_as_far_as_nothing_tells():
    rng = np.random.default_rng(7)
    days = days_of(CLOCK, TWO_YEARS)
    truth = np.array([3.0, 2.0, 1.5, 1.0, 1.0, 0.8])[band_of(days.to_quarter_end)]
    expected = np.full(TWO_YEARS.size, 6.0)
    found = quarter_factors(rng.poisson(expected * truth), expected, days)
    mean = truth.mean()
    assert found.of(np.array([0]))[0] == pytest.approx(3.0 / mean, rel=0.25)
    assert found.of(np.array([40]))[0] == pytest.approx(0.8 / mean, rel=0.05)
    flat = quarter_factors(rng.poisson(expected), expected, days)
    assert np.abs(flat.factor - 1.0).max() < 0.1
    assert flat.weight > found.weight
    # A quarter keeps its own total.
    assert flat.factor @ flat.expected == pytest.approx(flat.seen.sum())
    assert len(flat.factor) == len(BANDS)
