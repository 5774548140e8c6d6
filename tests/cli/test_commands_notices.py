"""Notices on the command line, against a program of this machine."""

import datetime as dt
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

import json

import pytest
from notices_receiver import receiver as receivers

from mellantid.notices.addresses import Way, add_address, addresses_of
from mellantid.notices.choices import Choices, keep_choices
from mellantid.notices.events import Choice
from mellantid.notices.hosts import allow_hosts
from mellantid.notices.quiet import Quiet
from mellantid.workspace import Workspace

EMAIL = "anna@example.com"


@pytest.fixture
def program(db):
    """A program that Anna has tell her of everything, at any hour."""
    with receivers() as kept, Workspace.open(db) as workspace:
        allow_hosts(workspace.ledger, "127.0.0.1")
        with workspace.ledger.writing() as connection:
            connection.execute(
                "INSERT INTO account (email, name, role, person, password, created_at) "
                "VALUES (?, 'Anna', 'viewer', NULL, '', 0)",
                (EMAIL,),
            )
        add_address(workspace.ledger, EMAIL, Way.WEBHOOK, "BI", kept.url, 0)
        [address] = addresses_of(workspace.ledger, EMAIL)
        chosen = {each: frozenset({address.number}) for each in Choice}
        never = Quiet(dt.time(0), dt.time(0), free_days=False)
        keep_choices(workspace.ledger, EMAIL, Choices(chosen, quiet=never))
        yield kept


def test_who_is_told_of_what_is_shown_without_what_is_secret(mellantid, db, program):
    found = mellantid("notices", "list", "--json", db=db).json
    [account] = found["accounts"]
    assert set(account["events"]) == set(Choice)
    shown = mellantid("notices", "list", db=db)
    assert "caught" in shown.out
    assert str(program.port) not in shown.out + str(found)


def test_nobody_has_chosen_anything_yet(mellantid, db):
    assert "Settings, Notices" in mellantid("notices", "list", db=db).out


def test_a_round_sends_what_is_due_once(mellantid, db, program):
    first = mellantid("notices", "send", db=db)
    assert first.status == 0, first.err
    # On a Monday morning the letter is due; of the race the first look tells nothing.
    assert [json.loads(body)["event"] for body in program.bodies] == ["letter"]
    assert mellantid("notices", "send", db=db).out == "0 sent, 0 not.\n"


def test_a_trial_arrives_or_says_why_not(mellantid, db, program):
    assert mellantid("notices", "test", EMAIL, "--to", "1", db=db).status == 0
    assert json.loads(program.bodies[0])["event"] == "test"
    program.answers.append((404, {}))
    answer = mellantid("notices", "test", EMAIL, "--to", "1", db=db)
    assert answer.status == 1
    assert "404" in answer.err
    for words in (("nobody@example.com",), (EMAIL, "--to", "9")):
        assert mellantid("notices", "test", *words, db=db).status == 1


def test_what_cannot_be_sent_is_said_and_counts_as_a_fault(mellantid, db, program):
    program.answers.append((500, {}))
    answer = mellantid("notices", "send", db=db)
    assert answer.status == 1
    assert answer.out == "0 sent, 1 not.\n"
    assert "500" in answer.err
