import datetime as dt
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.metrics import numbers

THIN = numbers.NARROW


@pytest.mark.parametrize(
    ("amount", "language", "text"),
    [
        (9_420_000, "en", f"9.42{THIN}MSEK"),
        (9_420_000, "sv", f"9,42{THIN}MSEK"),
        (999_600, "en", f"1.00{THIN}MSEK"),
        (999_400, "en", f"999{THIN}kSEK"),
        (-12_345.6, "en", f"−12.3{THIN}kSEK"),
        (812.4, "en", f"812{THIN}SEK"),
        (0, "en", f"0{THIN}SEK"),
        (-0.2, "en", f"0{THIN}SEK"),
        (2.5e9, "en", f"2.50{THIN}GSEK"),
        (None, "en", "–"),
        (math.nan, "sv", "–"),
    ],
)
def test_an_amount_has_three_figures_and_its_scale(amount, language, text):
    assert numbers.money(amount, "SEK", language) == text


def test_a_range_is_written_on_one_scale():
    assert numbers.money_range(9.41e6, 11.23e6, "SEK") == f"9.4 to 11.2{THIN}MSEK"
    assert numbers.money_range(0.94e6, 11.23e6, "SEK", "sv") == f"0,9 till 11,2{THIN}MSEK"


@given(st.floats(-1e11, 1e11))
def test_an_amount_is_read_back_within_half_a_unit_of_its_third_figure(amount):
    text = numbers.money(amount, "SEK").replace("−", "-").replace(THIN, "")
    found = re.fullmatch(r"(-?[\d.]+)([kMG]?)SEK", text)
    assert found
    read = float(found[1]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[found[2]]
    assert abs(read - amount) <= max(0.5, 0.00501 * abs(amount))


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_chance_that_is_not_certain_is_never_shown_as_certain(p):
    assert numbers.percent(p) not in {f"0{THIN}%", f"100{THIN}%"}


def test_certainty_is_shown_as_certain():
    assert numbers.percent(0.0) == f"0{THIN}%"
    assert numbers.percent(1.0) == f"100{THIN}%"


@pytest.mark.parametrize(
    ("x", "text"),
    [(2.34, "+2.3"), (-2.34, "−2.3"), (0.0, "0.0"), (-0.04, "0.0"), (12.6, "+13"), (9.96, "+10")],
)
def test_a_signed_number_carries_its_sign_but_zero_has_none(x, text):
    assert numbers.signed(numbers.movements(x)) == text


def test_days_are_whole_but_for_parts_of_one():
    assert [numbers.days(x) for x in (3.6, -0.4, 0.0, None)] == ["4", "−0.4", "0", "–"]


def test_thousands_are_parted_by_a_thin_space():
    assert numbers.count(1234567) == f"1{THIN}234{THIN}567"


def test_dates_are_written_in_words():
    day = dt.date(2026, 5, 8)
    assert numbers.weekday_date(day) == "Friday 8 May 2026"
    assert numbers.weekday_date(day, "sv") == "fredag 8 maj 2026"


def test_amounts_in_a_column_share_a_scale_so_that_they_can_be_compared():
    assert numbers.money_column([310e3, -2.93e6, None], "SEK") == ("MSEK", ["0.31", "−2.93", "–"])
    assert numbers.money_column([], "SEK", "sv") == ("SEK", [])


@pytest.mark.parametrize(
    ("amount", "text"),
    [(80e6, f"80{THIN}M"), (2.5e6, f"2.5{THIN}M"), (0, "0"), (1234567, f"1.235{THIN}M")],
)
def test_a_round_amount_is_written_without_idle_decimals(amount, text):
    assert numbers.round_money(amount) == text
