"""What comes after an activity: movements within a week of one, against those of other days.

The days at risk of all stays are told apart by whether the deal had an activity on the day or in
the four working days before it, in the same stay. Over both kinds of days are counted the movements
onward, n, and E, the sum of the model's chances at the deals' ages: so young deals and old ones are
compared fairly. With θ the factor by which such days differ from the model,

    n ~ Poisson(θ E),    θ ~ Gamma(κ Θ, κ),    Θ ~ Gamma(κ₀, κ₀),

where Θ is that of all legs together, at its posterior mean, so that a leg with few counts is told
what the others show. A deal that moves on within a week with chance p, as the model has it, then
moves with 1 - (1 - p)^θ. The difference with and without is an association, no effect: who calls
chooses whom to call, and a proposal is sent to those who asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.activity.tally import STRETCH, STRETCHES
from mellantid.core.process import onward_ways
from mellantid.core.watch.stays import stays
from mellantid.core.weeks import WORKING_WEEK

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.activity.tally import Done, Tally
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints
    from mellantid.core.watch.stays import Stays

STRENGTH: Final = 10.0
"""κ: movements that the other legs count as."""
FIRST: Final = 2.0
"""κ₀: movements that no difference counts as."""
LEAST: Final = 5
"""Movements after activities, on all legs together, before anything is told."""


@dataclass(frozen=True, eq=False)
class Following:
    """What followed activities, by way out of a stage, (S,) each; index 0 is stage 0's.

    Attributes:
        made_with: movements on days within a week after an activity.
        expected_with: those that the model expected on these days.
        made_without: movements on the other days.
        expected_without: likewise.

    """

    made_with: Floats
    expected_with: Floats
    made_without: Floats
    expected_without: Floats

    @property
    def missing(self) -> int:
        """Movements after an activity that are needed before anything is told."""
        fewest = min(self.made_with.sum(), self.made_without.sum())
        return max(LEAST - int(fewest), 0)

    def factors(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Shape and rate of θ with an activity, and without one, (S,) each."""
        return (
            _believed(self.made_with, self.expected_with),
            _believed(self.made_without, self.expected_without),
        )


def _believed(made: Floats, expected: Floats) -> tuple[Floats, Floats]:
    whole = (FIRST + made.sum()) / (FIRST + expected.sum())
    return STRENGTH * whole + made, STRENGTH + expected


def following(history: History, hazard: Floats, done: Done, counted: Tally) -> Following:
    """Count what followed activities, on the days in which sellers logged them.

    Args:
        history: what is known.
        hazard: the model's daily chances, (S, S + 2, A).
        done: the activities.
        counted: the same, counted: which days are compared.

    """
    found = stays(history)
    found = found.take(found.owner >= 0)
    found = found.take(np.isin(found.owner, np.flatnonzero(counted.logged.any(axis=1))))
    chance = (hazard * onward_ways(len(hazard))[:, :, None]).sum(axis=1)
    stay, day = _days_after(found, done)
    near = counted.counts(found.owner[stay], day)
    stay, day = stay[near], day[near]
    with_ = _expected(found, chance, stay, day)
    made = _by_stage(found, found.onward[stay] & (found.last[stay] == day), stay, len(hazard))
    all_made, whole = _over_all(found, chance, counted)
    return Following(made, with_, all_made - made, np.maximum(whole - with_, 0.0))


def _by_stage(found: Stays, ended: Bools, stay: Ints, stages: int) -> Floats:
    """How many stays went on, by stage, (S,)."""
    tallied: Floats = np.bincount(found.stage[stay[ended]], minlength=stages).astype(np.float64)
    return tallied


def _days_after(found: Stays, done: Done) -> tuple[Ints, Ints]:
    """Every stay and day at risk within a week after an activity, each once."""
    rows = (done.deal >= 0) & (done.leg > 0)
    deal, stage, day = done.deal[rows], done.leg[rows] - 1, done.day[rows]
    order = np.argsort(found.deal, kind="stable")
    first = np.searchsorted(found.deal[order], deal, side="left")
    last = np.searchsorted(found.deal[order], deal, side="right")
    many = last - first
    activity = np.repeat(np.arange(deal.size), many)
    offset = np.arange(activity.size) - np.repeat(np.cumsum(many) - many, many)
    stay = order[first[activity] + offset] if activity.size else np.zeros(0, dtype=np.int64)
    # A stay may be cut by a change of owner: days of the week after fall in either piece.
    same = (found.stage[stay] == stage[activity]) & (found.entry[stay] <= day[activity])
    activity, stay = activity[same], stay[same]
    days = day[activity][:, None] + np.arange(WORKING_WEEK)
    inside = (days >= found.begin[stay][:, None]) & (days <= found.last[stay][:, None])
    pairs = np.stack([np.broadcast_to(stay[:, None], days.shape)[inside], days[inside]])
    unique = np.unique(pairs, axis=1)
    return unique[0], unique[1]


def _over_all(found: Stays, chance: Floats, counted: Tally) -> tuple[Floats, Floats]:
    """Movements made and expected on all days that are compared, (S,) each."""
    so_far = np.cumsum(np.pad(chance, ((0, 0), (1, 0))), axis=1)
    made, expected = np.zeros((2, len(chance)))
    for stretch in range(STRETCHES):
        last = counted.last - stretch * STRETCH
        logged = counted.logged[found.owner, stretch]
        ends = np.minimum(found.last, last)
        begins = np.maximum(found.begin, np.maximum(last - STRETCH + 1, counted.since[found.owner]))
        rows = np.flatnonzero(logged & (begins <= ends))
        stage, entry = found.stage[rows], found.entry[rows]
        chances = _up_to(so_far, stage, ends[rows] - entry + 1)
        chances -= _up_to(so_far, stage, begins[rows] - entry)
        expected += np.bincount(stage, weights=chances, minlength=len(chance))
        made += _by_stage(found, (found.onward & (found.last == ends))[rows], rows, len(chance))
    return made, expected


def _up_to(so_far: Floats, stage: Ints, ages: Ints) -> Floats:
    """The sum of a stage's chances at the first ages; the last one stands for all later ones."""
    most = so_far.shape[1] - 1
    beyond = np.maximum(ages - most, 0) * (so_far[stage, -1] - so_far[stage, -2])
    found: Floats = so_far[stage, np.minimum(ages, most)] + beyond
    return found


def _expected(found: Stays, chance: Floats, stay: Ints, day: Ints) -> Floats:
    """The sum of chances to go on, by stage, (S,)."""
    stage = found.stage[stay]
    age = np.minimum(day - found.entry[stay], chance.shape[1] - 1)
    total: Floats = np.bincount(stage, weights=chance[stage, age], minlength=len(chance)).astype(
        np.float64
    )
    return total


def changed(chance: Floats, factor: Floats) -> Floats:
    """The chance to move within a week where the rate is `factor` times the model's."""
    found: Floats = 1.0 - (1.0 - np.minimum(chance, 1.0)) ** factor
    return found


def drawn(factor: tuple[Floats, Floats], rng: Generator, n: int) -> Floats:
    """Draws of θ, (n, S)."""
    shape, rate = factor
    return rng.gamma(shape, 1.0 / rate, (n, shape.size))
