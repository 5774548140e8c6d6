"""Times the forecast's distribution against simulation, and a whole forecast.

    python benchmarks/forecast.py

Everything is timed in the same run, alternately, and the least of the rounds is taken. The stated
limits are printed beside the measured ratios; the exit status is 1 where one is missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.open_deals import open_deals
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.forecasting.forecast import Forecast, forecast
from mellantid.core.history import History
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target, period
from mellantid.core.totals.total import total, total_mixture
from mellantid.simulation import Organisation, clock_in, history, simulate, wall_moments
from mellantid.workspace.race import Race

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mellantid.core.types import Floats

DEALS = 100_000
DRAWS = 10_000
FASTER = 50.0
ACCURATE = 1e-6
WHOLE_SECONDS = 0.35
MIXTURE_SECONDS = 0.3
CROWD_DRAWS = 200
CROWD_SECONDS = 1.5


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, and whether it is within its limit."""

    name: str
    measured: str
    limit: str
    kept: bool


def least(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The least seconds of each task over rounds in which they take turns."""
    seconds = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            begin = time.perf_counter()
            task()
            seconds[name] = min(seconds[name], time.perf_counter() - begin)
    return seconds


def simulated(amounts: Floats, chances: Floats, rng: np.random.Generator) -> Floats:
    """The same total by plain Monte Carlo, in blocks that fit into memory."""
    block = 200
    draws = [(rng.random((block, amounts.size)) < chances) @ amounts for _ in range(DRAWS // block)]
    return np.concatenate(draws)


def of_100_000_deals(rng: np.random.Generator) -> list[Line]:
    """The distribution of 100,000 uneven deals: exact against 10,000 draws."""
    amounts = np.round(np.exp(rng.normal(11, 1, DEALS))).astype(np.float64)
    chances = rng.random(DEALS) * 0.5
    exact = least({"exact": lambda: total(amounts, chances)}, 7)["exact"]
    begin = time.perf_counter()
    drawn = simulated(amounts, chances, rng)
    monte_carlo = time.perf_counter() - begin
    found = total(amounts, chances)
    points = found.quantile(np.linspace(0.01, 0.99, 99))
    rough = np.abs((drawn[:, None] <= points).mean(axis=0) - found.cdf(points)).max()
    ratio = monte_carlo / exact
    return [
        Line("100,000 deals, exact", f"{exact * 1e3:.0f} ms", "", kept=True),
        Line("100,000 deals, 10,000 draws", f"{monte_carlo:.2f} s", "", kept=True),
        Line("times faster", f"{ratio:.0f}", f"at least {FASTER:.0f}", ratio >= FASTER),
        Line("error of 10,000 draws", f"{rough:.1e}", "", kept=True),
    ]


def error_against_convolution(rng: np.random.Generator) -> Line:
    """The error on a lattice that plain convolution can still do: 1,000 deals of up to 400."""
    amounts, chances = rng.integers(1, 400, 1000), rng.random(1000)
    masses = np.ones(1)
    for amount, p in zip(amounts, chances, strict=True):
        longer = np.zeros(masses.size + amount)
        longer[: masses.size] += masses * (1 - p)
        longer[amount:] += masses * p
        masses = longer
    found = total(amounts, chances).cdf(np.arange(masses.size))
    error = float(np.abs(found - np.cumsum(masses)).max())
    return Line("error, exact", f"{error:.1e}", f"below {ACCURATE:.0e}", error < ACCURATE)


def of_a_mixture(rng: np.random.Generator) -> Line:
    """32 versions of 4,000 deals."""
    amounts = np.exp(rng.normal(11, 1, 4000))
    chances = np.clip(rng.random(4000) * 0.4 * np.exp(rng.normal(0, 0.2, (32, 1))), 0, 1)
    seconds = least({"mixture": lambda: total_mixture(amounts, chances)}, 7)["mixture"]
    limit = f"below {MIXTURE_SECONDS} s"
    return Line(
        "32 draws x 4,000 deals", f"{seconds * 1e3:.0f} ms", limit, seconds < MIXTURE_SECONDS
    )


def organisation(rng: np.random.Generator) -> History:
    """Two years of an organisation with some 1,500 open deals."""
    clock = clock_in()
    first, last = (
        int(clock.day(clock.start_of(day))) for day in (dt.date(2023, 1, 2), dt.date(2024, 12, 31))
    )
    of = Organisation.draw(rng, creation=19.0)
    happenings = simulate(of, clock, first, last, rng)
    until = clock.end_of(dt.date(2024, 12, 31))
    return history(of, happenings, wall_moments(happenings, clock, rng), clock, until)


def of_a_whole_forecast(rng: np.random.Generator) -> list[Line]:
    """Model, arrivals and forecast of half a year, with P(target), then with the arrival too."""
    known = organisation(rng)
    model = fit(Counts.of(sojourns(known)).table(500))
    coming = arrivals(known)
    when = period(Target("all", 1.0, dt.date(2025, 1, 1), dt.date(2025, 6, 30)), known.clock)
    first = forecast(known, model, coming, when, 1e6, np.random.default_rng(1))
    aim = first.mean

    def foretell(seed: int = 1, draws: int = 32) -> float | None:
        generator = np.random.default_rng(seed)
        return forecast(known, model, coming, when, aim, generator, draws).p_target

    def arrive() -> object:
        return forecast(known, model, coming, when, aim, np.random.default_rng(1), 32).arrival()

    seconds = least({"p": foretell, "arrival": arrive}, 5)
    chances = [foretell(seed, 48) for seed in range(10)]
    spread = float(np.std(np.array(chances, dtype=np.float64)))
    name = (
        f"forecast, {first.open_.size:,} open deals, {when.last - known.until_day} days, 32 draws"
    )
    whole = seconds["p"]
    return [
        Line(name, f"{whole:.3f} s", f"below {WHOLE_SECONDS} s", whole < WHOLE_SECONDS),
        Line("... with fan and arrival", f"{seconds['arrival']:.3f} s", "", kept=True),
        Line("sd of P(target) over seeds, 48 draws", f"{spread:.4f}", "below 0.02", spread < 0.02),
    ]


def crowd(known: History, deals: int, rng: np.random.Generator) -> History:
    """So many open deals that stand as the open ones of an organisation do, of uneven amounts."""
    open_ = open_deals(known)
    picked = rng.integers(0, open_.size, deals)
    clock = known.clock
    dates = clock.date_of_day(known.until_day - open_.age[picked])
    return History.fold(
        known.process,
        clock,
        known.until,
        tuple(map(str, range(deals))),
        known.owners,
        np.arange(deals),
        clock.zone.moments(dates * 86_400_000 + 12 * 3_600_000),
        open_.stage[picked],
        np.round(np.exp(rng.normal(11, 1, deals)), 2),
        open_.owner[picked],
    )


def of_a_crowd(rng: np.random.Generator) -> list[Line]:
    """200 draws of the model, each with its quarter's factor, of 100,000 open deals."""
    race = Race(organisation(rng))
    many = crowd(race.history, DEALS, rng)
    # A pace that fits so many open deals.
    times = DEALS / race.open_deals.size
    coming = replace(race.arrivals, rate_days=race.arrivals.rate_days / times)
    clock = race.history.clock
    when = period(Target("all", 1.0, dt.date(2025, 1, 1), dt.date(2025, 3, 31)), clock)
    model, factors = race.model, race.factors
    found: list[Forecast] = []

    def foretell() -> None:
        seed = np.random.default_rng(1)
        found.append(forecast(many, model, coming, when, 1e9, seed, CROWD_DRAWS, factors=factors))

    seconds = least({"crowd": foretell}, 5)["crowd"]
    name = f"{CROWD_DRAWS} draws x factor, {DEALS:,} open deals, a quarter"
    return [
        Line(name, f"{seconds:.2f} s", f"below {CROWD_SECONDS} s", seconds < CROWD_SECONDS),
        error_of_the_series(found[-1], rng),
    ]


def error_of_the_series(found: Forecast, rng: np.random.Generator) -> Line:
    """The same mixture with the chances of 8 versions, against the product over the deals."""
    picked = rng.choice(DEALS, DEALS // 10, replace=False)
    chances = np.minimum(found.p[picked] * np.exp(rng.normal(0, 0.1, (8, 1))), 1.0)
    amounts = found.amount[picked]
    _, cell = np.unique(found.p[picked], return_inverse=True)
    first = np.unique(cell, return_index=True)[1]
    quick = total_mixture(amounts, chances[:, first], cells=cell)
    at = quick.quantile(np.linspace(0.001, 0.999, 200))
    error = float(np.abs(quick.cdf(at) - by_products(amounts, chances, at)).max())
    return Line(
        "its error, 10,000 deals", f"{error:.1e}", f"below {ACCURATE:.0e}", error < ACCURATE
    )


def by_products(amounts: Floats, chances: Floats, at: Floats) -> Floats:
    """P(total <= x) by the plain sum of Gil-Pelaez, every deal's factor by itself."""
    mean = float((chances @ amounts).mean())
    spread = float(np.sqrt(((chances * (1 - chances)) @ amounts**2).max()))
    # A circle of 60 spreads holds the versions and their tails; 400 frequencies outlive |phi|.
    omega = 2 * np.pi / (60 * spread) * np.arange(1, 401)
    phi = np.zeros(omega.size, dtype=np.complex128)
    for row in chances:
        for place, frequency in enumerate(omega):
            turn = np.expm1(1j * frequency * amounts)
            phi[place] += np.exp(np.log1p(row * turn).sum()) / len(chances)
    low = mean - 30 * spread
    turned = (np.exp(-1j * omega * low) - np.exp(-1j * omega * at[:, None])) / (1j * omega)
    found: Floats = (at - low + 2 * (turned @ phi).real) / (60 * spread)
    return found


def main() -> int:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(description="times the forecast")
    parser.add_argument("--seed", type=int, default=20240229)
    rng = np.random.default_rng(parser.parse_args().seed)
    lines = [
        *of_100_000_deals(rng),
        error_against_convolution(rng),
        of_a_mixture(rng),
        *of_a_whole_forecast(rng),
        *of_a_crowd(rng),
    ]
    for line in lines:
        mark = "" if line.kept else "  MISSED"
        print(f"{line.name:<60}{line.measured:>12}   {line.limit}{mark}")
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
