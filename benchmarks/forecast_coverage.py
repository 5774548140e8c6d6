"""Does the forecast's interval hold as often as it says, when whole quarters swing together?

    python benchmarks/forecast_coverage.py --organisations 200 --seed 1 --keep

Organisations with about 200, 1,000 and 5,000 open deals are simulated for three years, with
quarters that share a log factor of sd 0, 0.1 and 0.2 on moving on. At the end of a quarter the
next one is foretold three times: from the model's mean alone (plug-in), over draws of the model,
and with the period factor as learned from the organisation's own past.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.forecasting.forecast import DRAWS, forecast
from mellantid.core.planning.target import Target, period
from mellantid.simulation import (
    PLAIN,
    Organisation,
    clock_in,
    history,
    simulate,
    wall_moments,
    won_between,
)
from mellantid.workspace.race import Race

EVIDENCE: Final = Path(__file__).parent.parent / "docs" / "evidence"
CLOCK: Final = clock_in()
FIRST: Final = dt.date(2021, 1, 1)
TODAY: Final = dt.date(2024, 3, 31)
LAST: Final = dt.date(2024, 6, 30)
OPEN: Final = {200: 2.3, 1000: 11.5, 5000: 58.0}
"""Open deals, about, and the deals created a day that lead to so many."""
SHOCKS: Final = (0.0, 0.1, 0.2)
LEVELS: Final = (0.5, 0.8, 0.9)
WAYS: Final = ("plug-in", "draws", "draws and factor")


@dataclass(frozen=True)
class Foretold:
    """One forecast and what came of it.

    Attributes:
        way: how it was made.
        rank: its chance of at most what came.
        mean: its mean over what came on average would be unbiased.
        came: what was won.
        sd: its standard deviation.
        crps: its score.
        factor: the sd of the factor that was learned.
        open: how many deals were open.

    """

    way: str
    rank: float
    mean: float
    came: float
    sd: float
    crps: float
    factor: float
    open: int


def day(date: dt.date) -> int:
    """The working day of a date."""
    return int(CLOCK.day_of_date((date - EPOCH).days))


def study(creation: float, shock: float, seed: int, number: int) -> list[Foretold]:
    """Simulate one organisation, foretell its next quarter, and see."""
    rng = np.random.default_rng([seed, number, round(creation * 100), round(shock * 100)])
    bent = replace(PLAIN, common_factor=shock)
    organisation = Organisation.draw(rng, complications=bent, creation=creation)
    happenings = simulate(organisation, CLOCK, day(FIRST), day(LAST), rng)
    moments = wall_moments(happenings, CLOCK, rng)
    known = history(organisation, happenings, moments, CLOCK, CLOCK.end_of(TODAY))
    came = won_between(happenings, day(TODAY) + 1, day(LAST)).total
    race = Race(known)
    span = period(Target("all", 1.0, TODAY + dt.timedelta(days=1), LAST), CLOCK)
    found = []
    for way in WAYS:
        factors = race.factors if way == WAYS[2] else None
        draws = 1 if way == WAYS[0] else DRAWS
        told = forecast(
            known,
            race.model,
            race.arrivals,
            span,
            None,
            np.random.default_rng(number),
            draws,
            factors=factors,
        ).total
        found.append(
            Foretold(
                way,
                float(told.cdf(came)),
                told.mean,
                came,
                told.sd,
                told.crps(came),
                race.factors.onward.sd,
                race.open_deals.size,
            )
        )
    return found


def summary(found: list[Foretold]) -> dict[str, float]:
    """Shares covered, and how far off the mean is."""
    ranks = np.array([each.rank for each in found])
    inside = {f"{level:.0%}": float((np.abs(ranks - 0.5) <= level / 2).mean()) for level in LEVELS}
    came = np.array([each.came for each in found])
    mean = np.array([each.mean for each in found])
    errors = mean / came.mean() - came / came.mean()
    return {
        **inside,
        "bias": float(errors.mean()),
        "bias_se": float(errors.std() / np.sqrt(errors.size)),
        "crps": float(np.mean([each.crps for each in found]) / came.mean()),
        "factor": float(np.mean([each.factor for each in found])),
        "open": float(np.mean([each.open for each in found])),
    }


def lines(results: dict[str, dict[str, float]], options: argparse.Namespace) -> list[str]:
    """The study as a page."""
    error = np.sqrt(0.8 * 0.2 / options.organisations)
    command = f"--organisations {options.organisations} --seed {options.seed} --keep"
    head = f"""# Coverage of the horizon total, with quarters that swing

`python benchmarks/forecast_coverage.py {command}`: {options.organisations} organisations a row,
three years of history, the quarter that follows. Shares in per cent; the standard error of an 80 %
share is {error:.1%}. The factor is learned from the organisation's own past quarters; *learned* is
its mean sd.

| open deals | shock | forecast | 50 % | 80 % | 90 % | bias | CRPS, of the mean | learned |
|---:|---:|---|---:|---:|---:|---:|---:|---:|"""
    rows = []
    for name, row in results.items():
        size, shock, way = name.split("|")
        rows.append(
            f"| {row['open']:,.0f} ({size}) | {shock} | {way} | {100 * row['50%']:.1f} "
            f"| {100 * row['80%']:.1f} | {100 * row['90%']:.1f} "
            f"| {100 * row['bias']:+.1f} ± {100 * row['bias_se']:.1f} % "
            f"| {100 * row['crps']:.1f} % | {row['factor']:.3f} |"
        )
    return [head, *rows]


def main() -> None:
    """Run the study, print it and keep it as evidence."""
    parser = argparse.ArgumentParser(description="Coverage with quarters that swing.")
    parser.add_argument("--organisations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--open", type=int, nargs="*", choices=OPEN, default=[*OPEN], metavar="N")
    parser.add_argument("--shocks", type=float, nargs="*", choices=SHOCKS, default=SHOCKS)
    parser.add_argument("--keep", action="store_true", help="write docs/evidence; of all cells")
    options = parser.parse_args()
    if options.keep and (len(options.open), len(options.shocks)) != (len(OPEN), len(SHOCKS)):
        parser.error("The evidence has all cells: leave out --open and --shocks, or --keep.")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    results: dict[str, dict[str, float]] = {}
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        for size in options.open:
            for shock in options.shocks:
                began = time.perf_counter()
                work = partial(study, OPEN[size], shock, options.seed)
                found = [*pool.map(work, range(options.organisations), chunksize=4)]
                for place, way in enumerate(WAYS):
                    mine = [each[place] for each in found]
                    results[f"{size}|{shock}|{way}"] = summary(mine)
                    print(way, size, shock, results[f"{size}|{shock}|{way}"], flush=True)
                print(f"{time.perf_counter() - began:.0f} s", flush=True)
    page = "\n".join(lines(results, options)) + "\n"
    print(page)
    if options.keep:
        (EVIDENCE / "forecast_coverage.md").write_text(page, encoding="utf-8")
        text = json.dumps({"seed": options.seed, "results": results}, indent=1)
        (EVIDENCE / "forecast_coverage.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
