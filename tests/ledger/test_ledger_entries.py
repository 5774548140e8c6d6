"""What cannot be an entry is refused by the number of its row, and told how to be one."""

from __future__ import annotations

import pytest
from ledger_contract import DAY, NOW, entries

from mellantid.errors import DataError
from mellantid.ledger import Entries, Ledger


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        yield ledger


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": [None, "b"]}, "Entry 1 of the batch has no key"),
        ({"key": ["a", ""]}, "Entry 2 of the batch has an empty key"),
        ({"key": ["a", "b\x00"]}, "Entry 2 of the batch has a key with a NUL"),
        ({"key": ["a", 5]}, "Entry 2 of the batch has a key that is not text"),
        ({"deal": ["D1", None]}, "Entry 2 of the batch has no deal"),
        ({"deal": ["D1", ""]}, "Entry 2 of the batch has an empty deal"),
        ({"deal": ["D1", 17]}, "Entry 2 of the batch has a deal that is not text: give text"),
        ({"kind": ["created", "vanished"]}, "Entry 2 .*unknown kind 'vanished': use one of cre"),
        ({"stage": ["Demo", None]}, "Entry 2 of the batch has no stage, which its kind needs"),
        ({"kind": "amount_changed"}, "Entry 1 of the batch has no amount, which its kind needs"),
        ({"kind": "owner_changed"}, "Entry 1 of the batch has no owner, which its kind needs"),
        ({"kind": "retracted"}, "Entry 1 of the batch has no refers_to, which its kind needs"),
        ({"at": [DAY, None]}, "Entry 2 of the batch has no occurred_at"),
        ({"at": [DAY, -1]}, "Entry 2 of the batch has an impossible occurred_at"),
        ({"at": [DAY, DAY * 1_000_000]}, "Entry 2 .*impossible occurred_at: give milliseconds"),
        ({"at": [DAY, 1.5]}, "Entry 2 of the batch has a occurred_at that is not an integer"),
        ({"at": [DAY, True]}, "Entry 2 of the batch has a occurred_at that is not an integer"),
        ({"known_at": [DAY, -5]}, "Entry 2 of the batch has an impossible known_at"),
        ({"occurred_after": [None, DAY]}, "Entry 2 .*occurred_after that is not before"),
        ({"occurred_after": [0, -1]}, "Entry 2 of the batch has a negative occurred_after"),
        ({"amount": [1.0, float("inf")]}, "Entry 2 of the batch has an infinite amount"),
        ({"amount": [1.0, "1 000"]}, "Entry 2 of the batch has a amount that is not a number"),
        ({"sequence": [0, 2**63 - 1]}, "Entry 2 of the batch has an impossible sequence"),
        ({"deal": ["D1", "D2", "D3"]}, r"differ in length \(key 2, deal 3\): give one each"),
        ({"sequence": [0, 10**30]}, "A number is too large"),
        ({"amount": [0, 10**30]}, "A number is too large"),
        ({"deal": ["D1", "\ud800"]}, "A text cannot be stored"),
    ],
)
def test_a_row_that_cannot_be_an_entry_is_named(ledger, change, message):
    batch = entries(**{"key": ["a", "b"], "deal": ["D1", "D2"], **change})
    with pytest.raises(DataError, match=message):
        ledger.append(batch, NOW)
    assert ledger.follow() == []


def test_the_number_of_a_row_counts_from_the_start_of_its_batch(ledger):
    size = 60_000
    stages = ["Demo"] * size
    stages[55_554] = None
    with pytest.raises(DataError, match="Entry 55555 of the batch has no stage"):
        ledger.append(entries(key=[str(i) for i in range(size)], stage=stages), NOW)


def test_a_batch_of_constants_is_one_entry(ledger):
    assert ledger.append(entries(), NOW).added == 1


def test_a_moment_of_recording_in_seconds_since_nowhere_is_refused(ledger):
    with pytest.raises(DataError, match="no moment of recording"):
        ledger.append(entries(), -1)


def test_columns_may_be_tuples(ledger):
    batch = Entries(("a", "b"), "P", ("D1", "D2"), ("created",) * 2, (DAY, DAY), "s", ("x", "y"))
    assert ledger.append(batch, NOW).added == 2
