"""When an evaluation is due, and what is kept of one that was closed."""

from __future__ import annotations

import datetime as dt
import sqlite3
from types import SimpleNamespace

import pytest

from mellantid.calendars import working_clock
from mellantid.ledger import Ledger
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.evaluations import (
    LEG,
    MONTH,
    Closed,
    close_evaluation,
    closed_evaluations,
    due,
    first_working_date,
)

CLOCK = working_clock("Europe/Stockholm", "SE", ())
BEGUN = dt.date(2026, 1, 1)


def closed(on: dt.date, learned: str = "Something.") -> Closed:
    return Closed(on, 1, -3.5, ({"kind": "pace", "leg": "creation", "money": -3.0},), learned, "A")


def watch(*legs):
    names = ("leg", "named", "alarm_on")
    return SimpleNamespace(
        legs=[SimpleNamespace(**dict(zip(names, leg, strict=True))) for leg in legs]
    )


def test_the_first_working_day_of_a_month_is_no_holiday_and_no_weekend():
    assert first_working_date(CLOCK, dt.date(2026, 1, 20)) == dt.date(2026, 1, 2)
    assert first_working_date(CLOCK, dt.date(2026, 5, 1)) == dt.date(2026, 5, 4)
    assert first_working_date(CLOCK, dt.date(2026, 8, 31)) == dt.date(2026, 8, 3)


def test_it_is_due_from_the_first_working_day_of_a_month_until_it_is_closed():
    assert due(CLOCK, dt.date(2026, 5, 3), dt.date(2026, 4, 10), (), None) is None
    found = due(CLOCK, dt.date(2026, 5, 4), dt.date(2026, 4, 10), (), None)
    assert (found.why, found.since) == (MONTH, dt.date(2026, 5, 4))
    done = (closed(dt.date(2026, 5, 6)),)
    assert due(CLOCK, dt.date(2026, 5, 20), BEGUN, done, None) is None
    assert due(CLOCK, dt.date(2026, 6, 1), BEGUN, done, None).why == MONTH


def test_a_plan_of_this_month_is_not_due():
    assert due(CLOCK, dt.date(2026, 5, 20), dt.date(2026, 5, 5), (), None) is None


def test_a_leg_that_the_watch_names_makes_it_due_until_it_is_closed():
    told = watch(("Demo", True, dt.date(2026, 5, 12)), ("Offer", False, dt.date(2026, 5, 12)))
    done = (closed(dt.date(2026, 5, 6)),)
    found = due(CLOCK, dt.date(2026, 5, 13), BEGUN, done, told)
    assert (found.why, found.legs, found.since) == (LEG, ("Demo",), dt.date(2026, 5, 12))
    assert due(CLOCK, dt.date(2026, 5, 14), BEGUN, (closed(dt.date(2026, 5, 13)),), told) is None


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.db", create=True) as opened:
        yield opened


def test_what_was_learned_is_kept_once_and_told_as_of_then(ledger):
    kept = closed(dt.date(2026, 5, 6))
    close_evaluation(ledger, "New business", kept, 1000, "key")
    close_evaluation(ledger, "New business", kept, 2000, "key")
    assert closed_evaluations(ledger, "New business", 3000) == (kept,)
    assert closed_evaluations(ledger, "New business", 1000) == ()
    assert closed_evaluations(ledger, "Renewals", 3000) == ()


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_nothing_or_too_much_is_refused(ledger, text):
    with pytest.raises(CannotDo):
        close_evaluation(ledger, "P", closed(dt.date(2026, 5, 6), text), 1000, "key")


@pytest.mark.parametrize("change", ["UPDATE evaluation SET text = 'x'", "DELETE FROM evaluation"])
def test_a_closed_evaluation_is_never_changed(ledger, change):
    close_evaluation(ledger, "P", closed(dt.date(2026, 5, 6)), 1000, "key")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), ledger.writing() as connection:
        connection.execute(change)
