"""A small organisation with a forecast, for the tests of steering."""

import datetime as dt
from functools import cache

import numpy as np

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target, period
from mellantid.core.steering.scene import Scene
from mellantid.simulation import Organisation, clock_in, history, simulate, wall_moments

TODAY = dt.date(2024, 12, 31)


@cache
def organisation():
    """Two years of deals, some 150 of them open."""
    rng, clock = np.random.default_rng(5), clock_in()
    days = (dt.date(2023, 1, 2), TODAY)
    first, last = (int(clock.day(clock.start_of(day))) for day in days)
    of = Organisation.draw(rng, creation=2.0)
    happenings = simulate(of, clock, first, last, rng)
    moments = wall_moments(happenings, clock, rng)
    return history(of, happenings, moments, clock, clock.end_of(TODAY))


@cache
def model():
    return fit(Counts.of(sojourns(organisation())).table(300))


@cache
def foretold(first=dt.date(2025, 1, 1), last=dt.date(2025, 6, 30), target=1e6):
    """The forecast of half a year."""
    known = organisation()
    when = period(Target("all", target, first, last), known.clock)
    rng = np.random.default_rng(1)
    return forecast(known, model(), arrivals(known), when, target, rng)


@cache
def scene(first=dt.date(2025, 1, 1), last=dt.date(2025, 6, 30)):
    """The forecast's scene."""
    return Scene.of(foretold(first, last), organisation().process, model().hazard)
