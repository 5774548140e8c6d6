import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.clock import EPOCH, MS_PER_DAY, WorkingClock, Zone, date_number
from mellantid.errors import DataError

# Summer time, summer time that is stored as negative winter time, half an hour of it, changes at
# midnight, a date that never was (Apia), two changes within Ramadan, an offset with seconds.
ZONES = (
    "Europe/Stockholm",
    "America/New_York",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Africa/Monrovia",
    "Asia/Kathmandu",
    "UTC",
)
TABLES = {name: Zone.of(ZoneInfo(name), name) for name in ZONES}
LAST_MOMENT = 3_155_000_000_000  # late in 2069


def true_local(moment, name):
    return dt.datetime.fromtimestamp(moment / 1000, tz=ZoneInfo(name)).replace(tzinfo=None)


@pytest.mark.parametrize("name", ZONES)
def test_every_moment_has_the_true_local_date_of_its_zone(name):
    zone = TABLES[name]
    rng = np.random.default_rng(1)
    near_changes = zone.changes[1:, None] + np.array([-3_600_000, -1000, -1, 0, 1, 3_600_000])
    moments = np.concatenate((rng.integers(0, LAST_MOMENT, 3_000), near_changes.ravel()))
    expected = [true_local(moment, name).date() for moment in moments.tolist()]
    dates = [EPOCH + dt.timedelta(days=number) for number in zone.dates(moments).tolist()]
    assert dates == expected


@given(st.sampled_from(ZONES), st.integers(2, 36_000))
def test_a_date_begins_with_its_first_moment(name, number):
    date = EPOCH + dt.timedelta(days=number)
    clock = WorkingClock.of(TABLES[name])
    start = clock.start_of(date)
    if (name, date) == ("Pacific/Apia", dt.date(2011, 12, 30)):
        return  # this date never was
    assert clock.date(start) == date
    assert clock.date(start - 1) < date
    assert clock.end_of(date - dt.timedelta(days=1)) == start


def test_a_date_begins_at_one_where_summer_time_skips_midnight():
    clock = WorkingClock.of(TABLES["America/Sao_Paulo"])
    start = clock.start_of(dt.date(2018, 11, 4))
    assert true_local(start, "America/Sao_Paulo") == dt.datetime(2018, 11, 4, 1)  # noqa: DTZ001 (a wall clock has no zone)
    assert clock.date(start - 1) == dt.date(2018, 11, 3)


@given(st.sampled_from(ZONES), st.integers(MS_PER_DAY, LAST_MOMENT))
def test_a_wall_clock_time_leads_back_to_its_moment_or_to_the_first_of_two(name, moment):
    zone = TABLES[name]
    wall = moment + int(zone.offset(moment))
    back = int(zone.moments(wall))
    assert back + int(zone.offset(back)) == wall
    assert back <= moment
    assert moment - back <= MS_PER_DAY


def test_a_time_that_comes_twice_is_the_first_and_a_skipped_one_keeps_the_old_offset():
    zone = TABLES["Europe/Stockholm"]

    def wall(*parts):
        return int(dt.datetime(*parts, tzinfo=dt.UTC).timestamp() * 1000)

    assert int(zone.moments(wall(2025, 10, 26, 2, 30))) == wall(2025, 10, 26, 0, 30)
    assert int(zone.moments(wall(2025, 3, 30, 2, 30))) == wall(2025, 3, 30, 1, 30)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, object])
def test_the_dtype_of_dates_makes_no_difference(dtype):
    clock = WorkingClock.of(TABLES["UTC"])
    dates = np.array([20_000, 20_001, 20_007], dtype=dtype)
    assert clock.day_of_date(dates).tolist() == clock.day_of_date([20_000, 20_001, 20_007]).tolist()


def test_days_are_counted_as_numpy_counts_business_days():
    holidays = [dt.date(2025, 4, 18), dt.date(2025, 4, 21), dt.date(2025, 5, 1)]
    clock = WorkingClock.of(TABLES["UTC"], holidays)
    first, last = date_number(dt.date(2025, 1, 1)), date_number(dt.date(2025, 12, 31))
    ends = np.arange(first, last + 1)
    counted = clock.day_of_date(ends) - clock.day_of_date(first - 1)
    expected = np.busday_count(
        dt.date(2025, 1, 1), (ends + 1).astype("datetime64[D]"), holidays=holidays
    )
    assert counted.tolist() == expected.tolist()


def test_a_weekend_and_a_holiday_have_the_day_of_the_working_day_before():
    clock = WorkingClock.of(TABLES["UTC"], [dt.date(2025, 3, 10)])
    friday = date_number(dt.date(2025, 3, 7))
    days = clock.day_of_date(np.arange(friday, friday + 5)) - clock.day_of_date(friday)
    assert days.tolist() == [0, 0, 0, 0, 1]


@given(st.integers(1, 25_000))
def test_a_day_leads_to_its_worked_date_and_back(day):
    clock = WorkingClock.of(TABLES["UTC"], [dt.date(2025, 3, 10)])
    date = int(clock.date_of_day(day))
    assert clock.working[date]
    assert int(clock.day_of_date(date)) == day


def test_a_worked_saturday_counts_though_it_is_in_the_weekend():
    saturday = dt.date(2025, 3, 8)
    plain = WorkingClock.of(TABLES["UTC"])
    clock = WorkingClock.of(TABLES["UTC"], worked=[saturday])
    number = date_number(saturday)
    assert int(clock.day_of_date(number)) == int(plain.day_of_date(number)) + 1


def test_a_weekend_may_be_friday_and_saturday():
    clock = WorkingClock.of(TABLES["UTC"], weekend=(4, 5))
    monday = date_number(dt.date(2025, 3, 3))
    worked = clock.working[monday : monday + 7].tolist()
    assert worked == [True, True, True, True, False, False, True]


def test_months_are_those_of_the_local_date():
    clock = WorkingClock.of(TABLES["Europe/Stockholm"])
    new_year = int(dt.datetime(2024, 12, 31, 23, tzinfo=dt.UTC).timestamp() * 1000)
    assert clock.months([new_year - 1, new_year]).tolist() == [202412, 202501]


@pytest.mark.parametrize("date", [-1, 36_525])
def test_a_date_outside_the_calendar_is_refused(date):
    with pytest.raises(DataError, match="outside 1970 to 2069"):
        WorkingClock.of(TABLES["UTC"]).day_of_date([date])


@pytest.mark.parametrize("day", [-1, 10**6])
def test_a_day_outside_the_calendar_is_refused(day):
    with pytest.raises(DataError, match="nearer horizon"):
        WorkingClock.of(TABLES["UTC"]).date_of_day([day])


def test_a_calendar_without_a_working_day_is_refused():
    with pytest.raises(DataError, match="no working day"):
        WorkingClock.of(TABLES["UTC"], weekend=range(7))
