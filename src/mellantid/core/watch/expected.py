"""What a plan expects of each team or seller, and how sure it can be of that.

A seller who was always slower than the company is no news. So groups have chances of their own:
the plan's, pooled with what each had done when the plan was made (`modelling/pooling.py`), and
their share of the planned creation. The fewer passes stand behind a group's chances, the more they
may be off: with posterior Gamma(strength + d, .) of its factor on each way out, and ways that are
a share w of the leg, the relative variance is the sum of w^2 / (strength + d), plus its parent's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import Cells, Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import creations_by_owner
from mellantid.core.modelling.pooling import PooledModel, pool, sum_groups
from mellantid.core.names import EVERYONE
from mellantid.core.planning.owners import Owners
from mellantid.core.planning.plan import NOBODY
from mellantid.core.process import onward_ways
from mellantid.core.sums import sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

LEAST_PASSES: Final = 0.5
"""Passes that an estimate stands on at least, so that its spread is a number."""


@dataclass(frozen=True, eq=False)
class Expected:
    """What the plan expects of G groups.

    Attributes:
        groups: their names.
        of_owner: the group of each of the history's owners, nobody last.
        of_owner_then: the same for the owners of the history that the plan was made from.
        hazard: daily chances of each, (G, S, S + 2, A).
        share: their share of the planned creation of each day, (G, days).
        spread: relative variance of what they are expected to pass on each leg, because it rests
            on so many passes, (G, S + 1).

    """

    groups: tuple[str, ...]
    of_owner: Ints
    of_owner_then: Ints
    hazard: Floats
    share: Floats
    spread: Floats


@dataclass(frozen=True, eq=False)
class _Taken:
    """Daily chances that are taken as they are: the plan's, for groups to lean on."""

    process: Process
    hazard: Floats

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        """The same chances each time."""
        del rng
        return np.repeat(self.hazard[None], n, axis=0)


def of_everyone(history: History, plan: Plan, past: History, counts: Counts) -> Expected:
    """What the plan expects of all together; its creation is what it asks for, no estimate.

    Args:
        history: what is known now.
        plan: the plan.
        past: what was known when it was made.
        counts: the histogram of that.

    """
    spread = 1.0 / np.maximum(_onward_exits(counts.table(1))[0], LEAST_PASSES)
    return Expected(
        (EVERYONE,),
        np.zeros(len(history.owners) + 1, dtype=np.int64),
        np.zeros(len(past.owners) + 1, dtype=np.int64),
        plan.basis.hazard[None],
        np.ones((1, plan.days)),
        np.append(0.0, spread)[None],
    )


def of_groups(
    history: History,
    plan: Plan,
    past: History,
    counts: Counts,
    belongs: Mapping[str, str],
    above: Mapping[str, str] | None = None,
) -> Expected:
    """What the plan expects of each team or seller.

    Args:
        history: what is known now.
        plan: the plan.
        past: what was known when it was made.
        counts: the histogram of that.
        belongs: the group of each owner.
        above: the team of each group, where groups are sellers: they lean on it.

    """
    owners = Owners.of(history, plan)
    groups, of = owners.groups(belongs)
    place = {name: index for index, name in enumerate(groups)}
    # Whoever was there when the plan was made is among the owners of now or of the plan.
    then = np.array([place.get(belongs.get(name, NOBODY), 0) for name in (*past.owners, NOBODY)])
    cells = _cells(counts, then, len(groups), plan.basis.hazard.shape[-1])
    model = _pooled(plan, history.process, cells, groups, above)
    created = sums(then, creations_by_owner(past), len(groups))
    legs = _spread(model, plan.basis.hazard, cells)
    legs += 1.0 / np.maximum(_onward_exits(cells).sum(axis=0), LEAST_PASSES)
    return Expected(
        groups,
        np.append(of[: len(history.owners)], of[-1]),
        then,
        model.hazard,
        owners.groups_daily(of, len(groups)),
        np.concatenate([1.0 / np.maximum(created, LEAST_PASSES)[:, None], legs], axis=1),
    )


def histogram(past: History, observed_from: int | None) -> Counts:
    """The histogram of what was known when a plan was made."""
    return Counts.of(sojourns(past, observed_from))


def _onward_exits(cells: Cells) -> Floats:
    """Passes of each leg by group, (G, S)."""
    passes: Floats = (cells.exits.sum(axis=-1) * onward_ways(cells.process.size)).sum(axis=-1)
    return passes


def _cells(counts: Counts, of: Ints, groups: int, ages: int) -> Cells:
    """Exits and exposure of the groups, also of those that had none."""
    found = counts.table(ages, of[:-1], unknown_owner=int(of[-1]))
    missing = groups - len(found.exits)
    if missing == 0:
        return found
    exits, exposure = (
        np.pad(each, [(0, missing)] + [(0, 0)] * (each.ndim - 1))
        for each in (found.exits, found.exposure)
    )
    return Cells(found.process, exits, exposure)


def _pooled(
    plan: Plan,
    process: Process,
    cells: Cells,
    groups: tuple[str, ...],
    above: Mapping[str, str] | None,
) -> PooledModel:
    """The groups' chances, leaning on their teams' where there are any, and these on the plan's."""
    whole = _Taken(process, plan.basis.hazard[None])
    if above is None:
        return pool(whole, cells)
    names = sorted({above.get(group, NOBODY) for group in groups})
    parent = np.array([names.index(above.get(group, NOBODY)) for group in groups])
    teams = pool(whole, sum_groups(cells, parent, len(names)))
    return pool(teams, cells, parent)


def _spread(model: PooledModel, hazard: Floats, cells: Cells) -> Floats:
    """Relative variance of the groups' factors on each leg, (G, S)."""
    exposure = cells.exposure.sum(axis=0)
    ways = np.vecdot(hazard, exposure[:, None, :]) * onward_ways(hazard.shape[0])
    share = ways / np.maximum(ways.sum(axis=-1, keepdims=True), np.finfo(np.float64).tiny)
    own: Floats = (share**2 / (model.strength + model.cells.exits.sum(axis=-1))).sum(axis=-1)
    if isinstance(model.parent, PooledModel):
        own = own + _spread(model.parent, hazard, cells)[model.parent_of_group]
    return own
