"""Streams of known pace, and small sales organisations with known chances."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np

from mellantid.core.clock import MS_PER_DAY, WorkingClock, Zone
from mellantid.core.history import History
from mellantid.core.process import Process

PROCESS = Process("New business", ("Lead", "Demo", "Offer"))
CLOCK = WorkingClock.of(Zone.of(ZoneInfo("Europe/Stockholm"), "Europe/Stockholm"))
START = int(CLOCK.day(CLOCK.start_of(dt.date(2026, 1, 5))))
ENTRY = np.array([0.6, 0.3, 0.1])
AGES = 12


def poisson_times(rng, streams: int, until: float, pace: float = 1.0) -> np.ndarray:
    """Planned-events times of Poisson events of rate `pace`, (streams, events), beyond `until`."""
    mean = pace * until
    events = int(mean + 8 * np.sqrt(mean) + 20)
    return np.cumsum(rng.exponential(1 / pace, (streams, events)), axis=1)


def chances(rng, leave: float = 0.15) -> np.ndarray:
    """A random hazard (S, S + 2, A) in which every move can come at every age."""
    stages = PROCESS.size
    hazard = rng.gamma(0.7, size=(stages, stages + 2, AGES))
    hazard[np.arange(stages), np.arange(stages)] = 0.0
    return hazard * rng.uniform(0.3, 1.0, (stages, 1, AGES)) * leave / hazard.sum(1, keepdims=True)


def lived(rng, hazard, pace: float, days: int, standing: int, slow: tuple = (0, 0, 1.0)):
    """Live by the chances for `days` days after `START`; owners 0 and 1 in turn.

    Args:
        hazard: the chances.
        pace: deals created a day, on average.
        days: how many days.
        standing: deals that stand in the first stage at the start, at ages 0 to 19.
        slow: (stage, from day, factor): onward moves out of a stage are so much rarer from then.

    Returns:
        The history.

    """
    stages = PROCESS.size
    state, age = np.zeros(standing, dtype=int), rng.integers(0, 20, standing)
    rows = [(np.arange(standing), START - age, state.copy(), 0)]
    for day in range(1, days + 1):
        q = hazard.copy()
        if day > slow[1]:
            q[slow[0], slow[0] + 1 : stages + 1] *= slow[2]
        age = age + 1
        new = rng.choice(stages, rng.poisson(pace), p=ENTRY)
        fresh = np.arange(state.size, state.size + new.size)
        state, age = np.append(state, new), np.append(age, np.zeros(new.size, dtype=int))
        rows.append((fresh, np.full(fresh.size, START + day), new, 0))
        moving, nth = np.flatnonzero(state < stages), 1
        while moving.size:
            cut = np.cumsum(q[state[moving], :, np.minimum(age[moving], AGES - 1)], axis=1)
            to = (rng.random(moving.size)[:, None] >= cut).sum(axis=1)
            moving, to = moving[to < stages + 2], to[to < stages + 2]
            rows.append((moving, np.full(moving.size, START + day), to, nth))
            state[moving], age[moving] = to, 0
            moving, nth = moving[to < stages], nth + 1
    return told(rows, state.size, START + days)


def told(rows: list, deals: int, last: int) -> History:
    """The history of (deals, days, states, place in the day), known to the end of day `last`."""
    deal, day, to = (np.concatenate([row[i] for row in rows]) for i in range(3))
    nth = np.concatenate([np.full(len(row[0]), row[3]) for row in rows])
    at = CLOCK.zone.moments(CLOCK.date_of_day(day) * MS_PER_DAY) + (9 * 60 + nth) * 60_000
    until = int(CLOCK.zone.moments((CLOCK.date_of_day(last) + 1) * MS_PER_DAY))
    names = tuple(map(str, range(deals)))
    return History.fold(
        PROCESS, CLOCK, until, names, ("ann", "bo"), deal, at, to, owner=deal % 2, sequence=nth
    )
