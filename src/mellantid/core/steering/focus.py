"""Focus: what a move of each deal, and one more on each leg, is worth now; and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.standing.splits import splits
from mellantid.core.steering.gains import Ahead, Standing, gains, worth_of_legs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.process import Process
    from mellantid.core.steering.gains import Gains
    from mellantid.core.steering.scene import Scene
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class Focus:
    """Where effort is worth most.

    Attributes:
        process: the course.
        deals: identities of the open deals, in the order of the arrays.
        standing: where they stand.
        gains: what a move of each is worth.
        worth: of one more movement on each leg, (S + 1).
        shortfall: movements missing against the plan on each leg, (S + 1); None without a plan.

    """

    process: Process
    deals: tuple[str, ...]
    standing: Standing
    gains: Gains
    worth: Floats
    shortfall: Floats | None

    @property
    def money(self) -> Floats | None:
        """What the missing movements would be worth, each as much as the next one."""
        return None if self.shortfall is None else self.worth * self.shortfall

    @property
    def order(self) -> Ints:
        """Places of the deals, what is worth most today first."""
        return np.argsort(-self.gains.worth_today, kind="stable")


def focus(
    scene: Scene,
    tables: Sequence[WinTable],
    deals: Sequence[str],
    shortfall: Floats | None = None,
) -> Focus:
    """Find where effort is worth most.

    Args:
        scene: what the forecast stands on, or somebody's part of it.
        tables: the win table of each of the model's groups.
        deals: identities of the scene's open deals.
        shortfall: movements missing on each leg; see `missing`.

    """
    ahead = Ahead(scene.hazard, tables, scene.today, scene.first, scene.last)
    standing = Standing(scene.stage, scene.age, scene.group, scene.amount)
    found = gains(ahead, standing)
    typical = float(scene.jumps.mean())
    worth = worth_of_legs(ahead, standing, found, scene.entry, scene.share, typical)
    return Focus(scene.process, tuple(deals), standing, found, worth, shortfall)


def missing(history: History, plan: Plan, owner: str | None = None) -> Floats:
    """Movements that are missing against the plan on each leg, (S + 1); 0 where it is kept.

    Args:
        history: what is known now.
        plan: the plan.
        owner: whose movements, against their own part of the plan; None: everyone's.

    Raises:
        QuestionError: the history cannot be compared with the plan.

    """
    if owner is None:
        found, place = splits(history, plan), 0
    else:
        belongs = {each: each for each in (*history.owners, *plan.owners) if each}
        found = splits(history, plan, belongs)
        if owner not in found.groups:
            return np.zeros(len(found.legs))
        place = found.groups.index(owner)
    short: Floats = np.maximum(-found.movements[place], 0.0)
    return short
