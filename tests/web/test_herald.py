from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))
sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

import datetime as dt
import json
import shutil
import time

import pytest
from letter_sample import sample
from notices_receiver import receiver as receivers
from notices_sample import NEVER, at, choose, give

from mellantid.ledger import Entries
from mellantid.notices.events import Choice
from mellantid.notices.hosts import allow_hosts
from mellantid.notices.outbox import State
from mellantid.web import herald as heralds
from mellantid.web.app import application
from mellantid.web.herald import Herald
from mellantid.workspace import Workspace


class Afternoon:
    """A demo with a program that is told, and a clock that is set by hand."""

    def __init__(self, database, now, program):
        self.now = now
        self.database = database
        self.program = program
        with Workspace.open(database) as workspace:
            allow_hosts(workspace.ledger, "127.0.0.1")
        self.restart()

    def restart(self):
        """Another process on the same database."""
        self.app = application(self.database, lambda: self.now)
        self.herald = Herald(self.app.state.asking)

    def want(self, name, *events, **manner):
        with Workspace.open(self.database) as workspace:
            place, _ = give(workspace, name, self.program.url)
            choose(workspace, name, [place], *events, quiet=NEVER, **manner)

    def told(self):
        return [json.loads(body) for body in self.program.bodies]


@pytest.fixture
def afternoon(demo_file, tmp_path):
    copy = tmp_path / "demo.db"
    shutil.copy(demo_file[0], copy)
    with receivers() as program:
        yield Afternoon(str(copy), demo_file[1], program)


def test_what_happens_in_a_race_is_told_once_also_after_a_restart(afternoon):
    afternoon.want("seller", Choice.CAUGHT)
    assert afternoon.herald.round() == []
    with Workspace.open(afternoon.database) as workspace:
        process = workspace.process()
        held = workspace.race(None, afternoon.now + 1)
        age = max(each.cutoff or 0 for each in workspace.ropes(held).stages) + 40
        long_ago = workspace.clock.start_of(
            held.history.clock.date(afternoon.now) - dt.timedelta(days=2 * age)
        )
        entries = Entries(
            key=["late/anna", "late/erik"],
            process=process.name,
            process_version=process.version,
            deal=["LATE", "STRANGER"],
            kind="created",
            stage=process.stages[1],
            occurred_at=long_ago,
            owner=["anna.lindqvist", "erik.nilsson"],
            source="test",
        )
        workspace.ledger.append(entries, afternoon.now)
    afternoon.now += 1
    afternoon.restart()
    assert [each.state for each in afternoon.herald.round()] == [State.SENT]
    [told] = afternoon.told()
    assert (told["event"], told["deal"]) == ("deal.caught", "LATE")
    assert Herald(afternoon.app.state.asking).round() == []


def test_a_look_asks_for_nothing_that_the_pages_do_not_keep(afternoon, monkeypatch):
    afternoon.want("seller")
    asking = afternoon.app.state.asking
    with asking.workspace() as workspace:
        race, _ = asking.race(workspace, workspace.process().name, patience=1)
        asking.prepare(workspace, race)

    def made(*_):
        raise AssertionError("it was worked out anew")

    monkeypatch.setattr(Workspace, "race", made)
    monkeypatch.setattr(Workspace, "outcome", made)
    monkeypatch.setattr(Workspace, "standing", made)
    afternoon.herald.round()
    with asking.workspace() as workspace:
        assert workspace.ledger.rows("SELECT process FROM notice_seen") != []


def test_while_the_next_race_is_being_made_it_waits_but_not_for_ever(afternoon, monkeypatch):
    afternoon.want("seller")
    monkeypatch.setattr(Workspace, "race", lambda *_: None)
    old = type("Race", (), {"position": 1})()
    asking = afternoon.app.state.asking
    monkeypatch.setattr(asking, "race", lambda *_, **__: (old, ()))
    monkeypatch.setattr(heralds, "reported", lambda *_: "data")
    monkeypatch.setattr(asking, "of", lambda *_: "outcome")
    with asking.workspace() as workspace:
        with pytest.raises(heralds._NotNowError):
            afternoon.herald._seen(workspace, "Sales")
        monkeypatch.setattr(heralds, "monotonic", lambda: time.monotonic() + heralds.LATEST)
        assert afternoon.herald._seen(workspace, "Sales").race is old


def test_letters_go_to_programs_on_monday_morning(afternoon, monkeypatch):
    monkeypatch.setattr(heralds, "Composing", lambda _: lambda *_: sample())
    afternoon.want("seller", Choice.LETTER)
    afternoon.now = at("2025-11-03 06:59")
    assert afternoon.herald.round() == []
    afternoon.now = at("2025-11-03 07:00")
    assert [each.state for each in afternoon.herald.round()] == [State.SENT]
    [told] = afternoon.told()
    assert (told["event"], told["week"]) == ("letter", "2025-W44")
    assert told["text"].startswith("**Monday letter")
    afternoon.restart()
    assert afternoon.herald.round() == []


def test_a_letter_that_cannot_be_written_is_tried_again_after_a_while(afternoon, monkeypatch):
    tries = []

    def unable(*_):
        tries.append(None)
        raise heralds.QuestionError("There is no plan.")

    monkeypatch.setattr(heralds, "letters_due", unable)
    for _ in range(3):
        afternoon.herald.round()
    assert len(tries) == 1


def test_the_herald_looks_by_himself_and_goes_on_after_a_fault(afternoon, monkeypatch, caplog):
    monkeypatch.setattr(heralds, "EVERY", 0.01)
    looks = []

    def broken():
        looks.append(None)
        if len(looks) == 1:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(afternoon.herald, "round", broken)
    afternoon.herald.start()
    deadline = time.monotonic() + 5
    while len(looks) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    afternoon.herald.stop()
    assert len(looks) >= 3
    assert "broken off" in caplog.text
