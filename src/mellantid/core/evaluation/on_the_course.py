"""What the deals on the course did to the outcome, by leg and day: where they went, and how fast.

A deal of amount x in stage s at age a on day d leaves for j with the plan's chance q_j, which sum
to Q; there it is worth F_j, and V where it stays. With D = Σ q_j F_j / Q, the mean worth of where
those who leave go, its step of the day is, with E = 1 where it leaves and 0 where it stays,

    x (E - Q)(D - V)        how many left: time
    x E (F_j - D)           where they went: conversion

The two sum to the step: its worth before the day was Q D + (1 - Q) V (the win table's recursion).
Given the past both have mean zero under the plan's model, and they do not correlate, for the mean
of the second is zero whatever E is. Their variances given the past are

    x² Q (1 - Q)(D - V)²    and    x² Σ q_j (F_j - D)²,

and as the steps of a martingale do not correlate, those of a leg and a time sum (Hall and Heyde,
Martingale Limit Theory, 1980, ch. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways
from mellantid.core.sums import sums

if TYPE_CHECKING:
    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.planning.target import Period
    from mellantid.core.planning.tracks import Tracks
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class OnTheCourse:
    """The legs after creation, day by day; S stages, S + 2 destinations.

    Attributes:
        time: money, (S, days).
        conversion: money, (S + 1, days); row 0: of deals that had never stood in a stage.
        time_variance: of the first, given the past, (S, days).
        conversion_variance: of the second, (S + 1, days); of what came back from won or lost, for
            which the model has no chance, the square of the step.
        by_rate: money that `time` would gain if the rate of one way out were twice the plan's,
            (S, S + 2, days).
        by_share: what `conversion` would gain, likewise.
        expected: exits that the plan's model expects of the deals at hand, (S, days).
        left: exits, (S, days).
        expected_on: those that would have gone onward at the model's shares, of those that left.
        went_on: those that did.

    """

    time: Floats
    conversion: Floats
    time_variance: Floats
    conversion_variance: Floats
    by_rate: Floats
    by_share: Floats
    expected: Floats
    left: Floats
    expected_on: Floats
    went_on: Floats


def on_the_course(
    seen: Tracks, hazard: Floats, chance: PeriodChance, of: Period, now: int
) -> OnTheCourse:
    """Split what happened on the legs after creation to the end of day `now`.

    Args:
        seen: the deals' rows.
        hazard: the plan's daily chances, (S, S + 2, A).
        chance: the chance to be won in the period, under them.
        of: the period.
        now: the last day.

    """
    stages, ways, ages = hazard.shape
    # What happens in the weekend after the plan was made belongs to its first day.
    shape = (stages, days_of(seen, now))
    time, time_variance, expected = np.zeros((3, *shape))
    variance = np.zeros((stages + 1, shape[1]))
    by_rate, by_share = np.zeros((2, stages, ways, shape[1]))
    leaving = hazard.sum(axis=1)
    begun, until, at, entry, amount = _stays(seen, now)
    every_age = np.broadcast_to(np.arange(ages), (stages, ages))
    for place in range(shape[1]):
        day = seen.start + 1 + place
        here = np.flatnonzero((begun <= day) & (day <= until))
        cell = at[here] * ages + np.minimum(day - entry[here], ages - 1)
        numbers, money, squares = (
            sums(cell, weight, stages * ages).reshape(stages, ages)
            for weight in (np.ones(here.size), amount[here], amount[here] ** 2)
        )
        worth = worth_of_destinations(chance, stages, np.array([day]))[0]
        stay = chance.standing(np.arange(stages)[:, None], every_age, day)
        mean = _mean(hazard, worth, leaving, stay)
        gain = mean - stay
        expected[:, place] = (numbers * leaving).sum(axis=1)
        time[:, place] = -(money * leaving * gain).sum(axis=1)
        time_variance[:, place] = (squares * leaving * (1.0 - leaving) * gain**2).sum(axis=1)
        other = worth[None, :, None] - mean[:, None]
        variance[1:, place] = ((squares[:, None] * hazard) * other**2).sum(axis=(1, 2))
        by_rate[:, :, place] = ((money * gain)[:, None] * hazard).sum(axis=2)
        by_share[:, :, place] = ((money[:, None] * hazard) * other).sum(axis=2)
    exits = _exits(seen, hazard, chance, of, shape)
    return OnTheCourse(
        time=time + exits.time,
        conversion=exits.conversion,
        time_variance=time_variance,
        conversion_variance=variance + exits.returned,
        by_rate=by_rate,
        by_share=by_share,
        expected=expected,
        left=exits.left,
        expected_on=exits.expected_on,
        went_on=exits.went_on,
    )


def days_of(seen: Tracks, now: int) -> int:
    """Days from the tracks' start to a day, or to the last one on which something happened."""
    return max(now, int(seen.day[seen.later].max(initial=seen.start))) - seen.start


