"""What is remembered of a connection, and that its secrets are not to be seen."""

import dataclasses

import pytest

from mellantid.access.sealing import Seal
from mellantid.connectors.connector import Field, Kind
from mellantid.connectors.course import Course
from mellantid.connectors.keeping import (
    Status,
    add_connection,
    change_connection,
    connections,
    find_connection,
    new_connection,
    new_keys,
    note_keys,
    remove_connection,
    values_of,
    with_values,
)
from mellantid.connectors.told import Means
from mellantid.errors import DataError, QuestionError
from mellantid.ledger import Entries, Ledger
from mellantid.workspace import Workspace

NOW = 1_750_000_000_000
DAY = 86_400_000
GIVEN = "pat-eu1-0123456789"
FIELDS = (
    Field("token", secret=True),
    Field("hook_secret", secret=True, required=False),
    Field("region", default="eu", choices=("eu", "us")),
)
KIND = Kind("toy", "Toy CRM", FIELDS, hooks=True, make=lambda *_: None)


@pytest.fixture
def seal(tmp_path):
    return Seal(tmp_path / "l.db", {})


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "l.db", create=True) as opened:
        yield opened


@pytest.fixture
def made(ledger, seal):
    connection = new_connection(KIND, "toy", {"token": GIVEN}, seal, NOW)
    add_connection(ledger, connection)
    return connection


def test_what_was_given_comes_back_whole(ledger, made, seal):
    found = find_connection(ledger, "toy")
    assert found == made
    assert values_of(found, seal) == {"token": GIVEN, "region": "eu"}


def test_a_secret_is_neither_in_the_file_nor_in_a_repr(ledger, made):
    ledger.back_up(ledger.path.with_name("copy.db"))
    assert GIVEN.encode() not in ledger.path.with_name("copy.db").read_bytes()
    assert GIVEN not in repr(made)
    assert made.secrets["token"] not in repr(made)


def test_a_secret_that_is_left_out_stays(made, seal):
    changed = with_values(made, KIND, {"region": "us"}, seal)
    assert values_of(changed, seal) == {"token": GIVEN, "region": "us"}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "needs token"),
        ({"token": " "}, "needs token"),
        ({"token": "x", "region": "mars"}, "use eu or us"),
        ({"token": "x", "tokn": "y"}, "has no tokn"),
    ],
)
def test_values_that_cannot_be_are_refused(seal, values, why):
    with pytest.raises(QuestionError, match=why):
        new_connection(KIND, "toy", values, seal, NOW)


@pytest.mark.parametrize("name", ["", " ", "a/b", "a#2", "x" * 65, "ends ", "räksmörgås"])
def test_a_name_that_would_part_keys_is_refused(seal, name):
    with pytest.raises(QuestionError, match="cannot be a connection's name"):
        new_connection(KIND, name, {"token": "x"}, seal, NOW)


def test_two_connections_of_one_name_cannot_be(ledger, made):
    with pytest.raises(DataError, match="already"):
        add_connection(ledger, made)


def test_owners_of_a_second_connection_are_told_apart(ledger, made, seal):
    add_connection(ledger, new_connection(KIND, "second", {"token": "x"}, seal, NOW))
    assert [each.owners for each in connections(ledger)] == ["second:", ""]
    assert made.owners == ""


def test_a_change_leaves_what_others_have_changed(ledger, made):
    course = Course("1", "P", 2, {"11": "A"}, {"11": Means.OPEN}, {"A": "11"})
    change_connection(ledger, made.name, courses={"1": course}, status=Status.FILLING)
    change_connection(ledger, made.name, cursors={"filling": {"after": "7"}}, next_try=NOW)
    found = find_connection(ledger, "toy")
    expected = dataclasses.replace(
        made,
        courses={"1": course},
        status=Status.FILLING,
        cursors={"filling": {"after": "7"}},
        next_try=NOW,
    )
    assert found == expected


def test_what_is_removed_is_gone_with_its_secrets_and_deliveries(ledger, made):
    note_keys(ledger, "toy", ["a"], NOW, 0)
    remove_connection(ledger, made.name)
    assert connections(ledger) == ()
    assert new_keys(ledger, "toy", ["a"]) == ("a",)
    with pytest.raises(QuestionError, match="no connection 'toy'"):
        remove_connection(ledger, "toy")


def test_a_delivery_that_comes_again_is_known_until_it_is_forgotten(ledger, made):
    assert new_keys(ledger, made.name, ["a", "b", "a"]) == ("a", "b")
    note_keys(ledger, made.name, ["a", "b"], NOW, NOW - 10)
    assert new_keys(ledger, made.name, ["a", "c"]) == ("c",)
    assert new_keys(ledger, "other", ["a"]) == ("a",)
    note_keys(ledger, made.name, [], NOW + 20, NOW + 10)
    assert new_keys(ledger, made.name, ["a"]) == ("a",)


def test_a_source_that_was_read_now_is_known_up_to_now_though_nothing_has_happened(tmp_path, seal):
    with Workspace.open(tmp_path / "m.db", create=True) as workspace:
        entry = Entries("k", "Sales", "7", "created", NOW - 90 * DAY, "file", stage="Qualify")
        workspace.ledger.append(entry, NOW)
        assert workspace.moment(None, NOW).until < NOW
        add_connection(workspace.ledger, new_connection(KIND, "crm", {"token": GIVEN}, seal, NOW))
        assert workspace.moment(None, NOW).until < NOW
        change_connection(workspace.ledger, "crm", heard_at=NOW - 1)
        assert workspace.moment(None, NOW).until == NOW
        assert workspace.moment(None, NOW).notes == ()
