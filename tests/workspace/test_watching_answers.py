"""The watch of a workspace: what was known when the plan was made, and later corrections."""

import pytest


def test_what_is_told_late_of_the_time_before_the_plan_changes_no_doubt(teller):
    teller.tell_a_year()
    teller.plan()
    before = teller.workspace.watch(teller.race("2024-09-30"))
    # In September it is told that four deals had been won in June, before the plan's first day.
    for number in (3, 6, 9, 12):
        teller.tell((f"D{number}", "2024-06-20", "won", "Won", {"known": "2024-09-02"}))
    after = teller.workspace.watch(teller.race("2024-09-30"))
    for one, other in zip(before.legs, after.legs, strict=True):
        assert (one.doubt_low, one.doubt_high) == (other.doubt_low, other.doubt_high)
        assert one.actual == other.actual


def test_nobody_and_people_without_a_team_have_a_line_where_something_is_planned(teller):
    teller.tell_a_year()
    teller.plan()
    found = teller.workspace.watch(teller.race("2024-09-30"), "team")
    # No people are known, so that all are without a team.
    assert {leg.team for leg in found.legs} == {""}
    sellers = teller.workspace.watch(teller.race("2024-09-30"), "seller")
    assert {leg.owner for leg in sellers.legs} == {"s0", "s1", "s2"}
    assert all(leg.verdict in {"too early to say", "cannot be told"} for leg in sellers.legs)


def test_a_creation_that_stops_is_an_alarm_that_says_since_when(teller):
    teller.tell_a_year(deals=95)
    # The plan asks for about what is done: a deal every other day.
    plan, _ = teller.plan(amount=4_000.0)
    assert 0.4 < plan.pace.mean() < 0.8
    found = teller.workspace.watch(teller.race("2024-12-31"))
    creation = found.legs[0]
    history = teller.race("2024-12-31").history
    last_created = history.clock.date(int(history.at[history.creations].max()))
    assert creation.verdict == "changed"
    assert creation.alarm
    assert creation.ratio < 0.2
    assert abs((creation.since - last_created).days) < 14
    assert creation.planned == pytest.approx(plan.pace.sum())
