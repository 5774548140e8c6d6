"""The database itself refuses to change history, whoever asks, and nothing is half-written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from ledger_contract import DAY, NOW, entries

from mellantid.errors import DataError, MellantidError
from mellantid.ledger import Ledger

MUST = "process, process_version, deal, kind, occurred_at, known_at, recorded_at, sequence, source"
VALUES = "'P', 1, 'X', 'created', 1, 1, 1, 0, 's'"
TARGET = "INSERT INTO target (id, owner, amount, first, last, recorded_at, withdrawn) VALUES "
PLAN = "INSERT INTO plan (process, version, made_at, start, document) VALUES "


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "ledger.db"
    with Ledger.open(file, create=True) as ledger:
        ledger.append(entries(key=["a", "b"], deal=["D1", "D2"]), NOW)
        with ledger.writing() as connection:
            connection.execute(TARGET + "(1, 'all', 100.0, '2025-01-01', '2025-12-31', 5, 0)")
            connection.execute(PLAN + "('P', 1, 5, '2025-01-01', x'00')")
    return file


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET amount = 5.0 WHERE key = 'a'",
        "UPDATE OR REPLACE entry SET key = 'b' WHERE key = 'a'",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE key = 'a'",
        "REPLACE INTO entry SELECT * FROM entry WHERE key = 'a'",
        f"INSERT OR REPLACE INTO entry (key, {MUST}) VALUES ('a', {VALUES})",
        f"INSERT OR REPLACE INTO entry (id, key, {MUST}) VALUES (1, 'z', {VALUES})",
        f"INSERT INTO entry (key, {MUST}) VALUES ('a', {VALUES})",
        "UPDATE target SET amount = 1.0",
        "DELETE FROM target",
        "REPLACE INTO target SELECT * FROM target",
        "UPDATE plan SET made_at = 1",
        "DELETE FROM plan",
        "REPLACE INTO plan SELECT * FROM plan",
    ],
)
def test_the_database_refuses_to_change_history_by_raw_sql(path, statement):
    with closing(sqlite3.connect(path)) as raw:
        before = list(raw.iterdump())
        with pytest.raises(sqlite3.IntegrityError, match="is append-only"):
            raw.execute(statement)
        raw.rollback()
        assert list(raw.iterdump()) == before


def test_the_guards_stand_again_after_a_first_append(path):
    with Ledger.open(path) as ledger:
        assert ledger.problems() == []


def test_a_guard_that_is_gone_is_a_problem(path):
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER entry_refuses_delete")
    with Ledger.open(path) as ledger:
        assert any("entry_refuses_delete is gone" in told for told in ledger.problems())


def test_rows_that_no_append_would_write_are_problems(path):
    columns = (
        "key, process, process_version, deal, kind, occurred_at, occurred_after, known_at, "
        "recorded_at, sequence, source, refers_to"
    )
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DROP INDEX entry_key")
        raw.execute("DROP TRIGGER entry_refuses_replacement")
        for values in (
            "('a', 'P', 1, 'D1', 'created', 1, NULL, 1, 1, 0, 's', NULL)",
            "('x', 'P', 1, 'D1', 'vanished', 1, NULL, 1, 1, 0, 's', NULL)",
            "('y', 'P', 1, 'D1', 'retracted', 1, NULL, 1, 1, 0, 's', 'nowhere')",
            "('z', 'P', 1, 'D1', 'moved', 7, 8, 1, 1, 0, 's', NULL)",
        ):
            raw.execute(f"INSERT INTO entry ({columns}) VALUES {values}")
    with Ledger.open(path) as ledger:
        told = "\n".join(ledger.problems())
    for what in (
        "Entry 3 has the key of another entry",
        "Entry 4 is of an unknown kind",
        "Entry 5 takes back an entry that is not there",
        "Entry 6 happened after it happened",
        "The guard entry_key is gone",
    ):
        assert what in told


def test_a_damaged_file_is_a_problem_or_does_not_open(path):
    with Ledger.open(path) as ledger:
        ledger.append(entries(key=[f"k{i}" for i in range(2000)], deal="D", at=DAY), NOW)
    content = bytearray(path.read_bytes())
    # Every page but those that hold the schema.
    content[20 * 4096 :] = b"\xff" * (len(content) - 20 * 4096)
    path.write_bytes(content)
    try:
        with Ledger.open(path) as ledger:
            told = ledger.problems()
    except DataError as error:
        told = [str(error)]
    assert any("restore it from a backup" in sentence for sentence in told)


ENDLESS = """
import sys
from mellantid.ledger import Entries, Ledger

