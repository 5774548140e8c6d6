"""Organisations with known truth, and stays drawn from known daily chances."""

import datetime as dt
from functools import cache

import numpy as np

from mellantid.core.clock import MS_PER_DAY, date_number
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.doubts.stays import Stays
from mellantid.core.modelling.model import fit
from mellantid.simulation import (
    Complications,
    Organisation,
    clock_in,
    history,
    simulate,
    standard_course,
    wall_moments,
)

CLOCK = clock_in()
FIRST = int(CLOCK.day_of_date(date_number(dt.date(2021, 1, 1)))) + 1


def end_of(day):
    """The moment at which a working day, with the days off after it, is over."""
    return int(CLOCK.zone.moments(CLOCK.date_of_day(day + 1) * MS_PER_DAY))


@cache
def organisation(seed, days=520, beyond=0, creation=6.0, **complications):
    """An organisation's process and history of some days, or of more to see what came after."""
    rng = np.random.default_rng(seed)
    made = Organisation.draw(
        rng, standard_course(), Complications(**complications), creation=creation
    )
    last = FIRST + days + beyond
    happenings = simulate(made, CLOCK, FIRST, last, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    return history(made, happenings, moments, CLOCK, end_of(last))


def fitted(found, most=500):
    """The model of a history: its daily chances, (S, D, A)."""
    counts = Counts.of(sojourns(found))
    return fit(counts.table(min(int(counts.age.max()) + 2, most))).hazard[0]


def drawn_stays(rng, hazard, entry, stage=0, last_day=10**6):
    """Stays in one stage that enter on given days and leave by known chances, (D, A)."""
    ways, ages = hazard.shape
    open_, age = np.arange(entry.size), np.zeros(entry.size, dtype=np.int64)
    to = np.full(entry.size, ways)
    for step in range(5000):
        if not open_.size:
            break
        chance = np.cumsum(hazard[:, min(step, ages - 1)])
        way = np.searchsorted(chance, rng.random(open_.size), side="right")
        age[open_] = step
        over = entry[open_] + step >= last_day
        to[open_] = np.where(way < ways, way, ways)
        open_ = open_[(way == ways) & ~over]
    nothing = np.zeros(entry.size, dtype=np.int64)
    last = entry + age
    return Stays(
        np.arange(entry.size), nothing + stage, to, entry, entry.copy(), last, nothing, nothing
    )