def worth_of_destinations(chance: PeriodChance, stages: int, days: Ints) -> Floats:
    """The chance to be won in the period of what enters each state on each day, (days, S + 2)."""
    won = (chance.first <= days) & (days <= chance.last)
    entering = chance.entering(np.arange(stages), days[:, None])
    return np.column_stack([entering, won, np.zeros(days.size)])


def _mean(hazard: Floats, worth: Floats, leaving: Floats, stay: Floats) -> Floats:
    """D: the mean worth of where those who leave go, (S, A); that of staying where nobody can."""
    total = np.einsum("sja,j->sa", hazard, worth)
    kept = np.array(stay, dtype=np.float64)
    found: Floats = np.divide(total, leaving, out=kept, where=leaving > 0)
    return found


def _stays(seen: Tracks, now: int) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """First and last day at risk, stage, entry and amount of every piece of a stay.

    A piece ends where the amount or the owner changes, and that day belongs to the next; the day of
    an exit belongs to the piece that it ends.
    """
    row = np.flatnonzero((seen.opening | seen.later) & (seen.state < seen.stages))
    last = seen.last[row]
    following = np.where(last, row, row + 1)
    ends = np.where(last, now + 1, seen.day[following])
    left = ~last & seen.moved[following]
    begun = np.where(seen.later[row], seen.day[row], seen.start + 1)
    until = np.where(left, ends, ends - 1)
    return begun, until, seen.state[row], seen.entry[row], seen.amount[row]


@dataclass(frozen=True, eq=False)
class _Exits:
    time: Floats
    conversion: Floats
    returned: Floats
    left: Floats
    expected_on: Floats
    went_on: Floats


def _exits(
    seen: Tracks, hazard: Floats, chance: PeriodChance, of: Period, shape: tuple[int, int]
) -> _Exits:
    """What the exits of every stage and day were worth, beside what was expected of exits."""
    stages, days = shape
    row = np.flatnonzero(seen.moved & seen.later & ~seen.first)
    was, day, amount = row - 1, seen.day[row], seen.amount[row - 1]
    step = amount * (seen.during(row, day, chance, of) - seen.during(was, day, chance, of))
    place = day - seen.start - 1
    opened = seen.state[was] < stages
    of_leg = seen.leg[was] * days + place
    at, on, put = row[opened], was[opened], place[opened]
    from_stage = seen.state[on]
    age = np.minimum(day[opened] - seen.entry[on], hazard.shape[2] - 1)
    ways = hazard[from_stage, :, age]
    total = ways.sum(axis=1)
    stay = chance.standing(from_stage, age, day[opened])
    worth = worth_of_destinations(chance, stages, day[opened])
    mean = np.divide((ways * worth).sum(axis=1), total, out=stay.copy(), where=total > 0)
    # What all exits bring, less what was set aside for them (`on_the_course`), is the line of time.
    quick = amount[opened] * (mean - stay)
    before = amount[opened] * (1.0 - total) * (mean - stay)
    rest = step.copy()
    rest[opened] -= before
    onward = onward_ways(stages)[from_stage]
    share = np.divide((ways * onward).sum(axis=1), total, out=np.zeros(put.size), where=total > 0)
    cell = from_stage * days + put
    went = onward[np.arange(put.size), seen.state[at]]

    def table(values: Floats) -> Floats:
        return sums(cell, values, stages * days).reshape(shape)

    def by_leg(values: Floats) -> Floats:
        return sums(of_leg, values, (stages + 1) * days).reshape(stages + 1, days)

    return _Exits(
        table(quick),
        by_leg(rest),
        by_leg(np.where(opened, 0.0, step**2)),
        table(np.ones(put.size)),
        table(share),
        table(went.astype(np.float64)),
    )
