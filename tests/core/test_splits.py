"""Splits: movements, days as a race clock says them, and the parts that sum to the whole."""

from __future__ import annotations

import datetime as dt

import numpy as np
import plan_cases as cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.standing.splits import days_ahead, splits
from mellantid.core.standing.verdict import Verdict
from mellantid.errors import QuestionError

HOURS = cases.HOUR
START = dt.date(2026, 2, 2)
TARGET = Target("all", 5_000.0, START, dt.date(2026, 6, 30))
# Slow enough that nothing of what is asked about is over within days.
BASIS = cases.basis(7, ages=30)


def plan_of(rows=(), made: int | None = None, **options):
    history = cases.history_of(list(rows), cases.moment(START) if made is None else made)
    return make_plan(history, BASIS, [TARGET], cap=20.0, **options)


def row(deal, date, state, owner=-1, amount=np.nan, hour=10):
    return (deal, cases.moment(date, hour), state, amount, owner, None)


def test_only_what_goes_on_is_a_pass():
    before = [row(deal, dt.date(2026, 1, 20), deal % 3, 0) for deal in range(5)]
    day = dt.date(2026, 2, 5)
    after = [
        row(0, day, 1),  # on from the first stage
        row(1, day, 3),  # skips to won from the second
        row(2, day, 0),  # a step back from the third
        row(3, day, 4),  # lost
        row(5, day, 0, 1),  # created
        row(5, day, 2, hour=11),  # and on the same day, with a skip
        row(1, day + dt.timedelta(days=1), 2),  # a won deal reopened
    ]
    found = splits(
        cases.history_of(before + after, cases.moment(dt.date(2026, 2, 10))), plan_of(before)
    )
    assert found.actual[0].tolist() == [1, 2, 1, 0]
    assert found.movements == pytest.approx(found.actual - found.planned)


def test_what_was_planned_by_now_is_at_the_end_of_the_day_asked_about():
    plan = plan_of()
    found = splits(cases.history_of([], cases.moment(dt.date(2026, 2, 5))), plan)
    # Monday, Tuesday and Wednesday are over.
    assert found.days_gone == 3
    assert (found.planned[0] == plan.planned[3]).all()
    assert found.days[0] == pytest.approx(-3)


def test_a_movement_in_the_weekend_after_the_plan_was_made_is_on_its_first_day():
    made = cases.moment(dt.date(2026, 2, 7))
    plan = plan_of(made=made)
    weekend = [row(0, dt.date(2026, 2, 7), 0, 0)]
    on_sunday = splits(cases.history_of(weekend, cases.moment(dt.date(2026, 2, 8))), plan)
    assert on_sunday.actual[0, 0] == 1
    assert on_sunday.planned[0, 0] == 0
    on_monday = splits(cases.history_of(weekend, cases.moment(dt.date(2026, 2, 10))), plan)
    assert on_monday.actual[0, 0] == 1
    assert on_monday.planned[0, 0] == pytest.approx(plan.pace[0])


def test_a_movement_before_the_plan_was_made_is_not_counted_however_late_it_is_known():
    late = [row(0, dt.date(2026, 1, 28), 0, 0)]
    found = splits(cases.history_of(late, cases.moment(dt.date(2026, 2, 10))), plan_of())
    assert found.actual.sum() == 0


def test_after_its_end_the_plan_stands_still():
    plan = plan_of()
    found = splits(cases.history_of([], cases.moment(dt.date(2026, 8, 1))), plan)
    assert (found.planned[0] == plan.planned[-1]).all()
    assert np.isnan(found.needed_per_week).all()
    assert found.days[0] == pytest.approx(-plan.days)


@settings(max_examples=25, deadline=None)
@given(cases.rows(), st.integers(0, 60), st.integers(0, 60))
def test_the_splits_of_sellers_and_of_teams_sum_to_the_whole(everything, first, more):
    made = cases.moment(cases.MONDAY + dt.timedelta(days=first))
    until = cases.moment(cases.MONDAY + dt.timedelta(days=first + more))
    plan = make_plan(cases.history_of(everything, made), BASIS, [TARGET], cap=20.0)
    history = cases.history_of(everything, until)
    whole = splits(history, plan)
    by_seller = splits(history, plan, {name: name for name in cases.OWNERS})
    by_team = splits(history, plan, {"ann": "north", "bo": "north", "cy": "south"})
    assert by_seller.groups == ("", "ann", "bo", "cy")
    assert by_team.groups == ("", "north", "south")
    for parts in (by_seller, by_team):
        for name in ("planned", "actual", "movements", "trend", "planned_in_all"):
            summed = getattr(parts, name).sum(axis=0)
            assert summed == pytest.approx(getattr(whole, name)[0], abs=1e-9)


