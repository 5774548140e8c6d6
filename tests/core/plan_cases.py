"""Small sales organisations with known chances, for the tests of plan, splits and money."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st

from mellantid.core.clock import MS_PER_DAY, WorkingClock, Zone
from mellantid.core.history import UNKNOWN_WHEN, History
from mellantid.core.planning.worth import Basis
from mellantid.core.process import Process

HOUR = 3_600_000
MONDAY = dt.date(2026, 1, 5)
STAGES = 3
PROCESS = Process("New business", ("Qualified", "Demo", "Offer"))
OWNERS = ("ann", "bo", "cy")


@cache
def clock() -> WorkingClock:
    zone = Zone.of(ZoneInfo("Europe/Stockholm"), "Europe/Stockholm")
    holidays = [dt.date(2026, 1, 6), dt.date(2026, 4, 3), dt.date(2026, 4, 6), dt.date(2026, 5, 1)]
    return WorkingClock.of(zone, holidays)


def moment(date: dt.date, hour: int = 0) -> int:
    return clock().start_of(date) + hour * HOUR


def day_of(date: dt.date) -> int:
    return int(clock().day(moment(date, 12)))


def chances(rng: np.random.Generator, stages: int, ages: int, leave: float = 0.3) -> np.ndarray:
    """A random hazard: every destination but staying put can come at every age."""
    hazard = rng.gamma(0.5, size=(stages, stages + 2, ages))
    hazard[np.arange(stages), np.arange(stages)] = 0.0
    scale = rng.uniform(0, leave, size=(stages, 1, ages)) / hazard.sum(axis=1, keepdims=True)
    return hazard * scale


def basis(seed: int = 1, stages: int = STAGES, ages: int = 12, mean_amount: float = 100.0) -> Basis:
    rng = np.random.default_rng(seed)
    return Basis(chances(rng, stages, ages), rng.dirichlet(np.ones(stages)), mean_amount)


def history_of(rows: list[tuple], until: int, deals: int = 6, owners: tuple = OWNERS) -> History:
    """Rows of (deal, moment, state or -1, amount or nan, owner or -1, earliest moment or None)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    deal, at, state, amount, owner, after = columns
    return History.fold(
        PROCESS,
        clock(),
        until,
        tuple(f"D{number}" for number in range(deals)),
        owners,
        deal,
        at,
        state,
        np.array(amount, dtype=np.float64),
        owner,
        [moment - 1 if first is None else first for moment, first in zip(at, after, strict=True)],
    )


@st.composite
def rows(draw: st.DrawFn, deals: int = 6, days: int = 100, size: int = 45) -> list[tuple]:
    """Any records whatever: skips, steps back, reopenings, wins undone, amounts, owners."""
    found = []
    for _ in range(draw(st.integers(0, size))):
        at = moment(MONDAY) + draw(st.integers(0, days * 24)) * HOUR
        loose = draw(st.sampled_from([None] * 6 + [at - 9 * MS_PER_DAY, UNKNOWN_WHEN]))
        found.append(
            (
                draw(st.integers(0, deals - 1)),
                at,
                draw(st.sampled_from([-1, -1, 0, 0, 1, 1, 2, 2, 3, 4])),
                draw(st.sampled_from([np.nan, np.nan, 0.0, 10.0, 250.0, 1e6])),
                draw(st.sampled_from([-1, -1, 0, 1, 2])),
                loose,
            )
        )
    return found


def simulate(
    rng: np.random.Generator,
    hazard: np.ndarray,
    stage: np.ndarray,
    age: np.ndarray,
    pace: float,
    entry: np.ndarray,
    days: int,
) -> tuple[np.ndarray, int]:
    """Live through `days` days by the known chances.

    Deals 0.. stand in `stage` at `age` at the end of day 0; others are created, a Poisson number a
    day. Returns movements as rows of (deal, day, place in the day, from or -1, to).
    """
    stages, _, ages = hazard.shape
    state, old = stage.copy(), age.copy()
    rows = []
    for day in range(1, days + 1):
        old += 1
        new = rng.choice(stages, size=rng.poisson(pace), p=entry)
        numbers = np.arange(state.size, state.size + new.size)
        rows += [(deal, day, 0, -1, to) for deal, to in zip(numbers, new, strict=True)]
        state, old = np.append(state, new), np.append(old, np.zeros(new.size, dtype=np.int64))
        moving = np.flatnonzero(state < stages)
        nth = 1
        while moving.size:
            q = hazard[state[moving], :, np.minimum(old[moving], ages - 1)]
            u = rng.random(moving.size)
            to = (u[:, None] >= np.cumsum(q, axis=1)).sum(axis=1)
            gone = to < stages + 2
            moving, to = moving[gone], to[gone]
            rows += [
                (deal, day, nth, was, now)
                for deal, was, now in zip(moving, state[moving], to, strict=True)
            ]
            state[moving], old[moving] = to, 0
            moving, nth = moving[to < stages], nth + 1
    return np.array(rows, dtype=np.int64).reshape(-1, 5), state.size
