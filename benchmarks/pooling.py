"""Does pooling foretell sellers better than their own history, or than the company's?

    python benchmarks/pooling.py --times 200 --organisations 20 --seed 1 --keep

Two studies. First, 40 sellers whose chances vary by 35 %, one kind of movement, foretold a quarter
ahead from 4, 13 and 52 weeks: by their own rate, by all sellers' rate, and leaning on it (negative
binomial). Then simulated organisations with 25 sellers in four teams: what is foretold of each
seller's movements on each leg in the quarter that follows, given the deals at risk.
"""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from mellantid.core.clock import date_number
from mellantid.core.counting.counts import Cells, Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.pooling import (
    PooledModel,
    by_kin,
    foretold_exits,
    likeliest_pool,
    pool,
    sum_groups,
    untied,
)
from mellantid.core.process import Process
from mellantid.simulation import PLAIN, Organisation, clock_in, history, simulate, wall_moments

if TYPE_CHECKING:
    from mellantid.core.modelling.model import DailyChances
    from mellantid.core.types import Floats, Ints

EVIDENCE: Final = Path(__file__).parent.parent / "docs" / "evidence"
SELLERS: Final = 40
SPREAD: Final = 0.35
QUARTER: Final = 13
"""Weeks ahead."""
A_QUARTER: Final = 7.3
"""Movements of a mean seller in a quarter: so many that the truth's own log loss is 2.40."""
WEEKS: Final = (4, 13, 52)
DEALS: Final = 200.0
"""Deals at risk of each seller, on any day."""
CLOCK: Final = clock_in()
FIRST: Final = dt.date(2021, 1, 1)
TODAY: Final = dt.date(2023, 3, 31)
LAST: Final = dt.date(2023, 6, 30)


def log_loss(came: Floats, mean: Floats, shape: Floats | float = np.inf) -> Floats:
    """Of counts, in nats: negative binomial of this shape and mean, Poisson of an infinite one."""
    mean = np.maximum(mean, 1e-9)
    poisson = came * np.log(mean) - mean
    finite = np.where(np.isinf(shape), 1.0, shape)
    odds = gammaln(finite + came) - gammaln(finite) + finite * np.log(finite / (finite + mean))
    odds += came * np.log(mean / (finite + mean))
    return gammaln(came + 1) - np.where(np.isinf(shape), poisson, odds)


def one_kind(rng: np.random.Generator, weeks: int) -> dict[str, float]:
    """The mean log loss of a seller's next quarter, by method."""
    factor = rng.gamma(SPREAD**-2, SPREAD**2, SELLERS)
    a_day = A_QUARTER / (QUARTER * 5 * DEALS)
    seen = rng.poisson(factor * a_day * DEALS * 5 * weeks).astype(float)
    came = rng.poisson(factor * A_QUARTER).astype(float)
    exits = np.zeros((SELLERS, 1, 3, 1))
    exits[:, 0, 1, 0] = seen
    cells = Cells(Process("One", ("Open",)), exits, np.full((SELLERS, 1, 1), DEALS * 5 * weeks))
    company = fit(sum_groups(cells, np.zeros(SELLERS, dtype=int), 1))
    model = pool(company, cells)
    mean = model.hazard[:, 0, 1, 0] * DEALS * 5 * QUARTER
    own = (seen + 0.5) / weeks * QUARTER
    return {
        "the truth": float(log_loss(came, factor * A_QUARTER).mean()),
        "own rate": float(log_loss(came, own).mean()),
        "everybody's rate": float(
            log_loss(came, np.full(SELLERS, seen.mean() / weeks * QUARTER)).mean()
        ),
        "pooled": float(log_loss(came, mean, model.strength + seen).mean()),
    }


