from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mellantid.web import keeping as room
from mellantid.web.keeping import STALE, Keeping


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keeping(clock):
    kept = Keeping(clock, 3)
    yield kept
    kept.close()


def never():
    raise AssertionError


def test_an_answer_is_made_once_for_each_state(keeping):
    assert keeping.fresh("q", 1, lambda: "a") == "a"
    assert keeping.fresh("q", 1, never) == "a"
    assert keeping.fresh("q", 2, lambda: "b") == "b"


def test_two_who_ask_at_once_have_it_made_once(keeping):
    made, begun = [], threading.Barrier(2)

    def make():
        made.append(1)
        return "a"

    def ask():
        begun.wait()
        return keeping.fresh("q", 1, make)

    with ThreadPoolExecutor(2) as threads:
        assert [each.result() for each in [threads.submit(ask), threads.submit(ask)]] == ["a", "a"]
    assert made == [1]


def test_a_recent_answer_is_given_while_the_next_is_made(keeping, clock):
    keeping.recent("q", 1, lambda: "a", 10)
    clock.now = 10
    making, made = threading.Event(), threading.Event()

    def make():
        making.set()
        made.wait(5)
        return "b"

    assert keeping.recent("q", 2, make, 10) == "a"
    assert making.wait(5)
    assert keeping.recent("q", 2, never, 10) == "a"
    made.set()
    assert keeping.fresh("q", 2, never) == "b"


def test_what_takes_long_rests_before_it_is_made_again(keeping, monkeypatch):
    seconds = iter([0.0, 10.0, 10.0])
    monkeypatch.setattr(room, "monotonic", lambda: next(seconds))
    keeping.recent("q", 1, lambda: "a", 10)
    monkeypatch.setattr(room, "monotonic", lambda: 10.0 + 10.0 * room.REST - 0.1)
    assert keeping.recent("q", 2, never, 10) == "a"
    made = threading.Event()
    monkeypatch.setattr(room, "monotonic", lambda: 10.0 + 10.0 * room.REST)
    assert keeping.recent("q", 2, made.set, 10) == "a"
    assert made.wait(5)


def test_an_older_answer_is_not_given(keeping, clock):
    keeping.recent("q", 1, lambda: "a", 10)
    clock.now = 11
    assert keeping.recent("q", 2, lambda: "b", 10) == "b"


def test_a_fault_beside_the_request_is_met_by_who_asks_next(keeping, clock):
    keeping.recent("q", 1, lambda: "a", 10)

    def fail():
        raise ValueError("no")

    assert keeping.recent("q", 2, fail, 10) == "a"
    clock.now = 11
    with pytest.raises(ValueError, match="no"):
        keeping.recent("q", 2, fail, 10)


def test_so_many_are_kept_and_what_is_stale_goes_first(keeping, clock):
    for key in "abcd":
        keeping.fresh(key, 1, lambda: "x")
    assert keeping.fresh("d", 1, never) == "x"
    assert keeping.fresh("a", 1, lambda: "again") == "again"
    clock.now = STALE + 1
    keeping.fresh("e", 2, lambda: "y")
    assert keeping.fresh("a", 1, lambda: "anew") == "anew"


def test_what_was_settled_is_seen_at_once_and_entries_soon(served):
    asking = served.state.asking
    assert asking.recent("q", lambda _: "before") == "before"
    assert asking.recent("q", lambda _: "after") == "before"
    asking.settled()
    assert asking.recent("q", lambda _: "after") == "after"
