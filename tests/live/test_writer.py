"""The writer: many threads append through one, each told when its own is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from live_sample import NOW, entries

from mellantid.errors import DataError, MellantidError, QuestionError
from mellantid.ledger import Ledger
from mellantid.live import Writer


@pytest.fixture
def writer(file):
    made = Writer(str(file), lambda: NOW)
    yield made
    made.stop()


def keys(file):
    with Ledger.open(file) as ledger:
        return {row[0] for row in ledger.rows("SELECT key FROM entry")}


def test_what_an_append_comes_back_from_is_kept(file, writer):
    assert writer.append(entries(1)).added == 1
    assert keys(file) == {"k1"}
    assert writer.append(entries(1)).unchanged == 1


def test_many_threads_append_and_each_is_told_of_its_own(file, writer):
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda n: writer.append(entries(n * 3, 3)), range(100)))
    assert [each.added for each in done] == [3] * 100
    assert len(keys(file)) == 300


def test_what_waits_together_is_written_in_one_transaction(file, writer):
    commits = []
    with Ledger.open(file) as holding, holding.writing():
        # The writer waits for the lock with the first; the others gather behind it.
        with ThreadPoolExecutor(20) as pool:
            waiting = [pool.submit(writer.append, entries(n)) for n in range(20)]
            writer._wrote = lambda: commits.append(len(keys(file)))
            threading.Event().wait(0.3)
            holding._connection.execute("COMMIT")
            holding._connection.execute("BEGIN IMMEDIATE")
            holding._connection.execute("ROLLBACK")
            assert sum(each.result().added for each in waiting) == 20
        holding._connection.execute("BEGIN IMMEDIATE")
    assert len(commits) <= 3


def test_a_batch_that_fails_fails_alone(file, writer):
    bad = replace(entries(1000), kind="nonsense")

    def append(n):
        try:
            return writer.append(bad if n % 5 == 0 else entries(n)).added
        except DataError:
            return "refused"

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(append, range(50)))
    assert done.count("refused") == 10
    assert done.count(1) == 40
    assert len(keys(file)) == 40


def test_a_part_of_a_batch_is_not_kept_when_its_end_fails(file, writer):
    missing = entries(1, 2, kind=["created", "retracted"], refers_to=[None, "nobody"])
    with pytest.raises(DataError, match="nobody"):
        writer.append(missing)
    assert keys(file) == set()
    assert writer.append(entries(1)).added == 1


def test_a_lock_that_is_held_for_long_is_told_to_all_who_wait(file, monkeypatch):
    monkeypatch.setattr("mellantid.live.writer.Ledger.open", impatient)
    writer = Writer(str(file), lambda: NOW)
    with (
        Ledger.open(file) as holding,
        holding.writing(),
        pytest.raises(MellantidError, match="Another program is writing"),
    ):
        writer.append(entries(1))
    assert writer.append(entries(1)).added == 1
    writer.stop()


OPEN = Ledger.open


def impatient(where):
    return OPEN(where, patience=0.05)


def test_a_missing_database_is_told_and_does_not_hang(tmp_path):
    writer = Writer(str(tmp_path / "nowhere.db"), lambda: NOW)
    with pytest.raises(QuestionError, match="no ledger"):
        writer.append(entries(1))
    writer.stop()


def test_a_stop_writes_what_waits_and_a_later_append_starts_again(writer):
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(writer.append, entries(n)) for n in range(30)]
        writer.stop()
        assert sum(each.result().added for each in done) == 30
    writer.stop()
    assert writer._thread is None
    assert writer.append(entries(99)).added == 1


def test_a_writer_without_work_ends_its_thread(writer, monkeypatch):
    monkeypatch.setattr("mellantid.live.writer.IDLE", 0.02)
    writer.append(entries(1))
    writer._thread.join(2)
    assert writer._thread is None
    assert writer.append(entries(2)).added == 1


def test_what_is_new_rings_and_what_is_known_does_not(file):
    rung = []
    writer = Writer(str(file), lambda: NOW, lambda: rung.append(1))
    writer.append(entries(1))
    writer.append(entries(1))
    writer.stop()
    assert rung == [1]
