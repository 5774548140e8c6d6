from __future__ import annotations

import datetime as dt
import email
import email.policy
import shutil
import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))

import pytest
from letter_sample import sample
from mail_server import mail_server

from mellantid.access import remove_account
from mellantid.letters.post import Post, write_post
from mellantid.letters.readers import REST, choose_letter, claim, outstanding
from mellantid.letters.rounds import week_due
from mellantid.web import postman as post_office
from mellantid.web.app import application
from mellantid.web.postman import Postman
from mellantid.workspace import Settings, Workspace

ZONE = ZoneInfo("Europe/Stockholm")
WANT = ("seller@example.com", "viewer@example.com")


def at(text, zone=ZONE):
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


class Morning:
    """A demo in which two want the letter, a mail server, and a clock that is set by hand."""

    def __init__(self, database, server):
        self.database = database
        self.server = server
        self.now = at("2025-11-03 06:59")
        with Workspace.open(database) as workspace:
            write_post(
                workspace.ledger, Post("127.0.0.1", server.port, "", "brev@example.com", "none")
            )
            for each, language in zip(WANT, ("sv", "en"), strict=True):
                choose_letter(workspace.ledger, each, language, weekly=True)
            choose_letter(workspace.ledger, "admin@example.com", "sv", weekly=False)
        self.restart()

    def restart(self):
        """Another process on the same database."""
        self.app = application(self.database, lambda: self.now)
        self.postman = Postman(self.app.state.asking)

    def round(self, moment=None):
        if moment is not None:
            self.now = at(moment)
        return self.postman.round()

    def taken(self):
        """To whom letters have gone, in order."""
        return [to for _, [to], _ in self.server.mails]


@pytest.fixture
def morning(demo_file, tmp_path, monkeypatch):
    """A morning on which letters need no composing: what they say is tested elsewhere."""
    monkeypatch.setattr(post_office, "Composing", lambda _: lambda *_: sample())
    yield from mornings(demo_file, tmp_path)


@pytest.fixture
def whole_morning(demo_file, tmp_path):
    """A morning with letters as they are."""
    yield from mornings(demo_file, tmp_path)


def mornings(demo_file, tmp_path):
    copy = tmp_path / "demo.db"
    shutil.copy(demo_file[0], copy)
    with mail_server() as server:
        yield Morning(str(copy), server)


def test_letters_go_out_at_seven_on_monday_to_those_who_want_them_and_never_twice(whole_morning):
    morning = whole_morning
    assert morning.round("2025-11-03 06:59") is None
    assert morning.round("2025-11-03 07:00").sent == WANT
    assert morning.round("2025-11-03 07:01") is None
    morning.restart()
    assert morning.round("2025-11-03 09:00") is None
    assert morning.round("2025-11-04 23:59") is None
    assert morning.taken() == list(WANT)
    first, second = (
        email.message_from_bytes(body, policy=email.policy.default)
        for *_, body in morning.server.mails
    )
    assert first["Subject"] == "Måndagsbrevet, vecka 44: Anna Lindqvist"
    assert second["Subject"] == "Monday letter, week 44: Fjällräv Industriteknik"


def test_the_next_monday_has_its_own_letter_and_a_late_start_still_sends(morning):
    assert morning.round("2025-11-04 15:00").sent == WANT
    assert morning.round("2025-11-05 00:01") is None
    assert morning.round("2025-11-10 07:00").sent == WANT
    assert morning.round("2025-11-10 07:01") is None
    assert morning.taken() == [*WANT, *WANT]


def test_who_no_longer_wants_the_letter_or_has_no_account_gets_none(morning):
    with Workspace.open(morning.database) as workspace:
        remove_account(workspace.ledger, WANT[0])
        choose_letter(workspace.ledger, WANT[1], "en", weekly=False)
    assert morning.round("2025-11-03 07:00") is None
    assert morning.taken() == []


def test_a_server_that_is_down_is_tried_again_after_a_while_and_each_letter_goes_out_once(morning):
    morning.server.answers["MAIL"] = "451 later"
    done = morning.round("2025-11-03 07:00")
    assert done.sent == ()
    assert set(done.left) == set(WANT)
    assert morning.round() is None
    morning.server.answers.clear()
    morning.now += REST
    assert morning.round().sent == WANT
    morning.now += REST
    assert morning.round() is None
    assert morning.taken() == list(WANT)


def test_a_letter_of_which_nobody_knows_whether_it_went_out_is_not_sent_again(morning):
    morning.server.answers["end"] = "gone"
    assert morning.round("2025-11-03 07:00").sent == ()
    morning.server.answers.clear()
    morning.now += 10 * REST
    morning.restart()
    assert morning.round() is None


def test_a_letter_that_was_claimed_when_the_process_ended_is_not_sent_again(morning):
    with Workspace.open(morning.database) as workspace:
        assert claim(workspace.ledger, "2025-W44", WANT[0], morning.now)
        assert not claim(workspace.ledger, "2025-W44", WANT[0], morning.now)
    assert morning.round("2025-11-03 07:00").sent == WANT[1:]


def test_several_processes_send_each_letter_once(morning):
    morning.round("2025-11-03 06:00")
    others = [
        Postman(application(morning.database, lambda: morning.now).state.asking) for _ in range(2)
    ]
    morning.now = at("2025-11-03 07:00")
    threads = [threading.Thread(target=each.round) for each in others]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(morning.taken()) == sorted(WANT)


def test_nothing_is_sent_and_nothing_is_used_up_where_sending_is_not_set_up(morning):
    with Workspace.open(morning.database) as workspace:
        write_post(workspace.ledger, Post())
        assert morning.round("2025-11-03 07:00") is None
        assert len(outstanding(workspace.ledger, "2025-W44", morning.now)) == 2


@pytest.mark.parametrize(
    ("zone", "moment", "week"),
    [
        ("Europe/Stockholm", "2026-03-30 06:59", None),
        ("Europe/Stockholm", "2026-03-30 07:00", "2026-W13"),  # the day after the clocks change
        ("Europe/Stockholm", "2026-10-26 07:00", "2026-W43"),
        ("America/New_York", "2026-03-30 07:00", "2026-W13"),
        ("Europe/Stockholm", "2026-03-29 07:00", None),
        ("Europe/Stockholm", "2026-03-31 00:00", "2026-W13"),
        ("Europe/Stockholm", "2026-04-01 07:00", None),
        ("Europe/Stockholm", "2026-01-05 07:00", "2026-W01"),
    ],
)
def test_seven_is_seven_in_the_organisations_own_zone(tmp_path, zone, moment, week):
    with Workspace.open(tmp_path / "w.db", create=True) as workspace:
        workspace.change_settings(Settings(timezone=zone))
        due = week_due(workspace, at(moment, ZoneInfo(zone)))
    assert (None if due is None else due.name) == week


def test_the_postman_looks_by_himself_and_goes_on_after_a_fault(morning, monkeypatch, caplog):
    monkeypatch.setattr(post_office, "EVERY", 0.01)
    looks = []

    def broken():
        looks.append(None)
        if len(looks) == 1:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(morning.postman, "round", broken)
    morning.postman.start()
    deadline = time.monotonic() + 5
    while len(looks) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    morning.postman.stop()
    assert len(looks) >= 3
    assert "broken off" in caplog.text
