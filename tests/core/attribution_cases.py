"""Organisations that live by a plan's chances but for one assumption, for tests and benchmarks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plan_cases as cases

from mellantid.core.history import History
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.planning.worth import Basis

if TYPE_CHECKING:
    from mellantid.core.planning.plan import Plan

START = cases.day_of(cases.MONDAY + dt.timedelta(days=60))
AGES = 60
MEAN = 100.0
SD = 0.6


@dataclass(frozen=True)
class Truth:
    """What is true, as factors on what the plan assumes.

    Attributes:
        pace: of creation.
        conversion: of the odds to go onward from the middle stage, at any age.
        speed: of the rate of every way out of the middle stage.
        size: of new deals.
        won_for: of the amount, at the win.

    """

    pace: float = 1.0
    conversion: float = 1.0
    speed: float = 1.0
    size: float = 1.0
    won_for: float = 1.0


def course() -> Basis:
    """Three stages with a hazard that rises, then falls; half to two thirds go on."""
    age = np.arange(AGES)
    rise = 0.12 * (age + 1) / 8 * np.exp(1 - (age + 1) / 8) + 0.02
    hazard = np.zeros((3, 5, AGES))
    for stage, share in enumerate((0.5, 0.6, 0.65)):
        hazard[stage, stage + 1] = share * rise
        hazard[stage, 4] = (1 - share) * (0.7 * rise + 0.3 * rise.mean())
    return Basis(hazard, np.array([0.9, 0.1, 0.0]), MEAN)


def true_hazard(hazard: np.ndarray, truth: Truth, stage: int = 1) -> np.ndarray:
    """The chances as they are."""
    bent = hazard.copy()
    total = bent[stage].sum(axis=0)
    odds = bent[stage].copy()
    odds[stage + 1] *= truth.conversion
    bent[stage] = odds / odds.sum(axis=0) * total * truth.speed
    return bent


def lived(
    seed: int, truth: Truth, pace: float = 8.0, deals: int = 400, days: int = 120
) -> tuple[Plan, History]:
    """A plan by the course's chances, and what happened by the true ones."""
    rng, basis = np.random.default_rng(seed), course()
    stage, age = rng.integers(0, 3, deals), rng.integers(0, 30, deals)
    hazard = true_hazard(basis.hazard, truth)
    rows, count = cases.simulate(rng, hazard, stage, age, pace * truth.pace, basis.entry, days)
    amount = MEAN * np.exp(rng.normal(-(SD**2) / 2, SD, count))
    amount[deals:] *= truth.size
    opened, at = noon(START - age), noon(START + rows[:, 1]) + rows[:, 2] * 60_000
    won = rows[:, 4] == cases.PROCESS.won_state
    told = np.where(rows[:, 3] < 0, amount[rows[:, 0]], np.nan)
    jitter = np.exp(rng.normal(-0.02, 0.2, count)) if truth.won_for != 1.0 else np.ones(count)
    if truth.won_for != 1.0:
        told[won] = (amount * jitter * truth.won_for)[rows[won, 0]]
    history = History.fold(
        cases.PROCESS,
        cases.clock(),
        int(noon(START + days)) + 6 * cases.HOUR,
        tuple(map(str, range(count))),
        cases.OWNERS,
        np.concatenate([np.arange(deals), rows[:, 0]]),
        np.concatenate([opened, at]),
        np.concatenate([stage, rows[:, 4]]),
        np.concatenate([amount[:deals], told]),
        np.concatenate([np.arange(deals) % 3, rows[:, 0] % 3]),
        sequence=np.concatenate([np.zeros(deals, dtype=np.int64), rows[:, 2]]),
    )
    made = int(noon(START)) + 6 * cases.HOUR
    return plan_of(history.known_at(made), basis, pace, days), history


def plan_of(before: History, basis: Basis, pace: float, days: int) -> Plan:
    """The plan whose pace is this one, to a period that ends 40 days after what is known."""
    first, last = (date_of(START + shift) for shift in (1, days + 40))
    probe = make_plan(before, basis, [Target("all", 1.0, first, last)], cap=np.inf)
    chance = probe.chances(cases.PROCESS)[0]
    ahead = np.arange(START + 1, START + 1 + probe.days)
    each = basis.mean_amount * (chance.entering(np.arange(3), ahead[:, None]) @ basis.entry)
    target = Target("all", float(probe.opening.sum() + pace * each.sum()), first, last)
    return make_plan(before, basis, [target], cap=np.inf)


def noon(days: object) -> np.ndarray:
    numbers = cases.clock().date_of_day(np.asarray(days))
    return cases.clock().zone.moments(numbers * 86_400_000) + 12 * cases.HOUR


def date_of(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(cases.clock().date_of_day(day)))
