"""Laws: what is read does not depend on how it came in, and is what was known then."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_contract import DAY, NOW

from mellantid.ledger import Entries, Ledger
from mellantid.ledger import writing as writing_module

ROW = st.fixed_dictionaries(
    {
        "deal": st.sampled_from(["D1", "D2", "D3"]),
        "kind": st.sampled_from(["created", "moved", "won", "amount_changed"]),
        "occurred_at": st.integers(1, 8).map(lambda day: day * DAY),
        "known_at": st.integers(1, 8).map(lambda day: day * DAY),
        "stage": st.sampled_from(["Demo", "Proposal"]),
        "amount": st.sampled_from([1.0, 2.5]),
        "owner": st.sampled_from(["anna", "bo", None]),
    }
)
HISTORY = st.lists(ROW, min_size=1, max_size=12)


def batch(rows):
    """Rows as a batch; each one's key is its place in the history."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return Entries(process="P", source="law", **columns)


def keyed(rows):
    return [{"key": f"k{place}", "refers_to": None, **row} for place, row in enumerate(rows)]


def seen(ledger, as_of=None):
    """What is read, as a set of plain rows."""
    found = ledger.read("P", as_of)
    stages, owners = [*found.stages, None], [*found.owners, None]
    return sorted(
        zip(
            [found.deals[code] for code in found.deal],
            found.at.tolist(),
            found.known_at.tolist(),
            found.kind.tolist(),
            [str(stages[code]) for code in found.stage],
            [str(amount) for amount in found.amount.tolist()],
            [str(owners[code]) for code in found.owner],
            strict=True,
        )
    )


@cache
def empty():
    """The bytes of an empty ledger, made once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        Ledger.open(file, create=True).close()
        return file.read_bytes()


def filled(folder, name, batches):
    file = Path(folder) / name
    file.write_bytes(empty())
    ledger = Ledger.open(file)
    ledger.append(batches, NOW)
    return ledger


@settings(max_examples=25, deadline=None)
@given(rows=HISTORY, data=st.data())
def test_order_batches_and_duplicates_change_nothing(rows, data):
    rows = keyed(rows)
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    parts = [part for part in (shuffled[:cut], shuffled[cut:], shuffled[:cut]) if part]
    with (
        tempfile.TemporaryDirectory() as folder,
        filled(folder, "one.db", batch(rows)) as one,
        filled(folder, "two.db", [batch(part) for part in parts]) as two,
    ):
        assert two.append(batch(rows), NOW).unchanged == len(rows)
        assert seen(one) == seen(two)
        assert one.latest("P").owner == tuple(_last_owner(rows, deal) for deal in one.read().deals)


def _last_owner(rows, deal):
    """The owner set last; within a moment the row recorded last."""
    mine = [row for row in rows if row["deal"] == deal and row["owner"] is not None]
    at = [row["occurred_at"] for row in mine]
    return (
        mine[max(range(len(mine)), key=lambda place: (at[place], place))]["owner"] if mine else None
    )


@settings(max_examples=25, deadline=None)
@given(
    rows=HISTORY,
    back=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), max_size=6),
    as_of=st.integers(1, 9),
)
def test_a_reading_as_of_then_is_what_a_plain_replay_gives(rows, back, as_of):
    rows = keyed(rows)
    for number, (target, known) in enumerate(back):
        # Of an entry, or of a retraction before it.
        taken = rows[target % len(rows)]
        refers_to = taken["key"]
        rows.append(
            {
                **taken,
                "key": f"r{number}",
                "kind": "retracted",
                "known_at": known * DAY,
                "refers_to": refers_to,
            }
        )
    moment = as_of * DAY
    void = set()
    for row in reversed(rows):
        if row["kind"] == "retracted" and row["known_at"] < moment and row["key"] not in void:
            void.add(row["refers_to"])
    expected = [
        (row["deal"], row["occurred_at"], row["known_at"])
        for row in rows
        if row["kind"] != "retracted"
        and row["key"] not in void
        and max(row["known_at"], row["occurred_at"]) < moment
    ]
    with tempfile.TemporaryDirectory() as folder, filled(folder, "one.db", batch(rows)) as ledger:
        assert [row[:3] for row in seen(ledger, moment)] == sorted(expected)


def test_where_a_batch_is_cut_changes_nothing(tmp_path, monkeypatch):
    rng = np.random.default_rng(7)
    keys = [str(key) for key in rng.integers(0, 300, 500)]
    whole = Entries(
        key=keys,
        process="P",
        deal=[f"D{key}" for key in keys],
        kind="created",
        occurred_at=[int(key) + 1 for key in keys],
        source="s",
        stage=["Demo" if int(key) % 2 else "Proposal" for key in keys],
    )
    with filled(tmp_path, "one.db", whole) as one:
        monkeypatch.setattr(writing_module, "CHUNK", 7)
        with filled(tmp_path, "two.db", whole) as two:
            again = two.append(whole, NOW)
            assert (again.added, again.unchanged, again.conflicts) == (0, 500, ())
            assert [row.key for row in one.follow()] == [row.key for row in two.follow()]
            assert seen(one) == seen(two)
            assert len(one.follow()) == len(set(keys))
