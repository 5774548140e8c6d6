"""Model against truth: do the intervals hold as often as they say, over simulated organisations?

    python benchmarks/coverage.py --organisations 200 --seed 1 --processes 2

Every organisation has a true course of its own. It is simulated for two years, the model is fitted
as of that moment, and its intervals are held against the true hazards, the true chances to win,
and what was won in the days that followed. With `--bent N` the study is repeated with N
organisations for each complication that the model does not assume.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from coverage_study import Outlook, Plan, Scores, study
from coverage_table import Result, as_json, as_markdown, summarise
from mellantid.simulation import EVERYTHING, PLAIN, Complications

EVIDENCE: Final = Path(__file__).parent.parent / "docs" / "evidence"
# One at a time, as strong as in the demo; then all.
BENT: Final = {
    "sellers differ": replace(PLAIN, sellers_differ=EVERYTHING.sellers_differ),
    "big deals are slower": replace(PLAIN, big_deals_slower=EVERYTHING.big_deals_slower),
    "season of the creation": replace(PLAIN, season=EVERYTHING.season),
    "push at the quarter's end": replace(PLAIN, quarter_end=EVERYTHING.quarter_end),
    "quarters share a factor": replace(PLAIN, common_factor=EVERYTHING.common_factor),
    "ghosts": replace(PLAIN, ghosts=EVERYTHING.ghosts),
    "reopened deals": replace(PLAIN, reopened=EVERYTHING.reopened),
    "amounts change": replace(PLAIN, amount_changes=EVERYTHING.amount_changes),
    "hand-overs": replace(PLAIN, hand_overs=EVERYTHING.hand_overs),
    "one leg slows": replace(PLAIN, slow_leg=EVERYTHING.slow_leg),
    "everything": EVERYTHING,
}


def run(options: argparse.Namespace, complications: Complications, organisations: int) -> Result:
    """Study so many organisations of one kind, in several processes."""
    plan = Plan(complications, options.creation, options.draws, options.mixed, options.seed)
    began = time.perf_counter()
    found: list[tuple[Scores, list[Outlook]]] = []
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        found.extend(pool.map(partial(study, plan), range(organisations), chunksize=4))
    return summarise(found, time.perf_counter() - began)


def main() -> None:
    """Run the study, print its tables and keep them as evidence."""
    parser = argparse.ArgumentParser(description="Model against truth.")
    parser.add_argument("--organisations", type=int, default=200)
    parser.add_argument("--bent", type=int, default=0, metavar="N")
    parser.add_argument("--only", nargs="*", choices=BENT, help="of the complications")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--creation", type=float, default=6.0, help="deals by working day")
    parser.add_argument("--draws", type=int, default=200, help="for hazards and win chances")
    parser.add_argument("--mixed", type=int, default=32, help="that a forecast mixes over")
    parser.add_argument("--keep", action="store_true", help="write docs/evidence")
    options = parser.parse_args()
    # The workers are the parallelism: threads inside them would only compete.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    results = {"plain": run(options, PLAIN, options.organisations)}
    print(as_markdown({"plain": results["plain"]}, options), flush=True)
    for name in (options.only or BENT) if options.bent else ():
        complications = BENT[name]
        results[name] = run(options, complications, options.bent)
        print(as_markdown({name: results[name]}, options), flush=True)
    if options.keep:
        EVIDENCE.mkdir(parents=True, exist_ok=True)
        (EVIDENCE / "coverage.md").write_text(as_markdown(results, options), encoding="utf-8")
        (EVIDENCE / "coverage.json").write_text(as_json(results, options), encoding="utf-8")


if __name__ == "__main__":
    main()
