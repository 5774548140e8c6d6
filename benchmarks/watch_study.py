"""The watch against the truth: false alarms as often as stated, changes as soon as in theory?

    python benchmarks/watch_study.py --years 2000 --organisations 150 --seed 1 --processes 2 --keep

Streams of known pace and whole organisations are watched daily, on plan and off it, by a plan that
is given and by one that is estimated.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

import watch_organisations
import watch_streams
from watch_table import Study, as_json, as_markdown, summarise

if TYPE_CHECKING:
    from collections.abc import Callable

EVIDENCE: Final = Path(__file__).parent.parent / "docs" / "evidence"
PACES: Final = (0.2, 1.0, 5.0)
PASSES: Final = (30.0, 100.0, 400.0)
SWINGS: Final = (0.1, 0.2)
CHANGES: Final = (0.5, 0.7, 1.5)
GOLDEN: Final = 4_000_000


def jobs(options: argparse.Namespace) -> list[Callable[[], object]]:
    """Every part that is of streams alone, each with randomness of its own."""
    years, streams = options.years, options.years // 2
    seeds = iter(np.random.SeedSequence([options.seed, 0]).spawn(100))

    def job(part: Callable[..., object], *arguments: float) -> Callable[[], object]:
        return partial(_run, part, next(seeds), arguments)

    return [
        *(job(watch_streams.given, pace, years) for pace in PACES),
        *(
            job(watch_streams.estimated, pace, passes, 0.0, years)
            for pace in PACES
            for passes in PASSES
        ),
        *(
            job(watch_streams.estimated, pace, 400.0, swing, years)
            for pace in PACES
            for swing in SWINGS
        ),
        *(
            job(watch_streams.delay, pace, change, begins, streams)
            for begins in (1, 101)
            for pace in PACES
            for change in CHANGES
        ),
        job(watch_streams.golden_delay, options.golden),
    ]


def _run(
    part: Callable[..., object], seed: np.random.SeedSequence, arguments: tuple[float, ...]
) -> object:
    return part(np.random.default_rng(seed), *arguments)


def _call(job: Callable[[], object]) -> object:
    return job()


def run(options: argparse.Namespace) -> Study:
    """Study streams and organisations, in several processes."""
    began = time.perf_counter()
    organisations = [
        (kind, number)
        for kind in watch_organisations.KINDS
        for number in range(options.organisations)
    ]
    one = partial(watch_organisations.study, options.seed, options.creation)
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        parts = list(pool.map(_call, jobs(options)))
        watched = [each for found in pool.map(one, organisations, chunksize=5) for each in found]
    return summarise(parts, watched, time.perf_counter() - began)


def main() -> None:
    """Run the study, print its tables and keep them as evidence."""
    parser = argparse.ArgumentParser(description="The watch against the truth.")
    parser.add_argument("--years", type=int, default=2000, help="streams on plan of each kind")
    parser.add_argument("--organisations", type=int, default=150, help="of each kind")
    parser.add_argument("--creation", type=float, default=6.0, help="deals by working day")
    parser.add_argument("--golden", type=int, default=GOLDEN, help="streams for the golden delay")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="write docs/evidence")
    options = parser.parse_args()
    # The workers are the parallelism: threads inside them would only compete.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    found = run(options)
    page = as_markdown(found, options)
    print(page)
    if options.keep:
        EVIDENCE.mkdir(parents=True, exist_ok=True)
        (EVIDENCE / "watch.md").write_text(page, encoding="utf-8")
        (EVIDENCE / "watch.json").write_text(as_json(found, options), encoding="utf-8")


if __name__ == "__main__":
    main()