def test_a_movement_is_credited_to_whoever_had_the_deal_when_it_was_made():
    before = [row(0, dt.date(2026, 1, 20), 0, 0)]
    handed_over_with_it = [row(0, dt.date(2026, 2, 4), 1, 1)]
    history = cases.history_of(before + handed_over_with_it, cases.moment(dt.date(2026, 2, 6)))
    found = splits(history, plan_of(before), {name: name for name in cases.OWNERS})
    assert found.actual[:, 1].tolist() == [0, 1, 0, 0]


def test_the_trend_is_what_the_split_has_changed_by_in_twenty_working_days():
    plan = plan_of()
    # Ten deals in the plan's first week and none since.
    days = [START + dt.timedelta(days=number % 5) for number in range(10)]
    made = [row(number, day, 0, 0) for number, day in enumerate(days)]
    history = cases.history_of(made, cases.moment(dt.date(2026, 3, 14)), deals=10)
    found = splits(history, plan)
    assert found.days_gone == 30
    assert found.trend[0, 0] == pytest.approx(-(plan.planned[30, 0] - plan.planned[10, 0]))
    assert found.now_per_week[0, 0] == 0
    left = plan.planned[-1, 0] - 10
    assert found.needed_per_week[0, 0] == pytest.approx(left / (plan.days - 30) * 5)


def test_a_pace_never_seen_before_is_the_best_ever_and_a_repeated_one_is_not():
    dates = [
        dt.date(2025, 11, 3) + dt.timedelta(days=shift)
        for shift in range(130)
        if (dt.date(2025, 11, 3) + dt.timedelta(days=shift)).weekday() < 5
    ]
    steady = [row(number, date, 0, 0) for number, date in enumerate(dates)]
    extra = [row(500 + n, d, 0, 0) for n, d in enumerate(dates) if d >= dt.date(2026, 2, 16)]
    until = cases.moment(dt.date(2026, 3, 7))
    wanted = [Target("all", 1e6, START, dt.date(2026, 6, 30))]
    before = cases.history_of(steady, cases.moment(START), deals=700)
    plan = make_plan(before, BASIS, wanted, cap=1.0)
    usual = splits(cases.history_of(steady, until, deals=700), plan)
    better = splits(cases.history_of(steady + extra, until, deals=700), plan)
    assert usual.planned[0, 0] == pytest.approx(25)
    assert usual.verdict[0, 0] is Verdict.TOO_EARLY
    assert better.verdict[0, 0] is Verdict.BEST


def test_a_day_before_the_plan_is_no_question_for_it():
    with pytest.raises(QuestionError, match="earlier version"):
        splits(cases.history_of([], cases.moment(dt.date(2026, 1, 20))), plan_of())


@pytest.mark.parametrize(
    ("planned", "actual", "day", "days"),
    [
        ([0, 2, 4, 6, 8], 4, 2, 0.0),  # on the plan
        ([0, 2, 4, 6, 8], 5, 2, 0.5),  # between two days
        ([0, 2, 4, 6, 8], 1, 2, -1.5),
        ([0, 0, 0, 3, 6], 0, 1, 0.0),  # nothing planned yet, nothing done
        ([0, 0, 0, 3, 6], 0, 4, -2.0),  # it has been behind since day 2
        ([0, 3, 3, 3, 6], 3, 2, 0.0),  # in the middle of a standstill
        ([0, 3, 3, 3, 6], 3, 4, -1.0),  # from the standstill's last day
        ([0, 3, 3, 3, 6], 3, 0, 1.0),  # from its first
        ([0, 2, 4, 6, 8], 12, 3, 3.0),  # two days beyond the end, at 2 a day
        ([0, 2, 4, 6, 8], 1e6, 4, 4.0),  # not beyond twice the length
        ([0, 2, 4, 6, 8], 4, 9, -2.0),  # the clock stands after the end
        ([0, 0, 0, 0, 0], 0, 3, 0.0),
        ([0, 0, 0, 0, 0], 2, 3, 1.0),  # never planned: to the end, no further
    ],
)
def test_days_are_read_off_the_plan_as_a_race_clock_says_them(planned, actual, day, days):
    assert days_ahead(np.array(planned, dtype=np.float64), actual, day) == pytest.approx(days)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0, 3), min_size=1, max_size=30),
    st.floats(0, 40),
    st.floats(0, 5),
    st.integers(0, 35),
)
def test_days_have_the_sign_of_the_movements_and_rise_with_them(daily, actual, more, day):
    planned = np.concatenate([[0.0], np.cumsum(daily)])
    found = days_ahead(planned, actual, day)
    now = planned[min(day, len(daily))]
    assert not (actual > now and found < 0)
    assert not (actual < now and found > 0)
    assert days_ahead(planned, actual + more, day) >= found - 1e-9
