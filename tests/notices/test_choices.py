from __future__ import annotations

import datetime as dt

import pytest
from notices_sample import NOON, choose, email, event, give, puts, rows

from mellantid.access import remove_account
from mellantid.errors import QuestionError
from mellantid.letters.readers import wants_letter
from mellantid.notices.addresses import (
    MOST,
    Way,
    add_address,
    addresses_of,
    find_address,
    open_address,
    remove_address,
    shown_of,
)
from mellantid.notices.choices import Choices, choices_of, keep_choices, read_most, who_want
from mellantid.notices.events import Choice
from mellantid.notices.quiet import Quiet

URL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


def test_nobody_is_told_of_anything_unasked(workspace):
    found = choices_of(workspace.ledger, email("anna"))
    assert all(found.wants(each) == frozenset() for each in Choice)
    assert found.quiet == Quiet(dt.time(18), dt.time(7), free_days=True)
    assert who_want(workspace.ledger, *Choice) == ()


def test_what_was_chosen_is_kept_and_replaced(workspace):
    place, _ = give(workspace, "anna", "https://example.com/hook")
    chosen = Choices(
        {Choice.LEG: frozenset({0}), Choice.LETTER: frozenset({0, place})},
        0.35,
        Quiet(dt.time(20, 30), dt.time(8), free_days=False),
        9,
        "sv",
    )
    keep_choices(workspace.ledger, email("anna"), chosen)
    assert choices_of(workspace.ledger, email("anna")) == chosen
    assert wants_letter(workspace.ledger, email("anna"))
    assert who_want(workspace.ledger, Choice.LETTER) == (email("anna"),)
    keep_choices(workspace.ledger, email("anna"), Choices())
    assert choices_of(workspace.ledger, email("anna")) == Choices()
    assert not wants_letter(workspace.ledger, email("anna"))


def test_nobody_chooses_anothers_address(workspace):
    place, _ = give(workspace, "olle", "https://example.com/hook")
    for wrong in (place, 99):
        with pytest.raises(QuestionError, match="is gone"):
            choose(workspace, "anna", [wrong])
    for act in (find_address, remove_address):
        with pytest.raises(QuestionError, match="no such address"):
            act(workspace.ledger, email("anna"), place)
    assert len(addresses_of(workspace.ledger, email("olle"))) == 1


def test_of_an_address_only_scheme_and_tail_are_kept_to_be_read(workspace):
    place, _ = give(workspace, "anna", URL, Way.CHAT)
    [address] = addresses_of(workspace.ledger, email("anna"))
    assert address.shown == "slack://…i7FQ"
    kept = workspace.ledger.path.read_bytes() + b"".join(
        each.read_bytes() for each in workspace.ledger.path.parent.glob("m.db-*")
    )
    assert b"TIiajkdnlazk" not in kept
    assert open_address(workspace.ledger, place).url == URL


def test_a_program_gets_a_secret_of_its_own_which_is_sealed(workspace):
    (one, first), (_, second) = (give(workspace, "anna", "https://example.com/") for _ in range(2))
    assert first != second
    assert open_address(workspace.ledger, one).secret == first
    assert first not in str(workspace.ledger.rows("SELECT * FROM notice_address"))
    assert give(workspace, "anna", URL, Way.CHAT)[1] == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/hook", "https://…hook"),
        ("https://a.io/x", "https://…"),
        ("tgram://1:abc/2", "tgram://…"),
    ],
)
def test_a_short_address_shows_nothing_but_its_scheme(url, shown):
    assert shown_of(url) == shown


def test_there_are_only_so_many_addresses_each_with_a_name(workspace):
    for _ in range(MOST):
        give(workspace, "anna", "https://example.com/hook")
    with pytest.raises(QuestionError, match="remove one"):
        give(workspace, "anna", "https://example.com/hook")
    for title, url in ((" ", "https://example.com/"), ("a", "https://example.com/" + "x" * 2000)):
        with pytest.raises(QuestionError):
            add_address(workspace.ledger, email("olle"), Way.WEBHOOK, title, url, NOON)


def test_a_number_of_an_address_is_never_given_again(workspace):
    first, _ = give(workspace, "anna", "https://example.com/hook")
    remove_address(workspace.ledger, email("anna"), first)
    assert give(workspace, "olle", "https://example.com/hook")[0] > first


def test_with_an_account_goes_everything_that_was_to_be_told_to_it(workspace):
    place, _ = give(workspace, "anna", "https://example.com/hook")
    choose(workspace, "anna", [0, place])
    puts(workspace, "anna", event(), place=place)
    remove_account(workspace.ledger, email("anna"))
    assert rows(workspace) == []
    for table in ("notice_address", "notice_choice", "notice_manner"):
        assert workspace.ledger.rows(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("text", ["", "0", "61", "-1", "1.5", "many"])
def test_how_many_an_hour_is_a_whole_number(text):
    with pytest.raises(QuestionError, match="1 to 60"):
        read_most(text)
    assert read_most(" 60 ") == 60
