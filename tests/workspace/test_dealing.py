from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from mellantid.core.process import Process
from mellantid.errors import QuestionError
from mellantid.ledger import Entries
from mellantid.workspace import Person, Rate, Settings, Workspace
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.deal import find_deal, last_told, told_of
from mellantid.workspace.deal_checks import Said, read_date
from mellantid.workspace.dealing import (
    NewDeal,
    change_amount,
    change_owner,
    create,
    lose,
    move,
    reopen,
    take_back,
    win,
)
from mellantid.workspace.notes import Note, notes_of, write_note
from mellantid.workspace.said_amounts import read_amount

STAGES = ("Prospect", "Demo", "Offer")
TODAY = dt.date(2025, 6, 18)
NOW = 1_750_240_800_000  # 2025-06-18 12:00 in Stockholm
DAY = 86_400_000


class Desk:
    """A workspace with one process, and one person at the desk."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.now = NOW
        self.count = 0

    def said(self, key=None, at=None):
        self.count += 1
        return Said(key or f"k{self.count}", self.now, at)

    def do(self, verb, *args, key=None, at=None):
        entries = verb(self.workspace, None, *args, self.said(key, at))
        if entries is None:
            return 0
        return self.workspace.ledger.append(entries, self.now).added

    def deal(self, name="Alfa"):
        return find_deal(self.workspace, None, name, self.now + 1)

    def stands(self, name="Alfa"):
        return self.deal(name).stage

    def last_key(self, name="Alfa"):
        return last_told(told_of(self.workspace.ledger, self.deal(name))).entry.key

    def kinds(self):
        return [each.kind for each in self.workspace.ledger.follow()]


@pytest.fixture
def desk(tmp_path):
    with Workspace.open(tmp_path / "desk.db", create=True) as workspace:
        workspace.change_settings(Settings(currency="SEK"))
        workspace.keep_process(Process("Sales", STAGES, ("Won",), ("Lost",)), 1)
        workspace.add_people([Person("anna", "Anna Ek", "North"), Person("bo", "Bo Alm")], {})
        desk = Desk(workspace)
        new = NewDeal("Alfa", "Prospect", "anna", 1000.0)
        desk.do(create, new, key="first", at=TODAY - dt.timedelta(days=20))
        yield desk


def refused(desk, why, verb, *args, at=None):
    before = desk.workspace.ledger.position()
    with pytest.raises(CannotDo) as told:
        desk.do(verb, *args, at=at)
    assert told.value.why == why
    assert str(told.value).endswith(".")
    assert desk.workspace.ledger.position() == before


def test_a_deal_goes_forward_skips_goes_back_and_is_won(desk):
    for stage in ("Demo", "Offer", "Prospect", "Offer"):
        desk.do(move, "Alfa", stage)
        assert desk.stands() == stage
    desk.do(win, "Alfa")
    assert desk.stands() == "won"
    assert not desk.deal().open


def test_a_lost_deal_keeps_its_reason_and_can_be_reopened_in_any_stage(desk):
    desk.do(lose, "Alfa", "  Price  ")
    assert desk.stands() == "lost"
    assert desk.workspace.ledger.follow()[-1].reason == "Price"
    desk.do(reopen, "Alfa", "Offer")
    assert desk.stands() == "Offer"


def test_a_step_back_in_the_very_moment_of_another_movement_comes_after_it(desk):
    desk.do(move, "Alfa", "Offer", at=TODAY - dt.timedelta(days=3))
    desk.do(move, "Alfa", "Demo", at=TODAY - dt.timedelta(days=3))
    assert desk.stands() == "Demo"


def test_the_same_key_again_adds_nothing_whatever_has_happened_since(desk):
    assert desk.do(move, "Alfa", "Demo", key="once") == 1
    desk.now += 60_000
    assert desk.do(move, "Alfa", "Demo", key="once") == 0
    assert desk.do(win, "Alfa", key="won") == 1
    assert desk.do(win, "Alfa", key="won") == 0
    assert desk.do(create, NewDeal("Alfa", "Prospect"), key="first") == 0
    assert desk.kinds() == ["created", "moved", "won"]


def test_two_that_send_one_form_at_the_same_time_write_it_once(desk):
    first = move(desk.workspace, None, "Alfa", "Demo", desk.said("same"))
    later = dataclasses.replace(desk.said("same"), now=NOW + 5)
    second = move(desk.workspace, None, "Alfa", "Demo", later)
    desk.workspace.ledger.append(first, NOW)
    assert desk.workspace.ledger.append(second, NOW + 5).added == 0


def test_a_key_that_stands_for_something_else_is_refused(desk):
    desk.do(move, "Alfa", "Demo", key="once")
    with pytest.raises(CannotDo, match="used for something else"):
        desk.do(win, "Alfa", key="once")


def test_a_key_of_ours_never_meets_one_of_an_import(desk):
    taken = Entries(
        key="k", process="Sales", deal="Beta", kind="created", stage="Demo", occurred_at=1,
        source="crm.csv",
    )  # fmt: skip
    desk.workspace.ledger.append(taken, NOW)
    assert desk.do(move, "Alfa", "Demo", key="k") == 1


def test_what_happened_on_a_past_date_is_known_from_now_and_was_some_time_that_day(desk):
    date = TODAY - dt.timedelta(days=5)
    desk.do(move, "Alfa", "Demo", at=date)
    entry = desk.workspace.ledger.follow()[-1]
    clock = desk.workspace.clock
    assert (entry.occurred_after, entry.occurred_at) == (
        clock.start_of(date) - 1,
        clock.end_of(date) - 1,
    )
    assert entry.known_at == NOW
    history = desk.deal().history
    assert clock.date(int(history.at[-1])) == date
    # Yesterday nobody knew of it.
    yesterday = clock.end_of(TODAY - dt.timedelta(days=1))
    assert desk.workspace.ledger.read("Sales", yesterday).size == 0


def test_now_and_a_moment_that_is_given_are_exact(desk):
    desk.do(move, "Alfa", "Demo", at=NOW - DAY)
    desk.do(move, "Alfa", "Offer", at=TODAY)
    entries = desk.workspace.ledger.follow()[-2:]
    assert [(each.occurred_at, each.occurred_after) for each in entries] == [
        (NOW - DAY, None),
        (NOW, None),
    ]


@pytest.mark.parametrize(
    ("why", "verb", "args"),
    [
        ("no_deal", move, ("Beta", "Demo")),
        ("same_stage", move, ("Alfa", "prospect")),
        ("no_stage", move, ("Alfa", "Won")),
        ("no_stage", move, ("Alfa", "")),
        ("open", reopen, ("Alfa", "Demo")),
        ("no_owner", change_owner, ("Alfa", "Cecilia")),
        ("no_owner", change_owner, ("Alfa", "")),
        ("same_owner", change_owner, ("Alfa", "Anna Ek")),
        ("same_amount", change_amount, ("Alfa", 1000.0, None)),
        ("below_zero", change_amount, ("Alfa", -1.0, None)),
        ("bad_amount", change_amount, ("Alfa", float("nan"), None)),
        ("bad_amount", change_amount, ("Alfa", float("inf"), None)),
        ("no_rate", change_amount, ("Alfa", 5.0, "EUR")),
        ("long_text", lose, ("Alfa", "x" * 501)),
        ("no_name", create, (NewDeal("  ", "Demo"),)),
        ("bad_name", create, (NewDeal("a\nb", "Demo"),)),
        ("bad_name", create, (NewDeal("x" * 201, "Demo"),)),
        ("exists", create, (NewDeal("Alfa ", "Demo"),)),
        ("no_stage", create, (NewDeal("Beta", "Nowhere"),)),
        ("no_owner", create, (NewDeal("Beta", "Demo", "Cecilia"),)),
        ("no_rate", create, (NewDeal("Beta", "Demo", None, 5.0, "EUR"),)),
        ("nothing_to_undo", take_back, ("Crm", "k")),
        ("not_last", take_back, ("Alfa", "said:other")),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(desk, why, verb, args):
    imported = Entries(
        key="k", process="Sales", deal="Crm", kind="created", stage="Demo", occurred_at=1,
        source="crm.csv",
    )  # fmt: skip
    desk.workspace.ledger.append(imported, NOW)
    refused(desk, why, verb, *args)


@pytest.mark.parametrize(("close", "why"), [(win, "closed_won"), (lose, "closed_lost")])
def test_a_closed_deal_must_be_reopened_before_it_moves(desk, close, why):
    desk.do(close, "Alfa", *(("",) if close is lose else ()))
    refused(desk, why, move, "Alfa", "Demo")
    refused(desk, why, win, "Alfa")
    refused(desk, why, lose, "Alfa", "")


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (TODAY + dt.timedelta(days=1), "future"),
        (NOW + 1, "future"),
        (TODAY - dt.timedelta(days=21), "too_early"),
        (NOW - 40 * DAY, "too_early"),
        (dt.date(1969, 5, 1), "bad_date"),
    ],
)
def test_a_moment_to_come_or_before_what_it_follows_is_refused(desk, at, why):
    refused(desk, why, move, "Alfa", "Demo", at=at)


def test_a_movement_may_be_told_after_a_later_change_of_amount(desk):
    desk.do(change_amount, "Alfa", 2000.0, None, at=TODAY - dt.timedelta(days=2))
    assert desk.do(move, "Alfa", "Demo", at=TODAY - dt.timedelta(days=4)) == 1
    assert (desk.stands(), desk.deal().amount) == ("Demo", 2000.0)


def test_amount_and_owner_change_also_after_the_end(desk):
    desk.do(win, "Alfa")
    desk.do(change_amount, "Alfa", 1200.0, "sek")
    desk.do(change_owner, "Alfa", "Bo Alm")
    assert (desk.deal().amount, desk.deal().currency, desk.deal().owner) == (1200.0, "SEK", "bo")


def test_another_currency_needs_a_rate_of_that_day(desk):
    desk.workspace.add_rates([Rate("EUR", TODAY - dt.timedelta(days=1), 11.0)])
    desk.do(change_amount, "Alfa", 100.0, "eur")
    assert (desk.deal().amount, desk.deal().currency) == (100.0, "EUR")
    assert float(desk.deal().history.amount[-1]) == pytest.approx(1100.0)
    early = NewDeal("Beta", "Demo", None, 5.0, "EUR")
    refused(desk, "no_rate", create, early, at=TODAY - dt.timedelta(days=2))


def test_two_of_one_name_are_told_apart_by_identity(desk):
    desk.workspace.add_people([Person("bo2", "Bo Alm")], {})
    refused(desk, "several_owners", change_owner, "Alfa", "bo alm")
    assert desk.do(change_owner, "Alfa", "bo2") == 1


def test_undo_takes_back_the_last_entry_and_then_the_one_before(desk):
    desk.do(move, "Alfa", "Demo")
    desk.do(win, "Alfa")
    won = desk.last_key()
    assert desk.do(take_back, "Alfa", won, key="undo") == 1
    assert desk.stands() == "Demo"
    assert desk.do(take_back, "Alfa", won, key="undo") == 0
    refused(desk, "not_last", take_back, "Alfa", won)
    desk.do(take_back, "Alfa", desk.last_key())
    assert desk.stands() == "Prospect"
    told = told_of(desk.workspace.ledger, desk.deal())
    assert [(each.entry.kind, each.holds) for each in told] == [
        ("created", True),
        ("moved", False),
        ("won", False),
    ]
    # What was undone can be done again.
    assert desk.do(move, "Alfa", "Demo") == 1


def test_undoing_the_creation_leaves_no_deal_and_its_name_is_free(desk):
    desk.do(take_back, "Alfa", desk.last_key())
    with pytest.raises(CannotDo, match="no deal"):
        desk.deal()
    assert desk.do(create, NewDeal("Alfa", "Demo")) == 1
    assert desk.stands() == "Demo"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("250000", 250000.0),
        (" 1 250 000 ", 1250000.0),
        ("1\u00a0250\u202f000,50", 1250000.5),
        ("1250.5", 1250.5),
        ("1,250,000", 1250000.0),
        ("1.250.000,75", 1250000.75),
        ("1,250.75", 1250.75),
        ("0", 0.0),
        ("12,5", 12.5),
        ("+5", 5.0),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, amount):
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "bad_amount"),
        ("much", "bad_amount"),
        ("1e9", "bad_amount"),
        ("1,2,3.4.5", "bad_amount"),
        ("12.500", "unclear_amount"),
        ("12,500", "unclear_amount"),
        ("-5", "below_zero"),
        ("\u2212" + "5", "below_zero"),
        ("9" * 20, "bad_amount"),
    ],
)
def test_what_is_no_amount_or_could_be_two_is_refused(text, why):
    with pytest.raises(CannotDo) as told:
        read_amount(text)
    assert told.value.why == why


def test_a_date_is_read_or_left_out_or_refused():
    assert read_date("2025-01-31") == dt.date(2025, 1, 31)
    assert read_date(" ") is None
    with pytest.raises(CannotDo, match="2026-01-31"):
        read_date("31/1")


def test_notes_are_kept_once_for_each_key_and_never_changed(desk):
    ledger = desk.workspace.ledger
    note = Note(" Called, å\n them ", "Anna", NOW)
    write_note(ledger, "Sales", "Alfa", note, "n1")
    write_note(ledger, "Sales", "Alfa", note, "n1")
    write_note(ledger, "Sales", "Alfa", Note("Again", "Bo", NOW + 1), "n2")
    assert [each.text for each in notes_of(ledger, "Sales", "Alfa")] == [
        "Again",
        "Called, å\n them",
    ]
    for text, why in (("  ", "no_text"), ("x" * 10_001, "long_text")):
        with pytest.raises(CannotDo) as told:
            write_note(ledger, "Sales", "Alfa", Note(text, "Anna", NOW), "n3")
        assert told.value.why == why
    with pytest.raises(CannotDo, match="no deal"):
        write_note(ledger, "Sales", "Beta", note, "n4")
    for statement in ("UPDATE note SET text = 'x'", "DELETE FROM note"):
        with pytest.raises(Exception, match="append-only"), ledger.writing() as connection:
            connection.execute(statement)


def test_one_deal_is_found_by_its_index(desk):
    plan = desk.workspace.ledger.rows(
        "EXPLAIN QUERY PLAN SELECT id FROM entry WHERE process = 'Sales' AND deal = 'Alfa' "
        "ORDER BY id"
    )
    assert "entry_deal" in plan[0][3]


def test_a_deal_of_another_process_is_another_deal(desk):
    desk.workspace.keep_process(Process("Renewals", ("Talk",), ("Won",), ("Lost",)), 1)
    with pytest.raises(QuestionError, match="Say which process"):
        move(desk.workspace, None, "Alfa", "Demo", desk.said())
    with pytest.raises(CannotDo, match="no deal"):
        move(desk.workspace, "Renewals", "Alfa", "Talk", desk.said())
    entries = create(desk.workspace, "Renewals", NewDeal("Alfa", "Talk"), desk.said())
    desk.workspace.ledger.append(entries, NOW)
    assert find_deal(desk.workspace, "Sales", "Alfa", NOW + 1).stage == "Prospect"
