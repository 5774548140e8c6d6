import datetime as dt
import warnings

import holidays
import numpy as np
import pytest

from mellantid.calendars import (
    CountryCalendar,
    company_dates,
    country_calendar,
    time_zone,
    working_clock,
)
from mellantid.core.clock import EPOCH, date_number
from mellantid.errors import DataError


def works(clock, *date):
    return bool(clock.working[date_number(dt.date(*date))])


SWEDEN = ("Europe/Stockholm", "SE")


@pytest.mark.parametrize(
    ("month", "day"), [(1, 1), (1, 6), (4, 18), (4, 21), (5, 1), (5, 29), (6, 6), (12, 25)]
)
def test_a_swedish_public_holiday_is_not_worked(month, day):
    assert not works(working_clock(*SWEDEN), 2025, month, day)


@pytest.mark.parametrize(("month", "day"), [(6, 20), (12, 24), (12, 31)])
def test_midsummer_eve_christmas_eve_and_new_years_eve_are_not_worked_in_sweden(month, day):
    assert not works(working_clock(*SWEDEN), 2025, month, day)


@pytest.mark.parametrize(("month", "day"), [(1, 7), (4, 17), (4, 30), (5, 30), (6, 19), (12, 23)])
def test_bank_holidays_half_days_and_squeeze_days_are_worked_in_sweden(month, day):
    assert works(working_clock(*SWEDEN), 2025, month, day)


def test_a_swedish_year_has_the_known_number_of_working_days():
    # 2025: 261 weekdays; 9 public holidays on weekdays (1 and 6 January, Good Friday, Easter
    # Monday, 1 May, Ascension Day, 6 June, 25 and 26 December) and 3 eves.
    clock = working_clock(*SWEDEN)
    days = clock.days[date_number(dt.date(2025, 12, 31))]
    assert days - clock.days[date_number(dt.date(2024, 12, 31))] == 261 - 9 - 3


def test_national_day_took_the_place_of_whit_monday_in_2005():
    clock = working_clock(*SWEDEN)
    assert not works(clock, 2004, 5, 31)
    assert works(clock, 2006, 6, 5)
    assert not works(clock, 2006, 6, 6)


@pytest.mark.parametrize(
    ("code", "country", "part"),
    [
        ("SE", "SE", None),
        ("DE-BY", "DE", "BY"),
        ("GB-SCT", "GB", "SCT"),
        ("US", "US", None),
        ("AE", "AE", None),  # the weekend moved in 2022
        ("SA", "SA", None),  # and here in the middle of 2013
        ("CN", "CN", None),  # Saturdays worked in lieu
        ("IL", "IL", None),  # Friday and Saturday
    ],
)
def test_every_date_is_worked_as_the_library_says(code, country, part):
    kinds = getattr(holidays, country).supported_categories
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        oracle = holidays.country_holidays(
            country,
            subdiv=part,
            years=range(1970, 2070),
            categories=[kind for kind in ("public", "de_facto") if kind in kinds],
        )
    clock = working_clock("UTC", code)
    dates = [EPOCH + dt.timedelta(days=i) for i in range(0, clock.working.size, 3)]
    assert clock.working[::3].tolist() == [oracle.is_working_day(date) for date in dates]


def test_a_part_of_a_country_has_holidays_of_its_own():
    bavaria, berlin = working_clock("Europe/Berlin", "DE-BY"), working_clock("UTC", "DE-BE")
    assert not works(bavaria, 2026, 1, 6)
    assert works(berlin, 2026, 1, 6)


def test_the_years_whose_holidays_are_known_are_told():
    assert country_calendar("SE").known == range(1970, 2070)
    assert country_calendar("LK").known.start == 2003


@pytest.mark.filterwarnings("error")
def test_a_country_whose_feasts_are_known_for_some_decades_gives_no_warning():
    assert country_calendar("IN").weekend == {5, 6}


def test_without_a_country_only_weekends_are_off():
    clock = working_clock()
    assert works(clock, 2025, 12, 25)
    assert not works(clock, 2025, 12, 27)


def test_a_weekend_of_its_own_goes_before_the_countrys():
    clock = working_clock("Asia/Dubai", "AE", weekend=(4, 5))
    assert works(clock, 2025, 3, 9)  # a Sunday
    assert not works(clock, 2025, 3, 7)  # a Friday
    assert works(clock, 2015, 3, 8)


def test_company_holidays_are_off_also_where_a_weekend_is_worked_in_lieu():
    sunday = dt.date(2024, 2, 4)  # worked in lieu of a day of the spring festival
    assert works(working_clock("Asia/Shanghai", "CN"), 2024, 2, 4)
    assert not works(working_clock("Asia/Shanghai", "CN", (sunday,)), 2024, 2, 4)


