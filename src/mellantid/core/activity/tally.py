"""Activities and movements side by side, by seller, leg and stretch of four weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.weeks import WORKING_WEEK

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints

STRETCH: Final = 4 * WORKING_WEEK
"""Working days in a stretch: long enough that most movements fall where their activities do."""
STRETCHES: Final = 13
"""Stretches looked back on: a year."""


@dataclass(frozen=True, eq=False)
class Done:
    """Activities that count on a leg; arrays of one length.

    Attributes:
        seller: who, counted as the history counts owners.
        leg: on which leg.
        day: on which working day.
        deal: about which deal, counted as the history does; -1: about none yet.

    """

    seller: Ints
    leg: Ints
    day: Ints
    deal: Ints


@dataclass(frozen=True, eq=False)
class Tally:
    """What was done and what moved while sellers logged what they did.

    Attributes:
        activities: (N, S + 1, C), of N sellers, all legs and C stretches, the newest first.
        movements: likewise; movements onward only.
        logged: the stretches in which a seller has logged anything, (N, C); the others count for
            nothing, since nobody knows what was done in them.
        since: each seller's first day with an activity, (N,); movements before it do not count.
        last: the last day.

    """

    activities: Floats
    movements: Floats
    logged: Bools
    since: Ints
    last: int

    def counts(self, owner: Ints, day: Ints) -> Bools:
        """Whether a day of an owner is in what is compared."""
        if not self.since.size:
            return np.zeros(owner.size, dtype=np.bool_)
        stretch = (self.last - day) // STRETCH
        inside = (stretch >= 0) & (stretch < STRETCHES) & (owner >= 0)
        safe = np.where(inside, stretch, 0)
        found: Bools = inside & self.logged[owner, safe] & (day >= self.since[owner])
        return found


def tally(history: History, done: Done, sellers: int | None = None) -> Tally:
    """Count activities and movements up to the end of a history.

    Args:
        history: what is known.
        done: the activities, none after its last day.
        sellers: how many there are, the history's owners first; None: no others.

    """
    owners = len(history.owners) if sellers is None else sellers
    legs = history.process.size + 1
    last = history.until_day
    since = np.full(owners, np.iinfo(np.int64).max)
    np.minimum.at(since, done.seller, done.day)
    stretch = (last - done.day) // STRETCH
    recent = (stretch >= 0) & (stretch < STRETCHES)
    shape = (owners, legs, STRETCHES)
    activities = _tallied((done.seller, done.leg, stretch), recent, shape)
    logged = activities.sum(axis=1) > 0
    found = Tally(activities, np.zeros(shape), logged, since, last)
    owner, leg, day = movements(history)
    rows = found.counts(owner, day)
    moved = _tallied((owner, leg, (last - day) // STRETCH), rows, shape)
    return Tally(activities, moved, logged, since, last)


def movements(history: History) -> tuple[Ints, Ints, Ints]:
    """Every movement onward: owner (-1 unknown), leg and working day."""
    size = history.process.size
    before, state = history.before, history.state
    onward = history.moves & ~history.first & (before < size) & (state > before) & (state <= size)
    rows = (onward & history.known) | history.creations
    leg = np.where(history.first, 0, before + 1)
    return history.owner[rows], leg[rows], history.middle_day[rows]


def _tallied(at: tuple[Ints, Ints, Ints], rows: Bools, shape: tuple[int, int, int]) -> Floats:
    cell = np.ravel_multi_index(tuple(each[rows] for each in at), shape)
    found: Floats = np.bincount(cell, minlength=int(np.prod(shape))).astype(np.float64)
    return found.reshape(shape)
