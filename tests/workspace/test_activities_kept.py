"""Activities as they are kept and told."""

import datetime as dt
import sqlite3

import pytest

from mellantid.errors import QuestionError
from mellantid.workspace.activities import (
    Doing,
    checked,
    holding,
    log,
    take_back,
    told_of_deal,
)
from mellantid.workspace.activity_kinds import keep_kinds, kind_word, kinds
from mellantid.workspace.activity_known import known_activities
from mellantid.workspace.activity_telling import activities_of
from mellantid.workspace.next_steps import NextStep, set_next_step

NOW = "2025-03-03 12:00"


@pytest.fixture
def told(teller):
    teller.tell_a_year()
    return teller


@pytest.fixture
def do(told, at):
    def doing(*said, now=NOW):
        workspace = told.workspace
        course = workspace.process(None)
        rows, _ = checked(workspace, course, said, "test", at(now))
        return log(workspace.ledger, course.name, rows)

    return doing


def test_the_same_key_again_adds_nothing_and_another_meaning_is_told(told, do):
    one = Doing("k", "call", deal="D1", at=dt.date(2025, 2, 3))
    assert vars(do(one, one)) == {"added": 1, "unchanged": 1, "conflicts": ()}
    other = Doing("k", "meeting", deal="D1", at=dt.date(2025, 2, 3))
    assert do(other).conflicts == ("k",)
    (kept,) = holding(told.workspace.ledger, "Deals")
    assert (kept.kind, kept.seller, kept.deal) == ("call", "s1", "D1")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Doing("k", "call", deal="nowhere"), "no deal nowhere"),
        (Doing("k", "call", "s1"), "which deal"),
        (Doing("k", "call", "s1", leg="Nowhere"), "no leg Nowhere"),
        (Doing("k", "dance", deal="D1"), "called dance"),
        (Doing("k", "call", "nobody", deal="D1"), "Nobody is known"),
        (Doing("k", "call", deal="D1", at=dt.date(2025, 3, 4)), "in the future"),
        (Doing(" ", "call", deal="D1"), "no key"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(do, said, why):
    with pytest.raises(QuestionError, match=why):
        do(said)


def test_an_activity_is_taken_back_by_a_new_row_and_once(told, do, at):
    ledger = told.workspace.ledger
    do(Doing("k", "call", deal="D1"))
    take_back(ledger, "Deals", "k", "test", at(NOW))
    assert holding(ledger, "Deals") == ()
    assert [holds for _, holds in told_of_deal(ledger, "Deals", "D1")] == [False]
    assert len(ledger.rows("SELECT 1 FROM activity")) == 2
    with pytest.raises(QuestionError, match="no such activity"):
        take_back(ledger, "Deals", "k", "test", at(NOW))
    for statement in ("UPDATE activity SET kind = 'x'", "DELETE FROM activity"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), ledger.writing() as raw:
            raw.execute(statement)


def test_kinds_are_the_organisations_own_or_shipped_in_both_languages(told, do):
    ledger = told.workspace.ledger
    assert kinds(ledger)[:2] == ("call", "meeting")
    assert [kind_word("meeting", each) for each in ("en", "sv")] == ["Meeting", "Möte"]
    do(Doing("k", "möte", deal="D1"))
    assert holding(ledger, "Deals")[0].kind == "meeting"
    assert keep_kinds(ledger, ["Site visit", "Samtal"]) == ("Site visit", "call")
    do(Doing("l", "site VISIT", deal="D1"))
    assert holding(ledger, "Deals")[-1].kind == "Site visit"
    assert keep_kinds(ledger, []) == kinds(ledger)


def year_of_calls(do, told):
    history = told.race("2025-03-03").history
    said = []
    for deal in range(120):
        rows = history.deal == history.deals.index(f"D{deal}")
        dates = [history.clock.date(each) for each in history.at[rows][:2].tolist()]
        said += [Doing(f"{deal}.{n}", "call", deal=f"D{deal}", at=at) for n, at in enumerate(dates)]
    return do(*said)


def test_what_the_plan_asks_for_is_its_need_times_what_a_movement_takes(told, do):
    told.plan(first="2024-07-01", last="2024-12-31")
    year_of_calls(do, told)
    workspace, race = told.workspace, told.race("2024-09-10")
    known = known_activities(workspace, race)
    for owner in (None, "s1"):
        found = activities_of(workspace, race, known, owner)
        by = {None: "leg", "s1": "seller"}[owner]
        standing = workspace.standing(race, by)
        legs = (
            standing.legs
            if owner is None
            else next(each for each in standing.groups if each.group == owner).legs
        )
        for leg, told_leg in zip(found.legs, legs, strict=True):
            assert leg.needed_movements == pytest.approx(told_leg.needed_per_week)
            if leg.per_movement is not None:
                assert leg.needed == pytest.approx(leg.needed_movements * leg.per_movement)
                assert leg.low <= leg.per_movement <= leg.high
        summed = sum(leg.needed for leg in found.legs if leg.needed is not None)
        assert found.needed == pytest.approx(summed)
        assert found.needed_low <= found.needed <= found.needed_high
    # On the days of creation and of the first movement a deal stood in the first stage.
    assert [leg.verdict == "told" for leg in found.legs] == [False, True, False, False]


def test_nothing_logged_is_too_early_and_says_what_is_missing(told):
    workspace, race = told.workspace, told.race("2025-03-03")
    found = activities_of(workspace, race, known_activities(workspace, race), "s1")
    assert {leg.verdict for leg in found.legs} == {"too early to say"}
    assert {(leg.missing_movements, leg.missing_activities) for leg in found.legs} == {(5, 10)}
    assert (found.needed, found.deals, found.logged, found.plan_version) == (None, (), (), None)


def test_a_new_seller_is_told_what_the_others_take(told, do):
    year_of_calls(do, told)
    workspace, race = told.workspace, told.race("2024-09-10")
    known = known_activities(workspace, race)
    new, whole = (activities_of(workspace, race, known, who).legs[1] for who in ("new", None))
    assert new.own_activities == 0
    assert new.per_movement == pytest.approx(whole.per_movement, rel=1e-6)
    assert new.high / new.low > whole.high / whole.low


def test_the_next_activity_is_worth_its_difference_times_the_gain_of_focus(told, do):
    year_of_calls(do, told)
    told.plan(first="2024-07-01", last="2024-12-31")
    workspace, race = told.workspace, told.race("2024-09-10")
    found = activities_of(workspace, race, known_activities(workspace, race), None)
    gain = {each.deal: each.gain for each in workspace.focus(race).deals}
    assert found.deals
    for each in found.deals:
        assert each.gain == pytest.approx(gain[each.deal])
        assert each.worth == pytest.approx(each.difference * each.gain)
        assert each.difference == pytest.approx(each.chance - each.without)
        assert each.low <= each.difference <= each.high
    worths = [each.worth for each in found.deals]
    assert worths == sorted(worths, reverse=True)


def test_a_movement_told_later_puts_an_activity_on_another_leg(told, do):
    do(Doing("k", "call", deal="D0", at=dt.date(2024, 6, 3)))
    workspace = told.workspace

    def leg():
        race = told.race("2025-03-03")
        return activities_of(workspace, race, known_activities(workspace, race), None).logged[0].leg

    before = leg()
    told.tell(("D0", "2024-05-02 09:00", "moved", "Talk"))
    assert (before, leg()) == ("Lead", "Talk")


def test_a_scheduled_next_step_still_stops_a_deal_from_being_stuck(told, do, at):
    workspace = told.workspace
    caught = workspace.ropes(told.race("2025-03-03")).caught
    deal = caught[0].deal
    do(Doing("k", "call", deal=deal))
    assert deal in {each.deal for each in workspace.ropes(told.race("2025-03-03")).caught}
    set_next_step(workspace, None, NextStep(deal, dt.date(2025, 3, 20), "Visit"), at(NOW))
    ropes = workspace.ropes(told.race("2025-03-03"))
    assert deal not in {each.deal for each in ropes.caught}
    assert deal in {each.deal for each in ropes.waiting}
    later = workspace.ropes(told.race("2025-03-21"))
    assert deal in {each.deal for each in later.caught}
