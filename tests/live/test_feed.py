"""The feed: nobody who listens misses anything, whoever wrote it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from live_sample import keep, new_feed, numbers_of

from mellantid.live import Flood
from mellantid.live import feed as room
from mellantid.workspace import Workspace

PATIENCE = 20.0


@pytest.fixture
def feed(file):
    made = new_feed(file)
    yield made
    made.stop()


@contextmanager
def listening(feed):
    woken = threading.Event()
    with feed.listening(woken.set):
        # Whoever listens is woken once it has begun.
        assert woken.wait(PATIENCE)
        assert feed.begun
        woken.clear()
        yield woken


def until(holds, seconds=PATIENCE):
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, "it never came"
        sleep(0.01)


def test_what_another_program_writes_wakes_the_listener(file, feed):
    with listening(feed) as woken:
        keep(file, 1, 3)
        assert woken.wait(PATIENCE)
        assert numbers_of(feed.take(0)) == [1, 2, 3]
        assert [event.deal for event in feed.take(1)] == ["D2", "D3"]
        assert feed.take(3) == ()


def test_it_sleeps_when_nobody_listens_and_goes_on_where_it_was(file, feed):
    with listening(feed) as woken:
        keep(file, 1)
        assert woken.wait(PATIENCE)
    until(lambda: not feed.awake)
    keep(file, 2, 2)
    with listening(feed):
        until(lambda: len(feed.take(1)) == 2)
        assert numbers_of(feed.take(1)) == [2, 3]


def test_who_has_seen_less_than_is_kept_in_memory_reads_the_ledger(file, feed, monkeypatch):
    monkeypatch.setattr(room, "KEPT", 10)
    keep(file, 1, 5)
    with listening(feed):
        for first in range(6, 36, 6):
            keep(file, first, 6)
            until(lambda last=first + 5: feed._at == last)
        assert feed.kept(2) is None
        assert numbers_of(feed.take(2)) == list(range(3, 36))
        assert feed.take(2)[0].owner == "anna"


def test_who_is_too_far_behind_is_told_to_load_again(file, feed, monkeypatch):
    monkeypatch.setattr(room, "FAR", 20)
    keep(file, 1, 50)
    with listening(feed):
        until(lambda: feed._at == 50)
        assert feed.take(10) == (Flood(50),)
        assert numbers_of(feed.take(40)) == list(range(41, 51))


def test_a_large_import_is_one_event(file, feed):
    with listening(feed) as woken:
        keep(file, 1)
        assert woken.wait(PATIENCE)
        seen = feed.take(0)[-1].id
        keep(file, 2, 1000)
        until(lambda: feed._at == 1001)
        assert feed.take(seen) == (Flood(1001),)
        keep(file, 2000, 2)
        until(lambda: feed._at == 1003)
        assert numbers_of(feed.take(1001)) == [1002, 1003]
        assert feed.take(seen) == (Flood(1003),)


def test_our_own_writer_wakes_it_at_once(file, feed, monkeypatch):
    monkeypatch.setattr(room, "LOOK", 30.0)
    with listening(feed) as woken:
        sleep(0.1)
        keep(file, 1)
        assert not woken.wait(0.1)
        feed.wake()
        assert woken.wait(PATIENCE)


def test_the_last_lines_are_there_although_nobody_has_listened(file, feed):
    keep(file, 1, 20)
    with Workspace.open(file) as workspace:
        assert numbers_of(feed.last(workspace, 5, 20)) == [16, 17, 18, 19, 20]
        assert numbers_of(feed.last(workspace, 5, 18)) == [14, 15, 16, 17, 18]
        assert feed.last(workspace, 5, 0) == ()
    assert not feed.awake


def test_a_stop_ends_the_thread_although_somebody_listens(feed):
    with listening(feed):
        feed.stop()
        assert not feed.awake
