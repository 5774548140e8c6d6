"""The owners of a history and of a plan in one row, and the groups they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.planning.plan import NOBODY
from mellantid.core.sums import by_owner, sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True)
class Owners:
    """Everyone who has deals now or had a part in the plan; nobody stands last.

    Attributes:
        names: identities; those of the history first, in its order.
        of_plan: the place of each of the plan's owners.
        daily: each owner's share of the planned creation of each day, (days, owners).

    """

    names: tuple[str, ...]
    of_plan: Ints
    daily: Floats

    @classmethod
    def of(cls, history: History, plan: Plan) -> Owners:
        """Put the owners of both in one row."""
        gone = [name for name in plan.owners if name not in {*history.owners, NOBODY}]
        names = (*history.owners, *gone, NOBODY)
        place = {name: index for index, name in enumerate(names)}
        of_plan = np.array([place[name] for name in plan.owners], dtype=np.int64)
        if plan.daily is None:
            # One day is like the others, which need not be held.
            level = sums(of_plan, plan.shares, len(names))
            return cls(names, of_plan, np.broadcast_to(level, (plan.days, level.size)))
        daily = np.stack([sums(of_plan, each, len(names)) for each in plan.daily])
        return cls(names, of_plan, daily)

    def groups_daily(self, of: Ints, groups: int) -> Floats:
        """Each group's share of the planned creation of each day, (groups, days)."""
        found: Floats = np.zeros((groups, len(self.daily)))
        np.add.at(found, of, self.daily.T)
        return found

    def places(self, owner: Ints) -> Ints:
        """The places of a history's owners, of which -1 is nobody."""
        return np.where(owner < 0, len(self.names) - 1, owner)

    def spread(self, of_plan: Floats) -> Floats:
        """Values of the plan's owners at their places here."""
        return sums(self.of_plan, of_plan, len(self.names))

    def total(self, owner: Ints, value: Floats) -> Floats:
        """Sums by owner, of rows that count into the history's owners."""
        return by_owner(owner, value, len(self.names) - 1)

    def groups(self, belongs: Mapping[str, str]) -> tuple[tuple[str, ...], Ints]:
        """Names of the groups, sorted, and each owner's place among them.

        Whoever belongs to no group named is in that of nobody.
        """
        of = [belongs.get(name, NOBODY) for name in self.names]
        found = tuple(sorted(set(of)))
        place = {name: index for index, name in enumerate(found)}
        return found, np.array([place[name] for name in of], dtype=np.int64)
