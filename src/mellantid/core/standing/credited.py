"""Passes by whom they are credited to: the counts behind weeks, seasons and what a team did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.planning.tracks import tracks

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class CreditedPasses:
    """Every pass of a leg, as the splits of a plan count them.

    Attributes:
        legs: how many legs there are, S + 1.
        leg: the leg passed.
        owner: who had the deal when it passed: place in `history.owners`, -1 nobody.
        day: the working day, on the plan's own days (see `planning.tracks`).

    """

    legs: int
    leg: Ints
    owner: Ints
    day: Ints

    def between(self, owners: Ints, first: int, last: int) -> Floats:
        """How many passes some owners together made on the days first..last, by leg, (S + 1,)."""
        mine = np.isin(self.owner, owners) & (self.day >= first) & (self.day <= last)
        return np.bincount(self.leg[mine], minlength=self.legs).astype(np.float64)

    def of(self, owner: int) -> CreditedPasses:
        """Those of one owner."""
        mine = self.owner == owner
        return CreditedPasses(self.legs, self.leg[mine], self.owner[mine], self.day[mine])

    def by_day(self, first: int, days: int) -> Floats:
        """Passes of each of so many days from a first one, by leg, (days, S + 1)."""
        inside = (self.day >= first) & (self.day < first + days)
        cell = (self.day[inside] - first) * self.legs + self.leg[inside]
        found = np.bincount(cell, minlength=days * self.legs).astype(np.float64)
        return found.reshape(days, self.legs)


def credited_passes(history: History, plan: Plan) -> CreditedPasses:
    """All passes of a history; a movement is credited to whoever had the deal when it was made."""
    seen = tracks(history, plan.made, plan.start, plan.assumed)
    rows = np.flatnonzero(seen.passes)
    owner = seen.owner[rows - ~seen.first[rows]]
    return CreditedPasses(seen.stages + 1, seen.leg_left[rows], owner, seen.day[rows])
