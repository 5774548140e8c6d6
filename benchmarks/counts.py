"""Counts of 1,000,000 sojourns against one DuckDB GROUP BY over the same rows in Parquet.

Run: python benchmarks/counts.py [ROWS [ROUNDS]]. The stated limit is 3 times the GROUP BY.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import numpy as np

from mellantid.core.counting.counts import COLUMNS, Counts
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT: Final = 3.0
STAGES: Final = 8


def make_sojourns(rows: int, sellers: int, rng: np.random.Generator) -> Sojourns:
    """Stays of log-normal length over two years, one in ten still there, one in ten truncated."""
    process = Process("Benchmark", tuple(f"Stage {i + 1}" for i in range(STAGES)))
    stage = rng.integers(0, STAGES, rows)
    destinations = np.array([process.won_state, process.lost_state, process.still])
    onward = np.minimum(stage + 1, process.won_state)
    to = np.where(rng.random(rows) < 0.5, onward, rng.choice(destinations, rows))
    age = np.minimum(rng.lognormal(2.7, 1.0, rows), 500).astype(np.int64)
    entry_age = np.where(rng.random(rows) < 0.1, rng.integers(0, age + 1), 0)
    months = rng.integers(0, 24, rows)
    return Sojourns(
        process,
        stage=stage,
        to=to,
        owner=rng.integers(0, sellers, rows),
        month=(2024 + months // 12) * 100 + months % 12 + 1,
        entry_age=entry_age,
        age=age,
        deal=np.sort(rng.integers(0, rows // 3 + 1, rows)),
    )


def write_parquet(sojourns: Sojourns, path: Path) -> None:
    """Write the columns that are counted."""
    columns = {name: getattr(sojourns, name) for name in COLUMNS}
    columns |= {"deal": sojourns.deal}
    with duckdb.connect() as database:
        database.register("sojourns", columns)
        database.execute(f"COPY (SELECT * FROM sojourns) TO '{path}' (FORMAT parquet)")


def group_by(path: Path) -> tuple[int, int]:
    """The number of unique rows and the number of sojourns, as DuckDB counts them."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with duckdb.connect() as database:
        rows = database.execute(
            f"SELECT {names}, count(*) AS n FROM '{path}' GROUP BY {names}"
        ).fetchnumpy()
    return rows["n"].size, int(rows["n"].sum())


def seconds(task: Callable[[], object]) -> float:
    """How long a task takes."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def compare(rows: int, rounds: int, sellers: int) -> bool:
    """Time both in turn, print their medians, and say whether the limit holds."""
    sojourns = make_sojourns(rows, sellers, np.random.default_rng(1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sojourns.parquet"
        write_parquet(sojourns, path)
        ours = Counts.of(sojourns)
        if group_by(path) != (ours.size, ours.total):
            raise SystemExit("The two counts differ.")
        pairs = [
            (seconds(lambda: Counts.of(sojourns)), seconds(lambda: group_by(path)))
            for _ in range(rounds)
        ]
    mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"{rows:>10,} {sellers:>8} {ours.size:>10,} {mine * 1e3:>10.1f} {theirs * 1e3:>10.1f} "
        f"{ratio:>8.2f} {LIMIT:>6.1f}"
    )
    return ratio <= LIMIT


def main() -> None:
    """Print a table of ratios; exit with 1 where the limit is passed."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    print(
        f"{'sojourns':>10} {'sellers':>8} {'rows':>10} {'counts ms':>10} {'DuckDB ms':>10} "
        f"{'ratio':>8} {'limit':>6}"
    )
    kept = [compare(rows, rounds, sellers) for sellers in (1, 25, 1_000)]
    if not all(kept):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
