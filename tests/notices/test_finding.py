from __future__ import annotations

import datetime as dt

import pytest
from letter_sample import sample
from notices_sample import NOON, at, choose, email, give, rows, seen

from mellantid.access import remove_account
from mellantid.core.planning.target import Target
from mellantid.errors import QuestionError
from mellantid.notices.events import Choice, Event, Kind
from mellantid.notices.finding import look
from mellantid.notices.letters_out import letters_due


def looks(workspace, *sights):
    return [look(workspace, see, NOON + n * 60_000) for n, see in enumerate(sights)]


def told(workspace, name):
    query = "SELECT document FROM notice WHERE account = ? ORDER BY id"
    found = [Event.read(row[0]) for row in workspace.ledger.rows(query, (email(name),))]
    return [(each.kind, each.about) for each in found]


def test_a_leg_that_slips_is_told_to_all_who_chose_it_and_to_nobody_else(workspace):
    choose(workspace, "anna", (0,), Choice.LEG)
    choose(workspace, "admin", (0,), Choice.LEG)
    choose(workspace, "olle", (0,), Choice.CAUGHT)
    slips = seen("behind and losing", position=11)
    assert looks(workspace, seen(), slips, slips) == [0, 2, 0]
    assert told(workspace, "anna") == told(workspace, "admin") == [(Kind.SLIPS, "Need")]
    assert told(workspace, "olle") == []
    assert looks(workspace, seen(position=12)) == [2]
    assert told(workspace, "anna")[-1] == (Kind.BACK, "Need")


def test_a_leg_whose_pace_the_watch_sees_fall_slips(workspace):
    choose(workspace, "anna", (0,), Choice.LEG)
    assert looks(workspace, seen(), seen(finding="changed", position=11)) == [0, 1]


def test_a_deal_that_is_caught_is_told_to_its_owner_and_their_manager_and_to_no_stranger(
    workspace,
):
    for name in ("anna", "boss", "olle"):
        choose(workspace, name, (0,), Choice.CAUGHT)
    late = seen(caught=[("D1", "anna"), ("D2", "olle"), ("D3", None)], position=11)
    looks(workspace, seen(), late)
    assert told(workspace, "anna") == told(workspace, "boss") == [(Kind.CAUGHT, "D1")]
    assert told(workspace, "olle") == [(Kind.CAUGHT, "D2")]


def test_each_place_that_was_chosen_gets_a_row_and_one_that_is_off_gets_none(workspace):
    on, _ = give(workspace, "anna", "https://example.com/a")
    off, _ = give(workspace, "anna", "https://example.com/b")
    choose(workspace, "anna", (0, on, off), Choice.LEG)
    with workspace.ledger.writing() as connection:
        connection.execute("UPDATE notice_address SET is_off = 1 WHERE id = ?", (off,))
    looks(workspace, seen(), seen("behind and losing", position=11))
    assert [place for _, place, _ in rows(workspace)] == [0, on]


def test_a_chance_that_falls_below_ones_own_line_is_told_once_and_when_it_is_up_again(workspace):
    choose(workspace, "admin", (0,), Choice.CHANCE, line=0.5)
    choose(workspace, "boss", (0,), Choice.CHANCE, line=0.7)
    chances = (0.6, 0.49, 0.52, 0.48, 0.56, 0.8)
    looks(workspace, *(seen(p=p, position=10 + n) for n, p in enumerate(chances)))
    assert told(workspace, "admin") == [(Kind.FELL, "all"), (Kind.ROSE, "all")]
    assert told(workspace, "boss") == [(Kind.ROSE, "all")]


def test_another_line_begins_anew(workspace):
    choose(workspace, "admin", (0,), Choice.CHANCE, line=0.5)
    looks(workspace, seen(p=0.6))
    choose(workspace, "admin", (0,), Choice.CHANCE, line=0.7)
    looks(workspace, seen(p=0.6, position=11))
    assert told(workspace, "admin") == []


def test_without_a_target_there_is_no_chance_to_tell_of(workspace):
    choose(workspace, "admin", (0,), Choice.CHANCE)
    looks(workspace, seen(target=None), seen(target=None, position=11))
    assert workspace.ledger.rows("SELECT * FROM notice_crossing") == []


def test_the_chance_is_that_of_the_own_target_where_there_is_one(workspace):
    target = Target("anna", 1e6, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    workspace.set_target(target, NOON)
    for name in ("anna", "olle"):
        choose(workspace, name, (0,), Choice.CHANCE, line=0.3)
    # The sample's own chances are half of everyone's.
    looks(workspace, seen(p=0.8), seen(p=0.5, position=11), seen(p=0.29, position=12))
    assert told(workspace, "anna") == [(Kind.FELL, "anna")]
    assert told(workspace, "olle") == [(Kind.FELL, "all")]


def test_who_chooses_later_is_told_of_news_alone(workspace):
    choose(workspace, "anna", (0,), Choice.LEG)
    looks(workspace, seen())
    choose(workspace, "anna", (), Choice.LEG)
    looks(workspace, seen("behind and losing", position=11))
    choose(workspace, "anna", (0,), Choice.LEG)
    assert looks(workspace, seen("behind and losing", position=12)) == [0]


def test_where_nobody_wants_anything_nothing_is_worked_out(workspace):
    def see(*_):
        raise AssertionError("the race was asked for")

    assert look(workspace, see, NOON) == 0
    choose(workspace, "anna")
    remove_account(workspace.ledger, email("anna"))
    assert look(workspace, see, NOON) == 0


def test_a_race_of_which_there_is_nothing_to_tell_yet_is_left(workspace):
    def see(*_):
        raise QuestionError("There is no plan.")

    choose(workspace, "anna")
    assert look(workspace, see, NOON) == 0


MONDAY = at("2026-02-16 07:00")


def composer(workspace, week, owner, reader):
    del workspace, reader
    return sample(week=week.name, owner=owner, called="" if owner == "all" else owner)


def test_a_letter_goes_to_the_places_that_were_chosen_once_a_week(workspace):
    place, _ = give(workspace, "anna", "https://example.com/hook")
    choose(workspace, "anna", (0, place), Choice.LETTER)
    assert letters_due(workspace, composer, MONDAY - 1) == 0
    assert letters_due(workspace, composer, MONDAY) == 1
    assert letters_due(workspace, composer, MONDAY + 60_000) == 0
    assert letters_due(workspace, composer, MONDAY + 7 * 86_400_000) == 1
    # By e-mail it is the postman's.
    assert [where for _, where, _ in rows(workspace)] == [place, place]
    kept = Event.read(rows(workspace, "document")[0][0])
    assert kept.text.startswith("**Monday letter, week 7**")
    assert kept.path == "/letter?week=2026-W07&owner=anna"
    assert kept.figures["gap_change"] == pytest.approx(-180_000.0)


def test_one_whose_letter_cannot_be_written_keeps_nobody_elses(workspace):
    for name in ("anna", "olle"):
        place, _ = give(workspace, name, "https://example.com/hook")
        choose(workspace, name, (place,), Choice.LETTER)

    def compose(workspace, week, owner, reader):
        if owner == "anna":
            raise QuestionError("anna has nothing in this race")
        return composer(workspace, week, owner, reader)

    with pytest.raises(QuestionError, match="nothing in this race"):
        letters_due(workspace, compose, MONDAY)
    assert [account for account, _, _ in rows(workspace)] == [email("olle")]
