"""What the sellers who lead a leg do differently: a hint where to look, and no proof of a cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from mellantid.core.counting.counts import Cells
from mellantid.core.learning.leading import Leads, leads
from mellantid.core.learning.stay_times import StayTimes, stay_times
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.pooling import sum_groups
from mellantid.core.scoring.shares import shares_differ, wilson

if TYPE_CHECKING:
    from collections.abc import Collection

    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.race import Race

SURE: Final = 0.9
"""The chance of going on more often than everybody, from which a seller leads a leg."""
LEAST: Final = 10
"""Stays that a seller must have ended on a leg to lead it."""
FAMILY: Final = 0.05
"""The chance that any of the differences shown as such is luck, over all legs together."""
TRAITS: Final = 3


@dataclass(frozen=True)
class Leader:
    """A seller who leads a leg.

    Attributes:
        owner: who.
        share: of the deals that go on or are lost, those that go on, pooled.
        low: its 95 % interval, from here
        high: to here.
        n: stays that have ended.
        chance: that this share is above everybody's.

    """

    owner: str
    share: float
    low: float
    high: float
    n: int
    chance: float


@dataclass(frozen=True)
class Part:
    """A share of so many cases, and its 95 % interval; None where there is no case."""

    share: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Group:
    """What a group of sellers does on a leg.

    Attributes:
        times: how its stays have ended.
        skipped: of the moves on, those that pass over the next stage.
        back: of the stays that have ended, those that stepped back.

    """

    times: StayTimes
    skipped: Part
    back: Part


@dataclass(frozen=True)
class LegLead:
    """A leg, who leads it, and what they do differently.

    Attributes:
        stage: the stage that the leg leads out of.
        leaders: those who lead it, the surest first; none: nobody surely does.
        they: what the leaders do.
        others: what everybody else does.
        differs: which of `time`, `skipped` and `back` differ by more than luck.

    """

    stage: str
    leaders: tuple[Leader, ...]
    they: Group
    others: Group
    differs: tuple[str, ...]


def leaders(race: Race, among: Collection[str] | None = None) -> tuple[LegLead, ...]:
    """By leg, the sellers who lead it and what they do differently.

    Args:
        race: what is known.
        among: the sellers who may be named and compared; None: all.

    """
    history = race.history
    owners, process = history.owners, history.process
    chosen = np.array([among is None or owner in among for owner in owners], dtype=bool)
    if not chosen.any():
        return ()
    groups = np.where(chosen, np.cumsum(chosen) - 1, -1)
    cells = race.counts.table(race.ages, groups)
    named = [owner for owner, there in zip(owners, chosen.tolist(), strict=True) if there]
    # Of its own deals alone: a playbook would make all of them lead, or nobody.
    everybody = fit(race.counts.table(race.ages)).hazard[0]
    found = leads(cells, everybody)
    z = float(ndtri(1 - FAMILY / (2 * TRAITS * process.size)))
    return tuple(_leg(cells, found, named, place, z) for place in range(process.size))


def _leg(cells: Cells, found: Leads, owners: list[str], place: int, z: float) -> LegLead:
    process = cells.process
    ended = cells.exits[:, place].sum(axis=(1, 2))
    leading = (found.chance[:, place] >= SURE) & (ended >= LEAST)
    both = sum_groups(cells, np.where(leading, 0, 1), 2)
    they, others = (_group(_of(both, group), place) for group in (0, 1))
    everybody = _odds(both.exits.sum(axis=0)[place].sum(axis=-1), place, process)
    named = [
        Leader(
            owners[group],
            share=_share_of(everybody * float(found.ratio[group, place])),
            low=_share_of(everybody * float(found.low[group, place])),
            high=_share_of(everybody * float(found.high[group, place])),
            n=round(float(ended[group])),
            chance=float(found.chance[group, place]),
        )
        for group in np.flatnonzero(leading).tolist()
    ]
    return LegLead(
        process.stages[place],
        tuple(sorted(named, key=lambda each: -each.chance)),
        they,
        others,
        _differences(they, others, z) if leading.any() and not leading.all() else (),
    )


def _of(cells: Cells, group: int) -> Cells:
    one = slice(group, group + 1)
    return Cells(cells.process, cells.exits[one], cells.exposure[one])


def _odds(exits: Floats, place: int, process: Process) -> float:
    """The odds of going on against being lost, half a case to each."""
    onward = exits[place + 1 : process.size + 1].sum()
    return float((onward + 0.5) / (exits[process.lost_state] + 0.5))


def _share_of(odds: float) -> float:
    return odds / (1 + odds)


def _group(cells: Cells, place: int) -> Group:
    exits: Ints = np.round(cells.exits[0, place].sum(axis=-1)).astype(np.int64)
    size = cells.process.size
    onward, ended = int(exits[place + 1 : size + 1].sum()), int(exits.sum())
    skipped = _part(onward - int(exits[place + 1]), onward)
    return Group(stay_times(cells)[place], skipped, _part(int(exits[:place].sum()), ended))


def _part(hits: int, n: int) -> Part:
    return Part(hits / n if n else None, *wilson(hits, n), n)


def _differences(they: Group, others: Group, z: float) -> tuple[str, ...]:
    found = []
    mine, theirs = they.times.median_days, others.times.median_days
    if mine is not None and theirs is not None:
        highs = [np.inf if each.high is None else each.high for each in (mine, theirs)]
        if mine.low > highs[1] or theirs.low > highs[0]:
            found.append("time")
    for name in ("skipped", "back"):
        pair = [(_hits(part), part.n) for part in (getattr(they, name), getattr(others, name))]
        if shares_differ(pair[0], pair[1], z):
            found.append(name)
    return tuple(found)


def _hits(part: Part) -> int:
    return round((part.share or 0.0) * part.n)