def organisation(seed: int, number: int, differ: float) -> dict[str, float]:
    """The log loss of sellers' movements by leg in the next quarter, a seller, by model."""
    rng = np.random.default_rng([seed, number])
    first, last = (int(CLOCK.day_of_date(date_number(each))) for each in (FIRST, LAST))
    made = Organisation.draw(rng, complications=replace(PLAIN, sellers_differ=differ))
    happenings = simulate(made, CLOCK, first, last, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    before, after = (
        history(made, happenings, moments, CLOCK, CLOCK.end_of(date)) for date in (TODAY, LAST)
    )
    owners = len(before.owners)
    ages = int(sojourns(after).age.max()) + 2
    groups = np.arange(owners)
    known, later = (Counts.of(sojourns(each)).table(ages, groups) for each in (before, after))
    came = Cells(known.process, later.exits - known.exits, later.exposure - known.exposure)
    teams = np.array([seller.team for seller in sorted(made.sellers, key=lambda s: s.identity)])
    _, of = np.unique(teams, return_inverse=True)
    nobody = np.zeros(owners, dtype=int)
    company = fit(sum_groups(known, nobody, 1))
    by_team = likeliest_pool(company, sum_groups(known, of, int(of.max()) + 1))
    found: dict[str, DailyChances] = {
        "company": company,
        "each way out": pool(company, known, ties=untied(known.process)),
        "moves and losses": pool(company, known, ties=by_kin(known.process)),
        "the likelier of the two": likeliest_pool(company, known),
        "by way of teams": likeliest_pool(by_team, known, of),
    }
    return {name: _scored(model, came, owners) for name, model in found.items()}


def _scored(model: DailyChances, came: Cells, owners: int) -> float:
    """Log loss of all movements by seller and way out, a seller."""
    hazard = np.broadcast_to(model.hazard, (owners, *model.hazard.shape[1:]))
    mean = foretold_exits(hazard, came.exposure)
    exits = came.exits.sum(-1)
    shape: Floats | float = _shape(model) if isinstance(model, PooledModel) else np.inf
    some = mean > 0
    loss = log_loss(exits, mean, shape)
    return float(loss[some].sum() / owners)


def _shape(model: PooledModel) -> Floats:
    """The shape of each way out's negative binomial: κ and the exits that its factor is from."""
    exits = model.cells.exits.sum(-1)
    tied = np.zeros_like(exits)
    ties: Ints = model.ties
    for number in range(int(ties.max()) + 1):
        tied[:, ties == number] = exits[:, ties == number].sum(-1, keepdims=True)
    shape: Floats = model.strength + tied
    return shape


def page(options: argparse.Namespace) -> str:
    """Both studies as a page."""
    asked = f"--times {options.times} --organisations {options.organisations}"
    asked += f" --seed {options.seed} --keep"
    lines = [
        "# Pooling sellers",
        "",
        f"`python benchmarks/pooling.py {asked}`",
        "",
        f"## {SELLERS} sellers whose chances vary by {SPREAD:.0%}, one kind of movement",
        "",
        f"Log loss of the next quarter's count, a seller, in nats; {options.times} times.",
        "",
        "| weeks of history | the truth | own rate | everybody's rate | pooled |",
        "|---:|---:|---:|---:|---:|",
    ]
    rng = np.random.default_rng(options.seed)
    for weeks in WEEKS:
        runs = [one_kind(rng, weeks) for _ in range(options.times)]
        mean = {name: np.mean([run[name] for run in runs]) for name in runs[0]}
        lines.append(f"| {weeks} | " + " | ".join(f"{each:.2f}" for each in mean.values()) + " |")
    lines += [
        "",
        "## Organisations of 25 sellers in four teams",
        "",
        "Log loss of the next quarter's movements, a seller, summed over all ways out,",
        f"less that of the company's chances; {options.organisations} organisations, ± standard",
        "error. *Differ* is the sd of a seller's log chance to move on, half of it of all chances.",
        "",
        "| differ | each way out | moves and losses | the likelier of the two | by way of teams |",
        "|---:|---:|---:|---:|---:|",
    ]
    for differ in (0.0, 0.15, 0.35):
        runs = [organisation(options.seed, each, differ) for each in range(options.organisations)]
        less = {
            name: np.array([run[name] - run["company"] for run in runs])
            for name in list(runs[0])[1:]
        }
        cells = (
            f"{each.mean():+.2f} ± {each.std(ddof=1) / np.sqrt(each.size):.2f}"
            for each in less.values()
        )
        lines.append(f"| {differ} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run both studies, print them and keep them as evidence."""
    parser = argparse.ArgumentParser(description="Pooling against own and common rates.")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--organisations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write docs/evidence")
    options = parser.parse_args()
    found = page(options)
    print(found)
    if options.keep:
        (EVIDENCE / "pooling.md").write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main()
