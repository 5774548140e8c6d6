from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notices_sample import at

from mellantid.calendars import working_clock
from mellantid.errors import QuestionError
from mellantid.notices.quiet import Quiet, read_time

CLOCK = working_clock("Europe/Stockholm", "SE")
NIGHT = Quiet(dt.time(18), dt.time(7))


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-03-11 17:59", False),
        ("2026-03-11 18:00", True),
        ("2026-03-11 23:59", True),
        ("2026-03-12 00:00", True),
        ("2026-03-12 06:59", True),
        ("2026-03-12 07:00", False),
        ("2026-03-14 12:00", True),  # Saturday
        ("2026-03-15 23:30", True),
        ("2026-03-16 06:59", True),  # Monday
        ("2026-03-16 07:00", False),
        ("2026-04-03 10:00", True),  # Good Friday
        ("2026-04-06 10:00", True),  # Easter Monday
        ("2026-04-07 07:00", False),
    ],
)
def test_nights_weekends_and_holidays_are_quiet(moment, quiet):
    assert NIGHT.holds(at(moment), CLOCK) is quiet


@pytest.mark.parametrize("day", ["2026-03-30", "2026-10-26"])
def test_quiet_ends_at_seven_on_the_wall_the_day_after_the_clocks_change(day):
    assert NIGHT.holds(at(f"{day} 06:59"), CLOCK)
    assert not NIGHT.holds(at(f"{day} 07:00"), CLOCK)


def test_in_the_night_of_the_change_both_hours_that_come_twice_are_quiet():
    until_three = Quiet(dt.time(1), dt.time(3), free_days=False)
    utc = dt.UTC
    for hour in ("00:30", "01:30"):
        assert until_three.holds(at(f"2026-10-25 {hour}", utc), CLOCK)
    assert not until_three.holds(at("2026-10-25 02:00", utc), CLOCK)
    # In spring the clock goes from two to three: the quiet hour after two is no hour.
    assert until_three.holds(at("2026-03-29 00:59", utc), CLOCK)
    assert not until_three.holds(at("2026-03-29 01:00", utc), CLOCK)


def test_within_a_day_and_never_by_the_hour():
    lunch = Quiet(dt.time(11, 30), dt.time(13), free_days=False)
    assert lunch.holds(at("2026-03-14 12:00"), CLOCK)
    assert not lunch.holds(at("2026-03-14 13:00"), CLOCK)
    never = Quiet(dt.time(7), dt.time(7), free_days=False)
    assert not never.holds(at("2026-03-14 07:00"), CLOCK)


def test_the_hours_are_the_organisations_own():
    clock = working_clock("America/New_York", "US")
    assert NIGHT.holds(at("2026-03-11 18:00", ZoneInfo("America/New_York")), clock)
    assert not NIGHT.holds(at("2026-03-11 18:00"), clock)


@given(
    st.times(),
    st.times(),
    st.integers(at("2020-01-01"), at("2040-01-01")),
)
def test_what_is_quiet_from_one_time_to_another_is_not_from_the_other_to_the_one(a, b, moment):
    one, other = Quiet(a, b, free_days=False), Quiet(b, a, free_days=False)
    if (a.hour, a.minute) != (b.hour, b.minute):
        assert one.holds(moment, CLOCK) != other.holds(moment, CLOCK)
    else:
        assert not one.holds(moment, CLOCK)


def test_a_time_that_is_none_is_refused():
    assert read_time("07:30") == dt.time(7, 30)
    for text in ("", "25:00", "seven", "7"):
        with pytest.raises(QuestionError, match=r"18:00"):
            read_time(text)
