"""Targets: faults are said at once, and parts that do not add up are shown."""

from __future__ import annotations

import datetime as dt

import plan_cases as cases
import pytest

from mellantid.core.planning.target import Mismatch, Target, mismatches, period
from mellantid.errors import DataError

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
H1 = (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
H2 = (dt.date(2026, 7, 1), dt.date(2026, 12, 31))
PARENT = {"ann": "north", "bo": "north", "cy": "south", "north": "all", "south": "all"}


@pytest.mark.parametrize("amount", [0.0, -5.0, float("nan"), float("inf")])
def test_a_target_that_is_no_amount_is_refused(amount):
    with pytest.raises(DataError, match="give an amount above zero"):
        Target("ann", amount, *YEAR)


def test_a_target_that_ends_before_it_begins_is_refused():
    with pytest.raises(DataError, match="ends on 2026-01-01, before it begins on 2026-12-31"):
        Target("ann", 5.0, YEAR[1], YEAR[0])
    assert Target("ann", 5.0, YEAR[0], YEAR[0]).span == (YEAR[0], YEAR[0])


def test_a_period_holds_the_working_days_of_its_own_dates_only():
    # 3 January 2026 is a Saturday, 6 January a holiday, 10 and 11 January a weekend.
    found = period(Target("all", 5.0, dt.date(2026, 1, 3), dt.date(2026, 1, 11)), cases.clock())
    assert found.first == cases.day_of(dt.date(2026, 1, 5))
    assert found.last == cases.day_of(dt.date(2026, 1, 9))
    assert found.last - found.first + 1 == 4
    assert found.begins == cases.moment(dt.date(2026, 1, 3))
    assert found.ends == cases.moment(dt.date(2026, 1, 12))


def test_targets_that_add_up_are_not_mentioned():
    targets = [
        Target("all", 10.0, *YEAR),
        Target("north", 7.0, *YEAR),
        Target("south", 3.0, *YEAR),
        Target("ann", 0.1 + 0.2, *YEAR),
        Target("bo", 6.7, *YEAR),
    ]
    assert mismatches(targets, PARENT) == []


def test_sellers_that_promise_more_than_their_team_are_shown():
    targets = [Target("north", 7.0, *YEAR), Target("ann", 5.0, *YEAR), Target("bo", 4.0, *YEAR)]
    (found,) = mismatches(targets, PARENT)
    assert found == Mismatch("north", *YEAR, "owners", 7.0, 9.0)
    assert found.difference == 2.0


def test_whoever_has_no_target_is_named_and_counts_for_nothing():
    targets = [Target("all", 10.0, *YEAR), Target("north", 7.0, *YEAR)]
    assert mismatches(targets, PARENT) == [Mismatch("all", *YEAR, "owners", 10.0, 7.0, ("south",))]


def test_a_team_without_a_target_counts_for_its_sellers():
    targets = [Target("all", 10.0, *YEAR), Target("ann", 6.0, *YEAR), Target("cy", 3.0, *YEAR)]
    assert mismatches(targets, PARENT) == [Mismatch("all", *YEAR, "owners", 10.0, 9.0)]


def test_shorter_periods_that_cover_the_year_stand_for_it():
    targets = [
        Target("all", 10.0, *YEAR),
        Target("north", 4.0, *H1),
        Target("north", 6.0, *H2),
    ]
    alone = {"north": "all"}
    assert mismatches(targets, alone) == []
    (found,) = mismatches([*targets, Target("north", 9.0, *YEAR)], alone)[1:]
    assert found == Mismatch("north", *YEAR, "periods", 9.0, 10.0)


def test_periods_with_a_gap_between_them_say_nothing_of_the_year():
    late = (dt.date(2026, 7, 2), dt.date(2026, 12, 31))
    targets = [Target("all", 10.0, *YEAR), Target("all", 4.0, *H1), Target("all", 3.0, *late)]
    assert mismatches(targets, {}) == []


def test_a_target_set_again_replaces_the_first():
    targets = [Target("all", 10.0, *YEAR), Target("ann", 4.0, *YEAR), Target("ann", 10.0, *YEAR)]
    assert mismatches(targets, {}) == []


def test_a_seller_in_no_team_is_below_everyone():
    targets = [Target("all", 10.0, *YEAR), Target("zoe", 4.0, *YEAR)]
    assert mismatches(targets, {}) == [Mismatch("all", *YEAR, "owners", 10.0, 4.0)]


def test_teams_that_stand_above_each_other_are_refused():
    targets = [Target("all", 10.0, *YEAR), Target("a", 4.0, *YEAR)]
    with pytest.raises(DataError, match="stands above itself"):
        mismatches([*targets, Target("b", 1.0, *H1)], {"a": "b", "b": "a"})
