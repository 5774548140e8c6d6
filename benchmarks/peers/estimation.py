"""Aalen-Johansen estimates of 1,000,000 sojourns in 8 stages: ours against four peers.

Run by `python -m benchmarks.peers`, in the peers' environment; prints its lines as JSON.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import comprisk
import numpy as np
from lifelines import AalenJohansenFitter
from sksurv.nonparametric import cumulative_incidence_competing_risks

from mellantid.core.chances.incidence import incidence
from mellantid.core.counting.direct import cells_of
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Column = NDArray[Any]
    Curves = list[Column]

STAGES: Final = 8
FASTER: Final = 50.0
EQUAL: Final = 1e-9


def made(rows: int, rng: np.random.Generator) -> Sojourns:
    """Stays of log-normal length in whole days; one in ten came under observation late."""
    process = Process("Benchmark", tuple(f"Stage {i + 1}" for i in range(STAGES)))
    stage = rng.integers(0, STAGES, rows)
    ends = np.array([process.won_state, process.lost_state, process.still])
    to = np.where(rng.random(rows) < 0.5, stage + 1, rng.choice(ends, rows))
    age = np.minimum(rng.lognormal(2.7, 1.0, rows), 500).astype(np.int64)
    entry = np.where(rng.random(rows) < 0.1, rng.integers(0, age + 1), 0)
    nothing = np.zeros(rows, dtype=np.int64)
    return Sojourns(process, stage, to, nothing, nothing + 202401, entry, age, np.arange(rows))


def least(task: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The least processor seconds of a task over some rounds, and its last result."""
    best, found = float("inf"), None
    for _ in range(rounds):
        begin = time.process_time()
        found = task()
        best = min(best, time.process_time() - begin)
    return best, found


@dataclasses.dataclass(frozen=True)
class Part:
    """One stage's stays, laid out as the peers like them: whole times from 1 on, codes from 1 on.

    Attributes:
        time: age + 1, so that nothing happens at time 0, which some peers do not count.
        event: 0 still there, or a way out's number.
        ways: the destination of each number, from 1 on.

    """

    time: Column
    event: Column
    ways: Column

    @classmethod
    def of(cls, stays: Sojourns, stage: int) -> Part:
        """The stays of a stage."""
        some = stays.stage == stage
        to = stays.to[some]
        ways = np.unique(to[to != stays.process.still])
        event = np.where(to == stays.process.still, 0, np.searchsorted(ways, to) + 1)
        return cls(stays.age[some] + 1.0, event, ways)


def of_comprisk(parts: list[Part]) -> list[Any]:
    """`CumulativeIncidence` of each stage."""
    return [comprisk.CumulativeIncidence().fit(time=p.time, event=p.event) for p in parts]


def of_scikit_survival(parts: list[Part]) -> list[Any]:
    """`cumulative_incidence_competing_risks` of each stage."""
    return [cumulative_incidence_competing_risks(p.event, p.time) for p in parts]


