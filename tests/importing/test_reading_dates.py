import datetime as dt
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.clock import MS_PER_DAY
from mellantid.errors import DataError
from mellantid.importing.map_file import parse_map
from mellantid.importing.reading import read
from mellantid.importing.table import open_table
from mellantid.importing.zones import moment_of, zone_named

PROCESS = {"stages": ["Demo"], "won": ["Won"], "timezone": "Europe/Stockholm"}


def read_dates(tmp_path, texts, **process):
    """What a column of dates is read as: moments, how it is said to be written, warnings."""
    path = tmp_path / "dates.csv"
    path.write_text("Deal;When;Stage\n" + "".join(f"A;{text};Demo\n" for text in texts))
    content = {
        "columns": {"deal": "Deal", "at": "When", "stage": "Stage"},
        "process": PROCESS | process,
    }
    mapping = parse_map(content)
    with open_table(path, mapping.wanted.values()) as table:
        read(table, mapping)
        rows = table.db.execute('SELECT at_at FROM reading ORDER BY "row"').fetchall()
        return [row[0] for row in rows], table.detected["dates"]["When"], table.warnings


def moment(text, zone="Europe/Stockholm"):
    at = dt.datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    return round(at.timestamp() * 1000)


SAME = "2024-03-25 14:05:00"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2024-03-25 14:05:00", "year-month-day"),
        ("2024/03/25 14:05:00.000", "year-month-day"),
        ("2024-03-25T14:05", "year-month-day"),
        ("2024-03-25 02:05 PM", "year-month-day"),
        ("2024-03-25T13:05:00Z", "year-month-day"),
        ("2024-03-25 15:05:00.000000+02:00", "year-month-day"),
        ("2024-03-25T08:05:00-0500", "year-month-day"),
        ("2024.03.25 14:05", "year.month.day"),
        ("25/03/2024 14:05", "d/m/yyyy"),
        ("25.3.2024 14:05:00", "d.m.yyyy"),
        ("25-03-24 14:05", "d-m-yy"),
        ("3/25/2024 2:05 PM", "m/d/yyyy"),
        ("3/25/24, 2:05 PM", "m/d/yy"),
        ("25 Mar 2024 14:05", "day and month by name"),
        ("25-Mar-2024 14:05:00", "day and month by name"),
        ("March 25, 2024 2:05 PM", "day and month by name"),
        ("1711371900000", "milliseconds since 1970"),
        ("45376.586805555555", "spreadsheet day number"),
    ],
)
def test_a_moment_is_the_same_however_it_is_written(tmp_path, text, form):
    moments, told, warnings = read_dates(tmp_path, [text])
    assert moments == [moment(SAME)]
    assert told == form
    assert warnings == []


@pytest.mark.parametrize("text", ["2024-03-25", "25/3/2024", "20240325", "25 March 2024", "45376"])
def test_a_date_without_time_is_the_start_of_that_local_day(tmp_path, text):
    assert read_dates(tmp_path, [text])[0] == [moment("2024-03-25 00:00")]


def test_one_day_above_twelve_decides_for_the_whole_column(tmp_path):
    days, form, _ = read_dates(tmp_path, ["01/02/2024", "03/04/2024", "13/05/2024"])
    months, other, _ = read_dates(tmp_path, ["01/02/2024", "03/04/2024", "05/13/2024"])
    assert form == "d/m/yyyy"
    assert other == "m/d/yyyy"
    assert days[0] == moment("2024-02-01 00:00")
    assert months[0] == moment("2024-01-02 00:00")


def test_an_order_that_nothing_decides_is_warned_of_and_goes_by_the_country(tmp_path):
    here, _, warnings = read_dates(tmp_path, ["01/02/2024"])
    there, _, _ = read_dates(tmp_path, ["01/02/2024"], timezone="America/Chicago")
    assert here == [moment("2024-02-01 00:00")]
    assert there == [moment("2024-01-02 00:00", "America/Chicago")]
    assert "day above 12" in warnings[0]


def test_dates_of_both_orders_in_one_column_are_warned_of(tmp_path):
    texts = ["13/01/2024", "14/01/2024", "01/15/2024"]
    moments, _, warnings = read_dates(tmp_path, texts)
    assert moments == [moment("2024-01-13"), moment("2024-01-14"), None]
    assert "put together from two" in warnings[0]


def test_a_given_format_is_not_guessed(tmp_path):
    moments, form, warnings = read_dates(tmp_path, ["01/02/2024"], date_format="%m/%d/%Y")
    assert moments == [moment("2024-01-02")]
    assert form == "%m/%d/%Y"
    assert warnings == []


def test_missing_values_are_no_dates_and_how_they_are_written_is_reported(tmp_path):
    texts = ["2024-01-02", "None", "NaT", "", "N/A", "null", "nan"]
    moments, _, _ = read_dates(tmp_path, texts)
    assert moments == [moment("2024-01-02"), *[None] * 6]


def test_a_column_without_dates_is_refused_with_an_example(tmp_path):
    with pytest.raises(DataError, match=r'"When".*such as "often"'):
        read_dates(tmp_path, ["often", "seldom"])


def test_a_date_with_am_or_pm_is_never_read_without_it(tmp_path):
    texts = ["2024-03-25 02:05 PM", "2024-03-25 02:05 AM", "2024-03-25 02:05:00"]
    assert read_dates(tmp_path, texts)[0] == [
        moment("2024-03-25 14:05"), moment("2024-03-25 02:05"), moment("2024-03-25 02:05"),
    ]  # fmt: skip


@settings(deadline=None, max_examples=30)  # the engine's start-up is no part of the law
@given(
    st.sampled_from(["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kabul"]),
    st.lists(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2069, 1, 1)), min_size=1),  # noqa: DTZ001 (wall-clock times have no zone)
)
def test_local_time_becomes_the_moment_that_the_core_gives(name, times):
    """Also in the hours that a change of the clock skips or repeats."""
    zone = zone_named(name)
    edges = zone.changes[1:4] + zone.offsets[:3]
    local = [round(time.replace(tzinfo=dt.UTC).timestamp() * 1000) for time in times]
    local += [int(edge) + step for edge in edges for step in (-1, 0, 1, 1_800_000, -1_800_000)]
    expression = moment_of("local", zone, 0, 100 * 366 * MS_PER_DAY)
    values = ", ".join(f"({value})" for value in local)
    rows = duckdb.execute(f"SELECT {expression} FROM (VALUES {values}) AS t(local)").fetchall()
    assert [row[0] for row in rows] == zone.moments(np.array(local)).tolist()
