"""Ten thousand deals from each vendor's simulator, with faults, and a kill -9 in the middle.

The simulator is served in a process of its own over loopback. Of its requests a share goes wrong:
429, 500, 503, answers that come too late, connections that break before or within an answer. The
importing process is killed with -9 when it has read half, and started again. Then the ledger is
compared with what is true: nothing may be missing, and nothing too many. Requests are counted by
the simulator against the vendor's windows, which may not be passed.

So that a run is quick, all windows pass `--speed` times quicker, on both sides: 100 requests in
10 s become 100 in half a second at 20. The counts are the same as at the vendor's own pace.

Run: python benchmarks/connectors.py [--deals 10000] [--faults 0.05] [--speed 20] [KIND ...]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx2

from mellantid.access.sealing import Seal
from mellantid.connectors.http import Http
from mellantid.connectors.keeping import (
    add_connection,
    connections,
    find_connection,
    new_connection,
)
from mellantid.connectors.kinds import kinds
from mellantid.connectors.opening import opened
from mellantid.simulators.comparing import wrong
from mellantid.simulators.facts import Fact
from mellantid.simulators.simulator import simulator_of
from mellantid.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mellantid.connectors.connector import Window

TIMEOUT: Final = 2.0
SLOW: Final = 3.0
SIMULATOR: Final = "from mellantid.simulators.serving import main; main()"
NAME: Final = "crm"


@dataclass(frozen=True)
class Run:
    """What is to be measured."""

    kind: str
    deals: int
    faults: float
    speed: float
    seed: int


class QuickHttp(Http):
    """The way out, with windows that pass quicker."""

    def __init__(self, speed: float) -> None:
        super().__init__(timeout=TIMEOUT)
        self._speed = speed

    def keep(self, limits: Iterable[Window]) -> None:
        """Keep limits, quicker."""
        super().keep([replace(each, seconds=each.seconds / self._speed) for each in limits])


def now() -> int:
    """The present moment, ms UTC."""
    return time.time_ns() // 1_000_000


def import_all(database: Path, kind: str, values: dict[str, str], speed: float) -> None:
    """Read everything, from where it was left; a line is printed for every page."""
    seal = Seal(database)
    found = next(each for each in kinds() if each.name == kind)
    with Workspace.open(database, create=True) as workspace:
        if not connections(workspace.ledger):
            add_connection(workspace.ledger, new_connection(found, NAME, values, seal, now()))
        with opened(workspace, NAME, seal, now, http=QuickHttp(speed)) as sync:
            sync.connect()
            result = sync.back_fill(lambda done, _: print(done, flush=True))
            if not result.whole or result.refused:
                sys.exit(f"not whole: {result}")


@contextmanager
def served(run: Run) -> Iterator[str]:
    """The simulator in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "--port": port,
        "--deals": run.deals,
        "--seed": run.seed,
        "--faults": run.faults,
        "--speed": run.speed,
        "--slow": SLOW,
        "--retry-after": 1.0 / run.speed,
    }
    words = [str(each) for pair in options.items() for each in pair]
    process = subprocess.Popen(
        [sys.executable, "-c", SIMULATOR, run.kind, *words], stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _until_it_answers(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _until_it_answers(address: str) -> None:
    for _ in range(600):
        try:
            httpx2.get(f"{address}/-/counted", timeout=1.0)
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the simulator does not answer")


def read_with_a_kill(run: Run, database: Path, values: dict[str, str]) -> int:
    """Read everything in a process that is killed in the middle; how many were started."""
    started = 0
    while True:
        started += 1
        command = [sys.executable, __file__, "--import", str(database), run.kind]
        command += ["--values", json.dumps(values), "--speed", str(run.speed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                if started == 1 and int(line) >= run.deals // 2:
                    os.kill(process.pid, signal.SIGKILL)
                    break
        if process.returncode == 0:
            return started
        if process.returncode != -signal.SIGKILL:
            sys.exit(f"{run.kind}: the importing process failed")


def measure(run: Run) -> bool:
    """Measure one kind, and print its line; whether all was as it must be."""
    with tempfile.TemporaryDirectory() as folder, served(run) as address:
        database = Path(folder) / "mellantid.db"
        begun = time.perf_counter()
        started = read_with_a_kill(run, database, simulator_of(run.kind).given(address))
        seconds = time.perf_counter() - begun
        counted = httpx2.get(f"{address}/-/counted").json()
        true = {
            pipeline: [Fact(*each) for each in facts]
            for pipeline, facts in httpx2.get(f"{address}/-/facts", timeout=60).json().items()
        }
        with Workspace.open(database) as workspace:
            ledger = workspace.ledger
            lacking, too_much = wrong(ledger, find_connection(ledger, NAME), true)
            entries, keys, deals = ledger.rows(
                "SELECT count(*), count(DISTINCT key), count(DISTINCT deal) FROM entry"
            )[0]
    good = not lacking and not too_much and entries == keys and not counted["over"]
    _print(run, deals, entries, counted, seconds, started, len(lacking), len(too_much))
    return good


def _print(
    run: Run,
    deals: int,
    entries: int,
    counted: dict[str, Any],
    seconds: float,
    started: int,
    lacking: int,
    too_much: int,
) -> None:
    peaks = ", ".join(
        f"{each['peak']:g} of {each['cost']:g}{' ' + each['of'] if each['of'] else ''}"
        for each in counted["windows"]
    )
    print(
        f"{run.kind:<11} {deals:>6} deals {entries:>7} entries {counted['requests']:>7} requests "
        f"{seconds:>6.1f} s  {started} processes  {sum(counted['made'].values())} faults  "
        f"missing {lacking}  too many {too_much}  over the limits {counted['over']}  "
        f"peaks {peaks}",
        flush=True,
    )


def main() -> int:
    """Measure the kinds that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--deals", type=int, default=10_000)
    parser.add_argument("--faults", type=float, default=0.05)
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--import", dest="database", type=Path)
    parser.add_argument("--values", type=json.loads, default={})
    asked = parser.parse_args()
    if asked.database is not None:
        import_all(asked.database, asked.kinds[0], asked.values, asked.speed)
        return 0
    names = asked.kinds or [each.name for each in kinds() if each.asked]
    runs = [Run(name, asked.deals, asked.faults, asked.speed, asked.seed) for name in names]
    wrong_ones = [run.kind for run in runs if not measure(run)]
    return 1 if wrong_ones else 0


if __name__ == "__main__":
    sys.exit(main())
