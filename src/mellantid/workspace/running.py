"""What the parts of a seller's own race are made from, each worked out at most once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.counting.open_deals import won_in
from mellantid.core.standing.created import ONWARD, at_all, created
from mellantid.core.standing.credited import credited_passes
from mellantid.core.standing.money import money
from mellantid.core.standing.splits import planned_by_group
from mellantid.core.weeks import iso_weeks
from mellantid.workspace.standing import anew_basis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.standing.created import Created
    from mellantid.core.standing.credited import CreditedPasses
    from mellantid.core.standing.money import Money
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race


@dataclass(frozen=True, eq=False)
class Running:
    """What the parts of a seller's race are made from.

    Attributes:
        race: what is known.
        plan: what it is compared with.
        place: the plan's period.
        owner: the seller's identity.
        people: everyone.
        ranked: those who take part in the ranking.

    """

    race: Race
    plan: Plan
    place: int
    owner: str
    people: People
    ranked: frozenset[str]

    @property
    def history(self) -> History:
        """What is known."""
        return self.race.history

    @cached_property
    def code(self) -> int:
        """The seller's place among the owners."""
        return self.history.owners.index(self.owner)

    @cached_property
    def money(self) -> Money:
        """The money of the period, with stays cut at the ends of weeks."""
        history, plan = self.history, self.plan
        return money(history, plan, anew=anew_basis(self.race, plan), weekly=True)[self.place]

    @cached_property
    def created(self) -> Created:
        """The legs' money by week and part."""
        return created(self.history, self.money)

    @cached_property
    def at_all(self) -> Money:
        """The same steps, were the question whether deals are won at all."""
        longer = at_all(self.plan, self.place, self.history.clock)
        return money(self.history, longer, weekly=True)[0]

    @cached_property
    def created_at_all(self) -> Created:
        """Likewise, by week and part."""
        return created(self.history, self.at_all)

    def beyond(self, owners: Sequence[str], week: int | None = None) -> float:
        """What movements onward of some owners have created for periods to come."""
        of = self.codes(owners)
        parts = (self.created_at_all.of(of, week), self.created.of(of, week))
        whole, within = (float(each[:, ONWARD].sum()) for each in parts)
        return whole - within

    @cached_property
    def passes(self) -> CreditedPasses:
        """Every pass."""
        return credited_passes(self.history, self.plan)

    @cached_property
    def team(self) -> tuple[str | None, tuple[str, ...]]:
        """The seller's team, or None, and the owners who belong to it."""
        owners = self.history.owners
        team_of = self.people.team_of(owners)
        team = team_of.get(self.owner)
        return team, tuple(each for each in owners if team is None or team_of.get(each) == team)

    @cached_property
    def planned(self) -> Mapping[str, Floats]:
        """Planned cumulative passes of the seller, the team's others and those ranked."""
        wanted = {self.owner, *self.team[1], *self.ranked}
        return planned_by_group(self.history, self.plan, {each: each for each in wanted})

    @cached_property
    def days(self) -> Ints:
        """The plan's working days."""
        return np.arange(self.plan.start + 1, self.plan.start + 1 + self.plan.days)

    @cached_property
    def week(self) -> int:
        """The ISO week of today."""
        today = np.array([max(self.history.until_day, self.plan.start + 1)])
        return int(iso_weeks(self.history.clock, today)[0])

    @cached_property
    def this_week(self) -> tuple[int, int]:
        """The first and the last working day of this week."""
        near = self.history.until_day + np.arange(-7, 9)
        inside = near[iso_weeks(self.history.clock, near) == self.week]
        return int(inside[0]), int(inside[-1])

    @cached_property
    def gone(self) -> int:
        """Days of the plan gone by."""
        return int(np.clip(self.history.until_day - self.plan.start, 0, self.plan.days))

    def codes(self, owners: Sequence[str]) -> Ints:
        """Places among the owners."""
        return np.array([self.history.owners.index(each) for each in owners], dtype=np.int64)

    def date(self, day: int) -> dt.date:
        """The date of a working day."""
        found = self.history.clock.date_of_day(np.array([day]))[0]
        return EPOCH + dt.timedelta(days=int(found))

    def won(self, owners: Sequence[str], begins: int, ends: int) -> tuple[int, float]:
        """Deals won between two moments, and for how much; unknown amounts as the plan has them."""
        found = won_in(self.history, begins, min(ends, self.history.until))
        mine = np.isin(found.owner, self.codes(owners))
        amount = np.where(np.isnan(found.amount), self.plan.assumed, found.amount)
        return int(mine.sum()), float(amount[mine].sum())
