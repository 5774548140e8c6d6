"""Simulated happenings as moments, as the core's history, and as what really came."""

from __future__ import annotations

import numpy as np
import pytest

from mellantid.core.history import UNKNOWN_WHEN
from mellantid.simulation import (
    EVERYTHING,
    Happening,
    Organisation,
    clock_in,
    history,
    simulate,
    standard_course,
    wall_moments,
    won_between,
)

CLOCK = clock_in()
FIRST, LAST = 13_000, 13_300


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(11)
    org = Organisation.draw(rng, standard_course(), EVERYTHING, creation=8.0)
    happenings = simulate(org, CLOCK, FIRST, LAST, rng)
    return org, happenings, wall_moments(happenings, CLOCK, rng)


def test_moments_fall_in_office_hours_of_their_working_day(world):
    _, happenings, moments = world
    assert np.array_equal(CLOCK.day(moments), happenings.day)
    hour = (moments + CLOCK.zone.offset(moments)) % 86_400_000 / 3_600_000
    assert hour.min() >= 8
    assert hour.max() <= 17
    assert np.all(CLOCK.working[CLOCK.zone.dates(moments)])


def test_moments_of_a_deal_ascend_as_its_rows_do(world):
    _, happenings, moments = world
    same = happenings.deal[1:] == happenings.deal[:-1]
    assert np.all(np.diff(moments)[same] > 0)


def test_the_history_holds_the_rows_before_its_end_and_no_later_ones(world):
    org, happenings, moments = world
    until = int(CLOCK.zone.moments(CLOCK.date_of_day(LAST - 50) * 86_400_000))
    known = history(org, happenings, moments, CLOCK, until)
    early = moments < until
    assert known.at.max() < until
    created = early & (happenings.kind == Happening.CREATED)
    assert known.first.sum() == created.sum()
    won = early & (happenings.kind == Happening.WON)
    assert (known.moves & (known.state == org.process.won_state)).sum() == won.sum()
    # A new amount that equals the old one is the only row that the fold may drop.
    dropped = early.sum() - known.size
    assert 0 <= dropped <= 0.02 * (happenings.kind == Happening.AMOUNT_CHANGED).sum()


def test_a_recording_that_starts_late_shows_open_deals_where_they_stood(world):
    org, happenings, moments = world
    start = int(CLOCK.zone.moments(CLOCK.date_of_day(FIRST + 150) * 86_400_000))
    end = int(moments.max()) + 1
    whole = history(org, happenings, moments, CLOCK, end)
    late = history(org, happenings, moments, CLOCK, end, observed_from=start)
    unknown = late.after == UNKNOWN_WHEN
    past = whole.known_at(start)
    standing = past.last & (past.state < org.process.size)
    assert np.array_equal(late.deal[unknown], past.deal[standing])
    assert np.array_equal(late.state[unknown], past.state[standing])
    assert np.array_equal(late.amount[unknown], past.amount[standing])
    assert np.array_equal(late.owner[unknown], past.owner[standing])
    assert np.all(late.at[unknown] == start)
    # From the start on both histories tell the same.
    after = whole.at >= start
    assert np.array_equal(whole.at[after], late.at[~unknown])
    assert np.array_equal(whole.state[after], late.state[~unknown])


def test_the_outcome_counts_each_win_at_its_latest_amount(world):
    org, happenings, moments = world
    whole = history(org, happenings, moments, CLOCK, int(moments.max()) + 1)
    won = whole.last & (whole.state == org.process.won_state)
    outcome = won_between(happenings, FIRST, LAST)
    assert outcome.total == pytest.approx(whole.amount[won].sum())
    first, second = won_between(happenings, FIRST, 13_200), won_between(happenings, 13_201, LAST)
    assert first.total + second.total == pytest.approx(outcome.total)
    assert first.day.max() <= 13_200 < second.day.min()
