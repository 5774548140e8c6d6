"""The rope of every stage, and the deals that it has caught, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.cutoff import caught, cutoffs
from mellantid.core.chances.wintable import win_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.workspace.race import Race

LONG_RUN: Final = 500
"""Working days that stand for `at all`: two years."""


@dataclass(frozen=True)
class Rope:
    """One stage's cut-off; see `core.chances.cutoff.Cutoff`."""

    stage: str
    cutoff: int | None
    basis: str
    n: int
    missing: int


@dataclass(frozen=True)
class CaughtDeal:
    """A deal that has stood in its stage for longer than the cut-off."""

    deal: str
    stage: str
    age: int
    owner: str | None
    amount: float | None


@dataclass(frozen=True)
class Ropes:
    """The keys are those of `mellantid cutoffs --json`."""

    stages: tuple[Rope, ...]
    caught: tuple[CaughtDeal, ...]


def ropes(race: Race, override: Mapping[int, int] | None = None) -> Ropes:
    """Find every stage's cut-off and the deals past it, the most money first."""
    history, open_ = race.history, race.open_deals
    table = win_table(history.process, race.model.hazard[0], LONG_RUN)
    found = cutoffs(race.counts, table, override)
    names = history.process.stages
    return Ropes(
        tuple(
            Rope(names[each.stage], each.age, each.basis, each.n, each.missing) for each in found
        ),
        tuple(
            CaughtDeal(
                deal=history.deals[open_.deal[row]],
                stage=names[open_.stage[row]],
                age=int(open_.age[row]),
                owner=history.owners[open_.owner[row]] if open_.owner[row] >= 0 else None,
                amount=None if np.isnan(open_.amount[row]) else float(open_.amount[row]),
            )
            for row in caught(open_, found).tolist()
        ),
    )
