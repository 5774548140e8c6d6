"""The whole forecast of 100,000 open deals, over 200 posterior draws and the period factor.

Run: python benchmarks/large_forecast.py [--json]. The stated limit is 1.5 s on two cores.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast import error_against_convolution, of_100_000_deals
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.open_deals import open_deals
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.forecasting.period_factor import PeriodFactors, period_factor
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target, period
from mellantid.simulation import Organisation, clock_in, history, simulate, wall_moments

if TYPE_CHECKING:
    from mellantid.core.history import History

LIMIT_SECONDS: Final = 1.5
DRAWS: Final = 200
ROUNDS: Final = 3
CREATED_A_DAY: Final = 1_600.0
"""After a year some 100,000 are open."""


def organisation(rng: np.random.Generator) -> History:
    """One year of a very large organisation."""
    clock = clock_in()
    dates = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
    first, last = (int(clock.day(clock.start_of(date))) for date in dates)
    of = Organisation.draw(rng, creation=CREATED_A_DAY)
    happened = simulate(of, clock, first, last, rng)
    until = clock.end_of(dates[1])
    return history(of, happened, wall_moments(happened, clock, rng), clock, until)


def factors() -> PeriodFactors:
    """A common factor as eight uneven quarters would tell it."""
    foretold = np.full(8, 400.0)
    seen = np.array([352.0, 431, 398, 466, 377, 420, 338, 441])
    learned = period_factor(foretold, seen)
    return PeriodFactors(onward=learned, creation=learned)


def main() -> None:
    """Measure; exit with 1 where the limit is passed."""
    parser = argparse.ArgumentParser(description="times the forecast of 100,000 open deals")
    parser.add_argument("--seed", type=int, default=20260103)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    known = organisation(rng)
    model = fit(Counts.of(sojourns(known)).table(500))
    coming, common = arrivals(known), factors()
    when = period(Target("all", 1.0, dt.date(2025, 1, 1), dt.date(2025, 3, 31)), known.clock)
    aim = forecast(known, model, coming, when, None, rng, 1).mean
    whole = wall = float("inf")
    for seed in range(ROUNDS):
        begin, began = time.process_time(), time.perf_counter()
        found = forecast(
            known, model, coming, when, aim, np.random.default_rng(seed), DRAWS, factors=common
        )
        _ = found.p_target, found.quantiles([0.05, 0.25, 0.5, 0.75, 0.95])
        whole = min(whole, time.process_time() - begin)
        wall = min(wall, time.perf_counter() - began)
    open_ = int(open_deals(known).deal.size)
    total = [(line.name, line.measured, line.limit) for line in of_100_000_deals(rng)]
    error = error_against_convolution(rng)
    total.append((error.name, error.measured, error.limit))
    measured = {"open": open_, "draws": DRAWS, "cpu": whole, "wall": wall, "total": total}
    if given.json:
        print(json.dumps(measured))
        return
    print(f"{open_:,} open deals, {DRAWS} draws x period factor")
    print(f"processor {whole:.2f} s, wall {wall:.2f} s, limit {LIMIT_SECONDS} s")
    if min(whole, wall) > LIMIT_SECONDS:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
