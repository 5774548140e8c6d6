import datetime as dt

import numpy as np
import pytest
from scipy.special import gammaincinv

from mellantid.core.clock import WorkingClock
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.creation.season import season_of
from mellantid.core.history import UNKNOWN_WHEN, History
from mellantid.errors import NotEnoughDataError

DAY_MS = 86_400_000


def with_creations(like, first_day, counts):
    """A history in which counts[i] deals are created on working day first_day + i."""
    days = np.repeat(np.arange(first_day, first_day + counts.size), counts)
    at = like.clock.date_of_day(days) * DAY_MS + 8 * 3_600_000
    end = (int(like.clock.date_of_day(first_day + counts.size - 1)) + 1) * DAY_MS
    return History.fold(
        like.process,
        like.clock,
        end,
        tuple(map(str, range(days.size))),
        (),
        deal=np.arange(days.size),
        at=at,
        state=np.zeros(days.size, dtype=np.int64),
    )


@pytest.fixture(scope="module")
def like(story):
    return story((0, "2025-03-03", 0))


def test_the_pace_is_that_of_the_last_working_days(like):
    counts = np.concatenate((np.full(300, 9), np.full(250, 2)))
    found = arrivals(with_creations(like, 13_000, counts), seasonal=False)
    assert found.creations == 500
    assert (found.rate_shape, found.rate_days) == (500.5, 250.0)
    assert found.rate == pytest.approx(2.002)


def test_a_short_history_tells_the_pace_of_the_days_it_has(like):
    found = arrivals(with_creations(like, 13_000, np.full(40, 3)))
    assert (found.rate_shape, found.rate_days) == (120.5, 40.0)
    assert found.season.tolist() == [1.0] * 12


def test_the_days_of_an_observation_that_began_before_the_first_deal_count(like):
    history = with_creations(like, 13_000, np.full(40, 3))
    begin = int(like.clock.date_of_day(12_990)) * DAY_MS
    assert arrivals(history, observed_from=begin).rate_days == 50.0


def test_the_posterior_of_the_pace_covers_the_true_pace(like):
    # 80 % intervals of 300 samples: the share that covers has a standard error of 2.3 points.
    rng = np.random.default_rng(3)
    rate, days, covered = 0.4, 60, 0
    begin = int(like.clock.date_of_day(13_000)) * DAY_MS
    for _ in range(300):
        history = with_creations(like, 13_000, rng.poisson(rate, days))
        found = arrivals(history, observed_from=begin)
        low, high = gammaincinv(found.rate_shape, [0.1, 0.9]) / found.rate_days
        covered += low <= rate <= high
    assert abs(covered / 300 - 0.8) < 3 * 0.023


def test_entry_stages_have_the_shares_that_came(story):
    history = story(
        *[(deal, "2025-03-03", 0) for deal in range(6)],
        *[(deal, "2025-03-04", 2) for deal in range(6, 8)],
        (8, "2025-03-04", 3),  # entered as won: no creation in an open stage
    )
    found = arrivals(history)
    assert found.entry.tolist() == [0.75, 0.0, 0.25]
    assert found.creations == 8


def test_amounts_are_the_final_ones_of_deals_that_stand_as_won(story):
    history = story(
        (0, "2025-03-03", 0, {"amount": 10}),
        (0, "2025-03-04", 3),
        (0, "2025-03-05", None, {"amount": 14}),
        (1, "2025-03-03", 3, {"amount": 6}),
        (2, "2025-03-03", 3),
        (3, "2025-03-03", 0, {"amount": 1000}),
        (4, "2025-03-03", 3, {"amount": 500}),
        (4, "2025-03-04", 0),
    )
    found = arrivals(history)
    assert sorted(found.amounts.tolist()) == [6, 14]
    assert found.mean_amount == 10


def test_without_a_won_amount_the_mean_is_unknown(story):
    found = arrivals(story((0, "2025-03-03", 0)))
    assert found.amounts.size == 0
    assert np.isnan(found.mean_amount)


