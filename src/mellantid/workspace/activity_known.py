"""All that is known of activities beside a race, each part worked out at most once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.activity.next_one import following
from mellantid.core.activity.per_movement import leg_yield
from mellantid.core.activity.placing import NO_LEG, legs_of
from mellantid.core.activity.tally import Done, tally
from mellantid.core.weeks import iso_weeks
from mellantid.errors import QuestionError
from mellantid.workspace.activities import holding
from mellantid.workspace.aims import aimed_at
from mellantid.workspace.focusing import moves_of_all

if TYPE_CHECKING:
    from mellantid.core.activity.next_one import Following
    from mellantid.core.activity.per_movement import LegYield
    from mellantid.core.activity.tally import Tally
    from mellantid.core.steering import focus as core
    from mellantid.core.types import Ints
    from mellantid.workspace.activities import Activity
    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known of activities; pure, and the same for whoever asks.

    Attributes:
        race: what is known of deals.
        rows: the activities that hold, the oldest first.
        moves: what a move of each open deal is worth; None: it cannot be told.

    """

    race: Race
    rows: tuple[Activity, ...]
    moves: core.Focus | None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everyone who owns deals or has logged, the history's owners first."""
        owners = self.race.history.owners
        return (*owners, *sorted({each.seller for each in self.rows} - set(owners)))

    @cached_property
    def seller(self) -> Ints:
        """Who did each."""
        place = {name: n for n, name in enumerate(self.names)}
        return np.array([place[each.seller] for each in self.rows], dtype=np.int64)

    @cached_property
    def deal(self) -> Ints:
        """The deal of each, counted as the history does; -1: none that it knows."""
        place = {name: n for n, name in enumerate(self.race.history.deals)}
        there = set(self.race.history.deal.tolist())
        found = [place.get(each.deal or "", -1) for each in self.rows]
        return np.array([each if each in there else -1 for each in found], dtype=np.int64)

    @cached_property
    def at(self) -> Ints:
        """The moment of each."""
        return np.array([each.at for each in self.rows], dtype=np.int64)

    @cached_property
    def leg(self) -> Ints:
        """The leg of each; `NO_LEG` where it belongs to none."""
        legs = {name: n for n, name in enumerate(self.race.history.process.legs)}
        found = np.array([legs.get(each.leg or "", NO_LEG) for each in self.rows], dtype=np.int64)
        after = np.array([each.after for each in self.rows], dtype=np.int64)
        about = self.deal >= 0
        if about.any():
            history = self.race.history
            found[about] = legs_of(history, self.deal[about], self.at[about], after[about])
        return found

    @cached_property
    def day(self) -> Ints:
        """The working day of each."""
        return self.race.history.clock.day(self.at)

    @cached_property
    def done(self) -> Done:
        """Those that count on a leg."""
        on = (self.leg >= 0) & (self.day <= self.race.history.until_day)
        return Done(self.seller[on], self.leg[on], self.day[on], self.deal[on])

    @cached_property
    def counted(self) -> Tally:
        """Activities and movements by seller, leg and stretch."""
        return tally(self.race.history, self.done, len(self.names))

    @cached_property
    def yields(self) -> tuple[LegYield, ...]:
        """What is believed of each leg."""
        found = self.counted
        legs = range(found.activities.shape[1])
        return tuple(leg_yield(found.activities[:, n], found.movements[:, n]) for n in legs)

    @cached_property
    def after(self) -> Following:
        """What followed activities."""
        race = self.race
        return following(race.history, race.model.hazard[0], self.done, self.counted)

    @cached_property
    def week(self) -> int:
        """The present ISO week."""
        history = self.race.history
        return int(iso_weeks(history.clock, np.array([history.until_day]))[0])


def known_activities(workspace: Workspace, race: Race) -> Known:
    """All that is known of activities when a race was."""
    rows = holding(workspace.ledger, race.history.process.name, until=race.history.until)
    moves = None
    if rows:
        today = race.history.clock.date(race.history.until - 1)
        try:
            moves = moves_of_all(race, aimed_at(workspace.targets, today))
        except QuestionError:
            moves = None
    return Known(race, rows, moves)
