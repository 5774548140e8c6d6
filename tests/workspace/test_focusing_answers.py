"""Focus of a workspace: what is told where period, plan or target are over, or none."""

import datetime as dt

import pytest

from mellantid.core.planning.target import Target
from mellantid.errors import QuestionError
from mellantid.workspace import PER_DEAL


def focus(teller, when, **more):
    return teller.workspace.focus(teller.race(when), **more)


def test_the_levers_lead_to_the_plans_own_chance(teller, at):
    teller.tell_a_year()
    dates = dt.date(2024, 7, 1), dt.date(2024, 12, 31)
    teller.workspace.set_target(Target("all", 9_000.0, *dates), at("2025-07-01"))
    teller.workspace.make_plan(None, dates[0], at("2025-07-01"), 0.65)
    assert focus(teller, "2024-08-30").p == 0.65
    assert focus(teller, "2024-08-30", p=0.7).p == 0.7


def test_a_target_that_is_reached_calls_for_no_lever(teller):
    teller.tell_a_year()
    teller.plan(amount=200.0)
    found = focus(teller, "2024-11-29")
    assert found.p_target == 1.0
    assert found.levers == ()
    assert any("reached already" in note for note in found.notes)


def test_on_the_last_day_nothing_more_counts(teller):
    teller.tell_a_year()
    teller.plan(amount=1e6)
    found = focus(teller, "2024-12-31")
    assert all(leg.worth_of_one == 0 for leg in found.legs)
    assert all(deal.gain == 0 and deal.waiting_cost == 0 for deal in found.deals)
    assert found.levers == ()
    assert any("ask about the next target" in note for note in found.notes)


def test_after_the_plan_no_shortfall_is_told(teller):
    teller.tell_a_year()
    teller.plan()
    found = focus(teller, "2025-01-07")
    assert all(leg.shortfall is None for leg in found.legs)
    assert any("Plan 1 ended on 2024-12-31" in note for note in found.notes)


def test_deals_without_amounts_count_as_one_each(teller):
    teller.tell_a_year(amount=None)
    teller.plan(amount=40.0)
    race = teller.race("2024-08-30")
    found = teller.workspace.focus(race)
    assert race.unit == PER_DEAL
    assert all(abs(deal.gain) <= 1 for deal in found.deals)
    assert found.legs[-1].worth_of_one > 0
    # A deal that counts as one cannot count for more.
    assert found.levers
    assert all(lever.lever != "amount" for lever in (*found.levers, *found.mix))


def test_two_sellers_of_one_name_are_told_apart_by_identity(teller):
    teller.tell_a_year()
    people = teller.workspace.people
    assert people.seller("s1", ["s1"]) == "s1"
    with pytest.raises(QuestionError, match="people list"):
        people.seller("Zoe", ["s1"])
