"""Fit and win table: 8 stages, 500 ages, 500 working days ahead.

Run: python benchmarks/model.py [ROUNDS]. The stated limit is 0.2 s; the floor is one pass of
multiplications and additions over the win table's numbers, in the same run.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.modelling.model import fit
from mellantid.core.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_SECONDS: Final = 0.2
STAGES: Final = 8
DAYS: Final = 500
ROWS: Final = 50_000


def make_counts(rng: np.random.Generator) -> Counts:
    """Stays that go on, step back, are skipped, won, lost or still there."""
    process = Process("Benchmark", tuple(f"Stage {i + 1}" for i in range(STAGES)))
    stage = rng.integers(0, STAGES, ROWS)
    step = rng.choice([1, 2, -1], ROWS, p=[0.85, 0.1, 0.05])
    onward = np.clip(stage + step, 0, process.won_state)
    others = np.array([process.lost_state, process.still])
    to = np.where((rng.random(ROWS) < 0.5) & (onward != stage), onward, rng.choice(others, ROWS))
    nothing = np.zeros(ROWS, dtype=np.int64)
    age = np.minimum(rng.lognormal(2.7, 1.0, ROWS), DAYS).astype(np.int64)
    return Counts.of(
        Sojourns(process, stage, to, nothing, nothing + 202401, nothing, age, np.arange(ROWS))
    )


def seconds(task: Callable[[], object], rounds: int) -> float:
    """The median time of a task."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table; exit with 1 where the limit is passed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    counts = make_counts(np.random.default_rng(1))
    model = fit(counts.table(DAYS))
    numbers = np.random.default_rng(2).random((STAGES, DAYS))
    out = np.empty((DAYS + 1, STAGES, DAYS))

    def floor() -> None:
        for day in range(DAYS + 1):
            np.multiply(numbers, 0.5, out=out[day])
            out[day] += numbers

    fitting = seconds(lambda: fit(counts.table(DAYS)), rounds)
    table = seconds(lambda: win_table(counts.process, model.hazard[0], DAYS), rounds)
    least = seconds(floor, rounds)
    whole = fitting + table
    print(f"fit                      {fitting * 1e3:8.1f} ms")
    print(f"win table                {table * 1e3:8.1f} ms")
    print(f"both                     {whole * 1e3:8.1f} ms, limit {LIMIT_SECONDS * 1e3:.0f} ms")
    print(f"floor: one pass          {least * 1e3:8.1f} ms, ratio {whole / least:.1f}")
    if whole > LIMIT_SECONDS:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
