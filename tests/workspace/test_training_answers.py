"""The training week in the workspace: answers, their history, the library, what came of them."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest

from mellantid.core.process import Process
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.workspace import Workspace
from mellantid.workspace.abilities import (
    CLOSING,
    CREATION,
    EARLY,
    MIDDLE,
    OFFER,
    edited,
    in_language,
    keep_abilities,
    library,
    places_of,
    shipped,
)
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.training import (
    Comment,
    Said,
    answer,
    answers,
    comment,
    versions,
    week_of,
)
from mellantid.workspace.training_week import training_week

COURSE = Process("New business", ("Qualified", "Demo", "Offer"))
MONDAY = dt.date(2025, 10, 27)
SAID = Said("Offer", "Asking for the order", "practice")


@pytest.fixture
def ledger(tmp_path):
    with Workspace.open(tmp_path / "small.db", create=True) as workspace:
        yield workspace.ledger


def test_a_week_is_named_by_its_monday():
    assert week_of(dt.date(2025, 11, 2)) == MONDAY == week_of(MONDAY)


def test_an_answer_that_is_changed_holds_in_its_last_form_and_all_are_kept(ledger):
    answer(ledger, COURSE, "anna", MONDAY, SAID, 1)
    later = Said("demo", "Showing less", "course", " Shorter. ", shared=True)
    answer(ledger, COURSE, "anna", MONDAY, later, 2)
    (holds,) = answers(ledger, COURSE.name)
    assert holds.said == Said("Demo", "Showing less", "course", "Shorter.", shared=True)
    kept = versions(ledger, COURSE.name, "anna", MONDAY)
    assert [each.said.ability for each in kept] == [SAID.ability, "Showing less"]


@pytest.mark.parametrize("verb", ["UPDATE training SET how = 'x'", "DELETE FROM training"])
def test_the_database_refuses_to_change_an_answer(ledger, verb):
    answer(ledger, COURSE, "anna", MONDAY, SAID, 1)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), ledger.writing() as raw:
        raw.execute(verb)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said("Nowhere", "A", "practice"), "no_leg"),
        (Said("Demo", " ", "practice"), "no_ability"),
        (Said("Demo", "A" * 121, "practice"), "no_ability"),
        (Said("Demo", "A", "magic"), "no_how"),
        (Said("Demo", "A", "practice", "x" * 2001), "long_text"),
        (Said("Demo", "A", "practice", "", "Nowhere", "B"), "no_leg"),
        (Said("Demo", "A", "practice", "", None, "B"), "no_leg"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_what_to_do(ledger, said, why):
    with pytest.raises(CannotDo) as refused:
        answer(ledger, COURSE, "anna", MONDAY, said, 1)
    assert refused.value.why == why
    assert answers(ledger, COURSE.name) == ()


def test_a_comment_is_kept_once_whatever_is_pressed_twice(ledger):
    answer(ledger, COURSE, "anna", MONDAY, SAID, 1)
    for _ in range(2):
        comment(ledger, COURSE.name, "anna", MONDAY, Comment("Well done", "Lars", 2), "key")
    (holds,) = answers(ledger, COURSE.name)
    assert [each.text for each in holds.comments] == ["Well done"]


def test_nothing_can_be_said_of_a_week_that_was_not_answered(ledger):
    with pytest.raises(CannotDo, match="anna has answered nothing"):
        comment(ledger, COURSE.name, "anna", MONDAY, Comment("Well?", "Lars", 2), "key")


@pytest.mark.parametrize(
    ("stages", "places"),
    [
        ("A", [CLOSING]),
        ("A B", [EARLY, CLOSING]),
        ("A B C", [EARLY, OFFER, CLOSING]),
        ("A B C D", [EARLY, MIDDLE, OFFER, CLOSING]),
        ("A B C D E F G", [EARLY, EARLY, MIDDLE, MIDDLE, MIDDLE, OFFER, CLOSING]),
        ("A B C Offert D E", [EARLY, MIDDLE, MIDDLE, OFFER, CLOSING, CLOSING]),
        ("A Proposal", [EARLY, OFFER]),
    ],
)
def test_every_leg_has_abilities_by_its_place_or_by_the_offers_name(stages, places):
    assert list(places_of(stages.split())) == [CREATION, *places]


def test_shipped_abilities_are_the_same_in_both_languages():
    english, swedish = shipped("en"), shipped("sv")
    assert {place: len(names) for place, names in english.items()} == {
        place: len(names) for place, names in swedish.items()
    }
    for place, names in english.items():
        assert [in_language(name, "sv") for name in names] == list(swedish[place])
    assert in_language("Our own way", "sv") == "Our own way"


def test_an_edited_list_takes_the_place_of_the_shipped_one_until_it_is_emptied(ledger):
    keep_abilities(ledger, COURSE, "demo", ["Live data", " ", "Live data", "Two screens"])
    assert library(ledger, COURSE, "sv")["Demo"] == ("Live data", "Two screens")
    assert library(ledger, COURSE, "en")["Offer"] == shipped("en")[OFFER]
    keep_abilities(ledger, COURSE, "Demo", [])
    assert edited(ledger, COURSE.name) == {}
    assert library(ledger, COURSE, "en")["Demo"] == shipped("en")[MIDDLE]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The demo, in whose data some sellers have trained for months."""
    made = demo_organisation(3, dt.date(2025, 10, 31))
    with Workspace.open(tmp_path_factory.mktemp("week") / "demo.db", create=True) as workspace:
        set_up(workspace, made, made.history.until - 2)
        yield workspace, workspace.race(None, made.history.until)


def test_what_came_of_a_training_is_told_of_the_days_around_its_first_week(company):
    workspace, race = company
    found = training_week(workspace, race, dt.date(2025, 10, 31))
    (anna,) = (each for each in found.effects if each.seller == "anna.lindqvist")
    first = min(each.week for each in found.answers if each.seller == "anna.lindqvist")
    assert anna.began == first
    place, leg = race.history.owners.index("anna.lindqvist"), 1
    history = race.history
    begins, ends = history.clock.start_of(first), history.clock.end_of(first + dt.timedelta(days=6))
    moved = (
        ~history.first
        & (history.state > leg)
        & (history.state <= history.process.won_state)
        & (history.owner == place)
        & (history.state[[*range(-1, history.state.size - 1)]] == leg)
    )
    after = moved & (history.at >= ends)
    assert anna.told.actual_after == int(after.sum())
    assert anna.told.actual_before <= int((moved & (history.at < begins)).sum())
    assert anna.last == dt.date(2025, 10, 31)


def test_who_trains_for_the_same_leg_is_not_compared_with(company):
    workspace, race = company
    found = {each.seller: each for each in training_week(workspace, race, MONDAY).effects}
    # Erik and Lars both train for the offer or the leg before it; the whole has 25 sellers.
    assert found["erik.sandberg"].others <= 23
    assert found["erik.sandberg"].leg == found["lars.bergqvist"].leg


def test_legs_to_train_are_in_the_order_of_what_a_tenth_more_is_worth(company):
    workspace, race = company
    found = training_week(workspace, race, MONDAY, "anna.lindqvist")
    worths = [each.worth for each in found.to_train]
    assert worths == sorted(worths, reverse=True)
    assert {each.leg for each in found.to_train} == set(race.history.process.legs)
    for each in found.to_train:
        assert each.worth == pytest.approx(0.1 * each.worth_of_one * each.expected)
    assert {each.seller for each in found.answers} == {"anna.lindqvist"}
