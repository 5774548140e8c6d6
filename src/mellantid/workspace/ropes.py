"""The rope of every stage, and the deals that it has caught, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.cutoff import caught, cutoffs
from mellantid.core.chances.wintable import win_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from mellantid.workspace.next_steps import NextStep
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
class WaitingDeal:
    """A deal past the cut-off with which something is agreed: it waits, and is not caught."""

    deal: str
    stage: str
    age: int
    due: dt.date
    what: str


@dataclass(frozen=True)
class Ropes:
    """The keys are those of `mellantid cutoffs --json`."""

    stages: tuple[Rope, ...]
    caught: tuple[CaughtDeal, ...]
    waiting: tuple[WaitingDeal, ...] = ()


def ropes(
    race: Race,
    override: Mapping[int, int] | None = None,
    agreed: Mapping[str, NextStep] | None = None,
) -> Ropes:
    """Find every stage's cut-off and the deals past it, the most money first.

    Args:
        race: what is known.
        override: ages chosen by hand, by stage.
        agreed: next steps by deal: one that is not over keeps its deal from being caught.

    """
    history, open_ = race.history, race.open_deals
    table = win_table(history.process, race.model.hazard[0], LONG_RUN)
    found = cutoffs(race.counts, table, override)
    names = history.process.stages
    late = caught(open_, found).tolist()
    ahead = _ahead(race, agreed or {})
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
            for row in late
            if history.deals[open_.deal[row]] not in ahead
        ),
        tuple(
            WaitingDeal(
                step.deal, names[open_.stage[row]], int(open_.age[row]), step.due, step.what
            )
            for row in late
            if (step := ahead.get(history.deals[open_.deal[row]])) is not None
        ),
    )


def _ahead(race: Race, agreed: Mapping[str, NextStep]) -> dict[str, NextStep]:
    """Steps that are not over at the end of the day asked about, or are of that day."""
    today = race.history.clock.date(race.history.until - 1)
    return {deal: step for deal, step in agreed.items() if step.due >= today}
