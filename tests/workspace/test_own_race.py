"""A seller's own race where little is known, and where what is counted is deals."""

import datetime as dt

import pytest

from mellantid.workspace import PER_DEAL
from mellantid.workspace.taking_part import stay_out, take_part, taking_part


@pytest.fixture
def own(teller):
    """The race of a seller at the end of a date."""

    def at_end_of(when, seller="s1"):
        return teller.workspace.own_race(teller.race(when), seller)

    return at_end_of


def test_a_history_shorter_than_a_year_has_no_earlier_self_to_meet(teller, own):
    teller.tell_a_year()
    teller.plan()
    assert own("2024-09-30").then is None


def test_a_seller_without_a_team_shares_the_week_with_the_whole_organisation(teller, own):
    teller.tell_a_year()
    teller.plan()
    together = own("2024-09-20").team_week
    assert (together.team, together.sellers) == (None, 3)


def test_where_deals_are_counted_what_is_created_is_wins(teller, own):
    teller.tell_a_year(amount=None)
    teller.plan(amount=15.0)
    assert teller.race("2024-09-30").unit == PER_DEAL
    found = own("2024-09-30")
    standing = teller.standing("2024-09-30", "seller")
    group = next(each for each in standing.groups if each.group == "s1")
    assert found.gap_money == pytest.approx(group.gap_money)
    assert 0 <= found.won <= found.in_hand < 20
    assert found.goal_from == "plan"
    assert any(each.goal for each in found.milestones)


def test_who_has_no_deal_has_no_race(teller, own):
    teller.tell_a_year()
    teller.plan()
    assert own("2024-09-30", "nobody") is None


def test_on_the_plans_first_day_nothing_is_behind_yet(teller, own):
    teller.tell_a_year()
    teller.plan()
    found = own("2024-06-30")
    assert found.created == 0
    assert found.credits == ()
    assert found.streak.judged == 0
    assert sum(leg.money for leg in found.legs) == 0


def test_the_week_is_the_one_of_the_day_asked_about(teller, own):
    teller.tell_a_year()
    teller.plan()
    found = own("2024-09-18")
    assert found.week == "2024-W38"
    monday = dt.date(2024, 9, 16)
    recent = [each for each in found.credits if each.date >= monday]
    moved = sum(leg.week_movements for leg in found.legs)
    assert sum(each.onward > 0 for each in recent) == moved
    assert found.week_created == pytest.approx(sum(c.expected for c in recent if c.onward > 0))


def test_each_takes_part_by_choice_and_may_take_it_back(teller):
    ledger = teller.workspace.ledger
    take_part(ledger, "s1", 1)
    take_part(ledger, "s1", 2)
    take_part(ledger, "s2", 1)
    stay_out(ledger, "s1")
    stay_out(ledger, "s3")
    assert taking_part(ledger) == {"s2"}