def of_lifelines(parts: list[Part]) -> list[Any]:
    """`AalenJohansenFitter` without variances of each stage and way out."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it moves ties apart at random
        for part in parts:
            for code in range(1, len(part.ways) + 1):
                fitter = AalenJohansenFitter(calculate_variance=False, seed=1)
                found.append(fitter.fit(part.time, part.event, event_of_interest=code))
    return found


def curves_of_comprisk(found: list[Any], parts: list[Part], times: Column) -> list[Curves]:
    """Its curves at some times, by stage and way out."""
    return [
        [fit.curves_[None, code].evaluate(times)[0] for code in range(1, len(part.ways) + 1)]
        for fit, part in zip(found, parts, strict=True)
    ]


def curves_of_scikit_survival(found: list[Any], parts: list[Part], times: Column) -> list[Curves]:
    """Its curves at some times, by stage and way out."""
    curves = []
    for (at, values), part in zip(found, parts, strict=True):
        place = np.searchsorted(at, times, side="right") - 1
        curves.append(
            [np.where(place < 0, 0.0, values[k + 1, place]) for k in range(len(part.ways))]
        )
    return curves


def curves_of_lifelines(found: list[Any], parts: list[Part], times: Column) -> list[Curves]:
    """Its curves at some times, by stage and way out, ties moved apart within half a day."""
    fits = iter(found)
    return [
        [next(fits).predict(times + 0.5).to_numpy(dtype=np.float64) for _ in range(len(part.ways))]
        for part in parts
    ]


PEERS: Final = {
    "comprisk": (of_comprisk, curves_of_comprisk, 5),
    "scikit-survival": (of_scikit_survival, curves_of_scikit_survival, 2),
    "lifelines": (of_lifelines, curves_of_lifelines, 1),
}


def furthest(ours: Column, parts: list[Part], theirs: list[Curves]) -> float:
    """The largest difference of two sets of curves."""
    return max(
        float(np.abs(ours[stage, to] - curve).max())
        for stage, (part, curves) in enumerate(zip(parts, theirs, strict=True))
        for to, curve in zip(part.ways, curves, strict=True)
    )


def in_r(stays: Sojourns, parts: list[Part]) -> dict[str, Any] | None:
    """R's seconds and curves, of all stays from age 0 and with late entry; None without R."""
    if shutil.which("Rscript") is None:
        return None
    code = np.zeros(stays.size, dtype=np.int64)
    for stage, part in enumerate(parts):
        code[stays.stage == stage] = part.event
    columns = np.stack((stays.stage, code, stays.entry_age, stays.age)).astype(np.int32)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns.tofile(folder / "columns.bin")
        (folder / "rows.txt").write_text(f"{stays.size}\n", encoding="utf-8")
        script = Path(__file__).with_name("survival.R")
        command = ["Rscript", "--vanilla", str(script), name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return None
        whole, late, *versions = done.stdout.split()
        return {
            "whole": (float(whole), curves_of_r(folder / "whole.csv", parts, stays)),
            "late": (float(late), curves_of_r(folder / "late.csv", parts, stays)),
            "version": f"survival {versions[0]} in R {versions[1]}.{versions[2]}",
        }


def curves_of_r(path: Path, parts: list[Part], stays: Sojourns) -> list[Curves]:
    """R's curves at ages 0 to the last, by stage and way out; columns are named by code."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    times = np.arange(1.0, int(stays.age.max()) + 2)
    curves = []
    for stage, part in enumerate(parts):
        mine = [row for row in rows if int(row["stage"]) == stage]
        at = np.array([float(row["time"]) for row in mine])
        place = np.searchsorted(at, times, side="right") - 1
        values = [
            np.array([float(row[str(code)]) for row in mine])
            for code in range(1, len(part.ways) + 1)
        ]
        curves.append([np.where(place < 0, 0.0, value[place]) for value in values])
    return curves


def main() -> None:
    """Measure, and print one JSON document."""
    parser = argparse.ArgumentParser(description="Aalen-Johansen estimates against peers")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20260101)
    given = parser.parse_args()
    stays = made(given.rows, np.random.default_rng(given.seed))
    ages = int(stays.age.max()) + 1
    times = np.arange(1.0, ages + 1)
    whole = dataclasses.replace(stays, entry_age=np.zeros_like(stays.entry_age))
    parts = [Part.of(whole, stage) for stage in range(STAGES)]
    key = (whole.stage * (whole.process.still + 1) + whole.to) * ages + whole.age
    lines: list[dict[str, Any]] = []
    ours = floor = float("inf")
    for name, (task, curves_of, rounds) in PEERS.items():
        task([Part.of(whole, 0)])  # what is compiled is compiled here
        parting, _ = least(lambda: [Part.of(whole, stage) for stage in range(STAGES)], rounds)
        fitting, found = least(lambda task=task: task(parts), rounds)  # type: ignore[misc]
        # Ours takes turns with each peer, so that a busy machine is busy for both.
        floor = min(floor, least(lambda: np.bincount(key), 10)[0])
        mine, estimate = least(lambda: incidence(cells_of(whole, ages)), 20)
        ours = min(ours, mine)
        apart = furthest(estimate.ended[0], parts, curves_of(found, parts, times))
        line = {"name": f"{name} {version(name)}", "apart": apart}
        lines.append(line | {"seconds": parting + fitting, "fitting": fitting})
    mine, estimate = least(lambda: incidence(cells_of(stays, ages)), 20)
    lines.append({"name": "late entry, ours", "seconds": mine})
    r = in_r(stays, parts)
    if r is not None:
        seconds, theirs = r["whole"]
        apart = furthest(incidence(cells_of(whole, ages)).ended[0], parts, theirs)
        lines.append({"name": r["version"], "seconds": seconds, "apart": apart})
        seconds, theirs = r["late"]
        apart = furthest(estimate.ended[0], parts, theirs)
        lines.append({"name": "late entry, R", "seconds": seconds, "apart": apart})
    print(json.dumps({"ours": ours, "floor": floor, "rows": given.rows, "lines": lines}))


if __name__ == "__main__":
    main()
