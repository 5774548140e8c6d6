"""Whole-process time of `splits` and `forecast` on the demo, beside a floor.

Run: python benchmarks/startup.py [ROUNDS]. The floor is what starting Python with the numerical
libraries takes; the rounds take turns, and the medians are printed. The stated limit is one second
of wall-clock on a quiet machine. As no machine promises to be quiet, the limit that decides the
exit status is a ratio of CPU time to the floor's in the same run.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROUNDS: Final = 5
AS_OF: Final = "2025-10-31"
SECONDS: Final = 1.0
MELLANTID: Final = (sys.executable, "-c", "from mellantid.cli import main; main()")
FLOOR: Final = (sys.executable, "-c", "import numpy, scipy.linalg")
LIMITS: Final = {"splits": 3.0, "forecast": 3.5}
# As the command line has it: the floor is not to be raised by threads that it would not start.
ENVIRONMENT: Final = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Spent:
    """Seconds of one run."""

    cpu: float
    wall: float


def run(command: Sequence[str]) -> Spent:
    """Run a command to its end."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, wall)


def medians(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Spent]:
    """The median of each command over rounds in which they take turns, after one to warm up."""
    spent: dict[str, list[Spent]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            found = run(command)
            if turn:
                spent[name].append(found)
    return {
        name: Spent(
            statistics.median(each.cpu for each in runs),
            statistics.median(each.wall for each in runs),
        )
        for name, runs in spent.items()
    }


def main() -> int:
    """Print the table; 1 where a limit is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        demo = str(Path(folder) / "demo")
        run((*MELLANTID, "demo", "--no-serve", "--directory", demo, "--as-of", AS_OF))
        more = ("--json", "--as-of", AS_OF, "--db", f"{demo}/mellantid.db")
        commands = {name: (*MELLANTID, name, *more) for name in LIMITS}
        found = medians({"floor": FLOOR, **commands}, rounds)
    floor = found["floor"]
    print(f"median of {rounds}    cpu s   wall s   cpu/floor   limit   under {SECONDS:g} s of wall")
    print(f"{'floor':14s} {floor.cpu:8.2f} {floor.wall:8.2f}")
    missed = False
    for name, limit in LIMITS.items():
        ratio, wall = found[name].cpu / floor.cpu, found[name].wall
        missed |= ratio > limit
        quick = "yes" if wall <= SECONDS else "no"
        print(f"{name:14s} {found[name].cpu:8.2f} {wall:8.2f} {ratio:11.2f} {limit:7.1f}   {quick}")
    print("the floor: python -c 'import numpy, scipy.linalg'")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
