"""How fast SQLite takes rows at best, and how close `Ledger.append` comes to that.

    python benchmarks/import_floor.py [rows] [rounds]

The floor is the fastest plain load of the same columns: one `executemany` from tuples that lie
ready, one transaction, no index, no journal, no waiting for the disk. The two take turns and the
best round of each counts, so that a busy machine wrongs neither.
"""

from __future__ import annotations

import hashlib
import resource
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter

from mellantid.ledger import Entries, Ledger

ROWS = 1_000_000
ROUNDS = 3
LIMIT = 2.0
STEPS = ("Qualified", "Demo", "Proposal", "Negotiation", "Closed Won")
KINDS = ("created", "moved", "moved", "moved", "won")
START = 1_600_000_000_000
NOW = 1_800_000_000_000
HOUR = 3_600_000
TYPES = {
    "process_version": "INTEGER",
    "occurred_at": "INTEGER",
    "occurred_after": "INTEGER",
    "known_at": "INTEGER",
    "recorded_at": "INTEGER",
    "sequence": "INTEGER",
    "amount": "REAL",
}
Columns = dict[str, list[str] | list[str | None] | list[int] | list[float | None]]


def columns(rows: int) -> Columns:
    """Deals of five steps each; keys in no order, as a hash has it."""
    steps = len(STEPS)
    at = [START + (row // steps * 7 + row % steps) * HOUR // 8 for row in range(rows)]
    return {
        "key": [hashlib.sha256(str(row).encode()).hexdigest()[:32] for row in range(rows)],
        "deal": [f"D-{row // steps:06d}" for row in range(rows)],
        "kind": [KINDS[row % steps] for row in range(rows)],
        "stage": [STEPS[row % steps] for row in range(rows)],
        "occurred_at": at,
        "amount": [None if row % steps else float(row % 977 * 100) for row in range(rows)],
        "currency": [None if row % steps else "SEK" for row in range(rows)],
        "owner": [None if row % steps else f"S{row % 25}" for row in range(rows)],
    }


def floor(file: Path, data: Columns) -> float:
    """Seconds of the plain load, the making of the tuples not counted."""
    rows = len(data["key"])
    whole: dict[str, list[object]] = {
        "key": [*data["key"]],
        "process": ["New business"] * rows,
        "process_version": [1] * rows,
        "deal": [*data["deal"]],
        "kind": [*data["kind"]],
        "stage": [*data["stage"]],
        "occurred_at": [*data["occurred_at"]],
        "occurred_after": [None] * rows,
        "known_at": [*data["occurred_at"]],
        "recorded_at": [NOW] * rows,
        "sequence": [0] * rows,
        "amount": [*data["amount"]],
        "currency": [*data["currency"]],
        "owner": [*data["owner"]],
        "source": ["export.csv"] * rows,
        "refers_to": [None] * rows,
        "reason": [None] * rows,
    }
    ready = list(zip(*whole.values(), strict=True))
    names = ", ".join(f"{name} {TYPES.get(name, 'TEXT')}" for name in whole)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"CREATE TABLE entry (id INTEGER PRIMARY KEY, {names})")
        began = perf_counter()
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO entry ({', '.join(whole)}) VALUES ({', '.join('?' * len(whole))})", ready
        )
        connection.execute("COMMIT")
        return perf_counter() - began


def append(file: Path, data: Columns) -> tuple[float, float, float]:
    """Seconds of the append, of the same append again, and of reading all of it back."""
    with Ledger.open(file, create=True) as ledger:
        entries = Entries(process="New business", source="export.csv", **data)
        began = perf_counter()
        added = ledger.append(entries, NOW).added
        first = perf_counter() - began
        began = perf_counter()
        unchanged = ledger.append(entries, NOW).unchanged
        again = perf_counter() - began
        began = perf_counter()
        read = ledger.read("New business").size
        reading = perf_counter() - began
    if not added == unchanged == read == len(data["key"]):
        raise SystemExit(f"added {added}, unchanged {unchanged}, read {read}: something is wrong")
    return first, again, reading


def main() -> None:
    """Print the table; exit 1 where the limit is not kept."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    data = columns(rows)
    floors, firsts, agains, readings = [], [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            first, again, reading = append(Path(folder) / "ledger.db", data)
            firsts.append(first)
            agains.append(again)
            readings.append(reading)
            floors.append(floor(Path(folder) / "floor.db", data))
    best = min(floors)
    print(f"{rows:,} rows, best of {rounds}")
    for what, seconds in (
        ("plain load: the floor", best),
        ("append", min(firsts)),
        ("the same append again", min(agains)),
        ("read all", min(readings)),
    ):
        print(f"{what:24}{seconds:8.2f} s{seconds / best:8.2f} x")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB, the ready columns and tuples included")
    ratio = min(firsts) / best
    if ratio > LIMIT:
        raise SystemExit(f"append takes {ratio:.2f} x the floor, more than {LIMIT} x")


if __name__ == "__main__":
    main()