def batches():
    for batch in range(10_000):
        keys = [f"{batch}-{row}" for row in range(2_000)]
        yield Entries(key=keys, process="P", deal=keys, kind="created", occurred_at=5, source="s",
                      stage="Demo", reason="x" * 100)
        if batch == 3:
            print("writing", flush=True)

with Ledger.open(sys.argv[1], create=True) as ledger:
    # So small that an unfinished transaction must go to the disk.
    ledger.rows("PRAGMA cache_size = 20")
    ledger.append(batches(), 7)
"""


@pytest.mark.parametrize("filled", [False, True])
def test_killing_an_append_leaves_nothing_of_it(tmp_path, filled):
    file = tmp_path / "ledger.db"
    with Ledger.open(file, create=True) as ledger:
        if filled:
            ledger.append(entries("a"), NOW)
    with subprocess.Popen(  # noqa: S603 (this very Python)
        [sys.executable, "-c", ENDLESS, str(file)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout.readline() == b"writing\n"
        wal = file.with_name("ledger.db-wal")
        deadline = time.monotonic() + 20
        # Killed only when parts of the unfinished transaction have reached the disk.
        while not (wal.exists() and wal.stat().st_size > 1_000_000):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(writer.pid, signal.SIGKILL)
    with Ledger.open(file) as ledger:
        assert ledger.read().size == int(filled)
        assert ledger.problems() == []
        assert ledger.append(entries("b", "D2"), NOW).added == 1


def test_two_writers_wait_for_each_other(path):
    def write(number):
        with Ledger.open(path) as ledger:
            for row in range(20):
                ledger.append(entries(f"{number}-{row}", f"D{row}"), NOW)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger.open(path) as ledger:
        assert ledger.read().size == 2 + 4 * 20


def test_a_writer_gives_up_with_a_sentence_when_patience_is_over(path):
    with (
        Ledger.open(path) as first,
        Ledger.open(path, patience=0.05) as second,
        first.writing(),
    ):
        with pytest.raises(MellantidError, match=r"Another program is writing to .*try again"):
            second.append(entries("c"), NOW)
        # Readers do not wait.
        assert second.read().size == 2


def test_an_append_inside_a_transaction_is_a_part_of_it(path):
    def give_up(ledger):
        with ledger.writing():
            ledger.append(entries("c", "D3"), NOW)
            raise RuntimeError("changed my mind")

    with Ledger.open(path) as ledger:
        with pytest.raises(RuntimeError):
            give_up(ledger)
        assert ledger.read().size == 2
        with ledger.writing() as connection:
            ledger.append(entries("c", "D3"), NOW)
            with pytest.raises(DataError):
                ledger.append([entries("d", "D4"), entries("", "D5")], NOW)
            connection.execute("INSERT INTO setting VALUES ('a', '1')")
        assert ledger.read().deals == ("D1", "D2", "D3")
        assert ledger.rows("SELECT value FROM setting WHERE name = :name", {"name": "a"}) == [
            ("1",)
        ]


def test_a_file_that_may_not_be_written_is_said_to_be_so(path):
    with Ledger.open(path) as ledger:
        ledger.rows("PRAGMA query_only = ON")
        with pytest.raises(DataError, match="cannot be written to"):
            ledger.append(entries("c"), NOW)
