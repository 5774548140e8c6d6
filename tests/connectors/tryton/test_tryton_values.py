"""Tryton's moments, numbers and sets of ids come and go without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.connectors.tryton.values import (
    as_told,
    ids_of,
    milliseconds,
    moment_of,
    number_of,
    runs_of,
)


@given(st.integers(0, 4_000_000_000_000_000))
def test_a_moment_comes_back_to_the_microsecond(moment):
    assert moment_of(as_told(moment)) == moment


def test_a_moment_is_read_as_utc():
    told = {"__class__": "datetime", "year": 2026, "month": 11, "day": 25}
    told |= {"hour": 17, "minute": 59, "second": 6, "microsecond": 819_598}
    assert milliseconds(moment_of(told)) == 1_795_629_546_819


@given(st.sets(st.integers(1, 10**9)))
def test_ids_come_back_from_runs(ids):
    assert ids_of(runs_of(ids)) == ids


def test_neighbouring_ids_are_one_run():
    assert runs_of([3, 1, 2, 7, 9, 10]) == "1-3 7 9-10"


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ({"__class__": "Decimal", "decimal": "1500.50"}, 1500.5),
        (12, 12.0),
        ("", None),
        (None, None),
    ],
)
def test_an_amount_is_a_number_or_none(told, number):
    assert number_of(told) == number