def test_deals_that_were_there_when_the_history_began_are_stock_and_not_flow(story):
    history = story(
        (0, "2025-03-03", 0, {"after": UNKNOWN_WHEN}), (1, "2025-03-05", 0), until="2025-03-06"
    )
    assert arrivals(history).creations == 1


def test_a_reopened_deal_is_not_created_again(story):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 3), (0, "2025-03-05", 0))
    assert arrivals(history).creations == 1


@pytest.mark.parametrize("until", ["2025-02-01", "2027-06-01"])
def test_no_creation_in_the_window_is_said_and_not_guessed(story, until):
    with pytest.raises(NotEnoughDataError, match="No deal was created in the last"):
        arrivals(story((0, "2025-03-03", 0), until=until))


SEASON = np.array([1.0, 1.2, 1.2, 1.1, 1.1, 0.8, 0.3, 0.8, 1.2, 1.2, 1.2, 0.7])


def seasonal_days(like, rng, years, rate, season, growth=0.0):
    first = int(like.clock.day_of_date(18_628)) + 1  # the first working day of 2021
    days = np.arange(first, first + 261 * years + 10)
    months = like.clock.months_of_dates(like.clock.date_of_day(days)) % 100 - 1
    pace = rate * season[months] * np.exp(growth * np.arange(days.size) / 261)
    return first, rng.poisson(pace)


def test_a_season_is_found_also_under_growth(like):
    rng = np.random.default_rng(5)
    first, counts = seasonal_days(like, rng, 4, 12.0, SEASON, growth=0.25)
    days = np.repeat(np.arange(first, first + counts.size), counts)
    found = season_of(like.clock, days, first, first + counts.size - 1)
    # Each month has some 1,000 creations or more: 3 % standard error, and four of them.
    np.testing.assert_allclose(found, SEASON / SEASON.mean(), atol=0.12)


def test_chance_is_not_taken_for_a_season(like):
    rng = np.random.default_rng(6)
    spread, raw = [], []
    for _ in range(20):
        first, counts = seasonal_days(like, rng, 2, 0.5, np.ones(12))
        days = np.repeat(np.arange(first, first + counts.size), counts)
        found = season_of(like.clock, days, first, first + counts.size - 1)
        spread.append(found.std())
        raw.append(np.sqrt(12 / counts.sum()))  # what unshrunk months would scatter
    assert np.mean(spread) < 0.5 * np.mean(raw)


def test_less_than_two_whole_years_have_no_season(like):
    rng = np.random.default_rng(7)
    first, counts = seasonal_days(like, rng, 1, 12.0, SEASON)
    days = np.repeat(np.arange(first, first + counts.size), counts)
    assert season_of(like.clock, days, first, first + counts.size - 1).tolist() == [1.0] * 12


def test_the_pace_of_a_month_follows_its_season(like):
    rng = np.random.default_rng(8)
    first, counts = seasonal_days(like, rng, 3, 12.0, SEASON)
    found = arrivals(with_creations(like, first, counts))
    july, september = found.pace(np.array([202607, 202609]))
    assert july == pytest.approx(found.rate * found.season[6])
    assert july < 0.5 * september
    # The window is cleared of its own season: the mean pace of an average month is found.
    assert found.rate == pytest.approx(12.0 * SEASON.mean(), rel=4 / np.sqrt(found.creations))


def test_a_month_in_which_nobody_works_does_no_harm(like):
    july = [dt.date(year, 7, day) for year in range(2019, 2026) for day in range(1, 32)]
    clock = WorkingClock.of(like.clock.zone, july)
    first, last = 12_400, 13_300
    found = season_of(clock, np.arange(first, last + 1), first, last)
    assert found[6] == pytest.approx(1.0, abs=0.05)  # nothing is known of it
    np.testing.assert_allclose(found, 1.0, atol=0.05)  # each working day has one creation