def test_the_swedish_july_is_off_every_year():
    clock = working_clock(*SWEDEN, ("07-07..08-01",))
    for year in (2019, 2025, 2031):
        july = clock.working[date_number(dt.date(year, 7, 7)) : date_number(dt.date(year, 8, 2))]
        assert not july.any()
    assert works(clock, 2025, 7, 4)
    assert works(clock, 2025, 8, 4)


@pytest.mark.parametrize(
    ("rule", "inside", "outside"),
    [
        ("2025-07-07", ["2025-07-07"], ["2025-07-08", "2024-07-07"]),
        ("2025-07-07..2025-08-01", ["2025-07-07", "2025-08-01"], ["2025-08-02", "2026-07-10"]),
        (" 12-27 ", ["1999-12-27", "2025-12-27"], ["2025-12-28"]),
        ("12-23..01-05", ["2025-12-23", "2025-01-05", "2026-01-01"], ["2025-12-22", "2025-01-06"]),
        ("02-29", ["2024-02-29"], ["2025-02-28", "2025-03-01"]),
        ("02-20..02-29", ["2025-02-28", "2024-02-29"], ["2025-03-01"]),
        ("12-20..02-29", ["2025-02-28", "2024-02-29"], ["2025-03-01", "2025-12-19"]),
        (dt.date(2025, 7, 7), ["2025-07-07"], ["2024-07-07"]),
    ],
)
def test_company_rules_take_off_what_they_say(rule, inside, outside):
    days = {day.isoformat() for day in company_dates([rule])}
    assert set(inside) <= days
    assert not set(outside) & days


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("July", "cannot be read"),
        ("7/7", "cannot be read"),
        ("2025-07-07..08-01", "cannot be read"),
        ("2025-07-07..2025-07-09..2025-07-11", "cannot be read"),
        ("", "cannot be read"),
        ("2025-02-30", "does not exist"),
        ("13-01", "does not exist"),
        ("2025-08-01..2025-07-07", "ends before it begins"),
    ],
)
def test_a_company_rule_that_cannot_be_used_says_why(rule, why):
    with pytest.raises(DataError, match=why):
        company_dates([rule])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"timezone": "Stockholm"}, "such as Europe/Stockholm"),
        ({"timezone": "Europe/Stokholm"}, "such as Europe/Stockholm"),
        ({"timezone": "Europe"}, "use an IANA name"),
        ({"timezone": "../etc/passwd"}, "use an IANA name"),
        ({"timezone": ""}, "use an IANA name"),
        ({"country": "Sweden"}, "such as SE"),
        ({"country": "XX"}, "two-letter codes"),
        ({"country": "DE-XX"}, "DE-BY"),
        ({"country": "SE-AB"}, "use SE alone"),
        ({"weekend": (7,)}, "0 .Monday. to 6"),
        ({"weekend": range(7)}, "no working day"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_can(arguments, why):
    with pytest.raises(DataError, match=why):
        working_clock(**arguments)


def test_codes_may_be_written_small():
    assert country_calendar("de-by").holidays == country_calendar("DE-BY").holidays


def test_a_clock_is_made_once():
    assert working_clock(*SWEDEN, ["07-07..08-01"]) is working_clock(*SWEDEN, ("07-07..08-01",))
    assert time_zone("Europe/Stockholm") is working_clock(*SWEDEN).zone


def test_a_moment_falls_on_its_local_date():
    evening = int(dt.datetime(2025, 3, 6, 23, 30, tzinfo=dt.UTC).timestamp() * 1000)
    stockholm, utc = working_clock("Europe/Stockholm"), working_clock("UTC")
    assert int(stockholm.day(evening)) == int(utc.day(evening)) + 1
    assert np.all(stockholm.days == utc.days)


@pytest.mark.parametrize("code", ["SE", "AE", "CN"])
def test_a_kept_calendar_makes_the_same_clock(code):
    kept = CountryCalendar.from_json(country_calendar(code).to_json())
    assert kept == country_calendar(code)
    assert np.array_equal(working_clock("UTC", kept).days, working_clock("UTC", code).days)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"holidays": ["July"]}'])
def test_a_kept_calendar_that_is_none_is_refused(text):
    with pytest.raises(DataError, match="make it again from its country"):
        CountryCalendar.from_json(text)


def test_the_united_kingdom_goes_by_both_its_codes():
    assert country_calendar("UK").holidays == country_calendar("GB").holidays
