"""The rope of every stage and band, who is caught, and by when the others must have moved on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.bands import band_edges, bands_of, last_amounts
from mellantid.core.chances.cutoff import (
    NEVER,
    Cutoff,
    caught,
    cutoffs_by_group,
    cutoffs_from,
    limits,
    with_override,
)
from mellantid.core.chances.safe_passage import NO_DAY, last_useful_days, passage_days
from mellantid.core.chances.wintable import win_chances
from mellantid.core.clock import EPOCH, date_number
from mellantid.core.counting.counts import Cells, Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.modelling.pooling import pool
from mellantid.errors import QuestionError
from mellantid.workspace import tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints
    from mellantid.ledger import Ledger
    from mellantid.workspace.race import Race

LONG_RUN: Final = 500
"""Working days that stand for `at all`: two years."""
LONGEST: Final = 2_500
"""Working days of the longest cut-off that can be set by hand: ten years."""


@dataclass(frozen=True)
class BandRope:
    """The cut-off of one stage for the deals of one band of amount.

    Attributes:
        above: the amounts of the band are larger than this; None: the lowest band.
        up_to: and at most this; None: the highest band.
        cutoff: a deal older than this is caught.
        basis: see `core.chances.cutoff.Cutoff`; `stage`: the stage's own.
        n: stays of the band that went on.

    """

    above: float | None
    up_to: float | None
    cutoff: int | None
    basis: str
    n: int


@dataclass(frozen=True)
class Rope:
    """One stage's cut-off; see `core.chances.cutoff.Cutoff`."""

    stage: str
    cutoff: int | None
    basis: str
    n: int
    missing: int
    bands: tuple[BandRope, ...] = ()


@dataclass(frozen=True)
class CaughtDeal:
    """A deal that has stood in its stage for longer than its cut-off."""

    deal: str
    stage: str
    age: int
    owner: str | None
    amount: float | None
    cutoff: int
    passage_by: dt.date


@dataclass(frozen=True)
class Passage:
    """An open deal and its latest safe passage.

    Attributes:
        deal: its identity.
        stage: where it stands.
        owner: whose it is.
        amount: as last known.
        age: working days in the stage.
        cutoff: the age past which it is caught: its band's, or its stage's.
        passage_by: the last date on which it is not yet caught; in the past where it is.
        days_left: working days from now to that date; below zero where it is caught.
        move_by: the last date on which a move to the next stage is still in time for the period,
            in the past where it is too late; None: no time is enough, or there is no target.

    """

    deal: str
    stage: str
    owner: str | None
    amount: float | None
    age: int
    cutoff: int | None
    passage_by: dt.date | None
    days_left: int | None
    move_by: dt.date | None


@dataclass(frozen=True)
class Ropes:
    """The keys are those of `mellantid cutoffs --json`.

    Attributes:
        stages: the cut-offs.
        caught: deals past theirs, the most money first.
        deals: every open deal, the first to be caught first.
        until: the last date that counts for `move_by`; None without a target.
        as_of: the local date at whose end this held.

    """

    stages: tuple[Rope, ...]
    caught: tuple[CaughtDeal, ...]
    deals: tuple[Passage, ...] = ()
    until: dt.date | None = None
    as_of: dt.date | None = None


@dataclass(frozen=True, eq=False)
class _Found:
    """Cut-offs by stage and by band, and what they are measured on."""

    ropes: tuple[Cutoff, ...]
    by_band: tuple[tuple[Cutoff, ...], ...]
    edges: Floats
    band: Ints
    entering: Floats


def ropes(
    race: Race,
    override: Mapping[int, int] | None = None,
    until: dt.date | None = None,
    chance: float | None = None,
) -> Ropes:
    """Find every stage's and band's cut-off, the deals past it, and the others' safe passage.

    Args:
        race: what is known.
        override: cut-offs chosen by hand, by stage.
        until: the last date of the period that `move_by` looks to; None: none is running.
        chance: what a move is to be worth at least; None: half of what it would be at all.

    Raises:
        QuestionError: the chance is none.

    """
    if chance is not None and not 0 < chance < 1:
        raise QuestionError(f"A chance of {chance} is none: give one between 0 and 1.")
    found = _find(race, override, _last_day(race, until))
    open_, names = race.open_deals, race.history.process.stages
    limit = limits(open_, found.ropes, found.by_band, found.band[open_.deal])
    deals = _passages(race, found, limit, until, chance)
    late = caught(open_, found.ropes, limit).tolist()
    order = sorted(range(open_.size), key=lambda row: _soonest(deals[row]))
    return Ropes(
        tuple(_rope(names[each.stage], each, found) for each in found.ropes),
        tuple(_caught(deals[row]) for row in late),
        tuple(deals[row] for row in order),
        until,
        race.history.clock.date(race.history.until - 1),
    )


def _find(race: Race, override: Mapping[int, int] | None, last: int | None) -> _Found:
    """The cut-offs, under the model and, for the bands, under what it is pooled into."""
    process, stays = race.history.process, sojourns(race.history, race.observed_from)
    amounts = last_amounts(race.history)
    edges = band_edges(amounts)
    band = bands_of(amounts, edges)
    count = edges.size + 1 if edges.size else 0
    counts = [Counts.of(stays.take(band[stays.deal] == each)) for each in range(count)]
    left = 0 if last is None else last - race.history.until_day
    standing, entering = win_chances(process, _hazards(race, counts), max(LONG_RUN, left))
    stages = with_override(cutoffs_from(race.counts, standing[0], entering[0, -1]), override)
    by_band = cutoffs_by_group(stages, race.counts, counts, standing[1:], entering[1:, -1])
    return _Found(stages, by_band, edges, band, entering[0])


def _hazards(race: Race, counts: Sequence[Counts]) -> Floats:
    """Daily chances of all deals, then of each band's, pooled toward those of all."""
    whole = race.model.hazard[:1]
    if not counts:
        return whole
    cells = [each.table(whole.shape[-1]) for each in counts]
    bands = Cells(
        race.history.process,
        np.concatenate([each.exits for each in cells]),
        np.concatenate([each.exposure for each in cells]),
    )
    return np.concatenate([whole, pool(race.model, bands).hazard])


def _last_day(race: Race, until: dt.date | None) -> int | None:
    return None if until is None else int(race.history.clock.day_of_date(date_number(until)))


def _passages(
    race: Race, found: _Found, limit: Ints, until: dt.date | None, chance: float | None
) -> list[Passage]:
    """Every open deal with its latest safe passage, in the order of the open deals."""
    history, open_, today = race.history, race.open_deals, race.history.until_day
    safe = passage_days(open_, limit, today)
    last = _last_day(race, until)
    useful = np.full(history.process.size, NO_DAY)
    if last is not None and last > today:
        useful = last_useful_days(found.entering, last, chance)
    return [
        Passage(
            deal=history.deals[open_.deal[row]],
            stage=history.process.stages[open_.stage[row]],
            owner=history.owners[open_.owner[row]] if open_.owner[row] >= 0 else None,
            amount=None if np.isnan(open_.amount[row]) else float(open_.amount[row]),
            age=int(open_.age[row]),
            cutoff=int(limit[row]) if limit[row] < NEVER else None,
            passage_by=_date(race, day),
            days_left=None if day == NO_DAY else day - today,
            move_by=_date(race, int(useful[open_.stage[row]])),
        )
        for row, day in enumerate(safe.tolist())
    ]


def _date(race: Race, day: int) -> dt.date | None:
    if day == NO_DAY:
        return None
    return EPOCH + dt.timedelta(days=int(race.history.clock.date_of_day(day)))


def _soonest(deal: Passage) -> tuple[bool, int, float]:
    """The order of passages: the first to be caught first, of a day the most money first."""
    left = 0 if deal.days_left is None else deal.days_left
    return deal.days_left is None, left, -(deal.amount or 0.0)


def _caught(deal: Passage) -> CaughtDeal:
    if deal.cutoff is None or deal.passage_by is None:
        raise AssertionError("a deal is caught by a cut-off")
    return CaughtDeal(
        deal.deal, deal.stage, deal.age, deal.owner, deal.amount, deal.cutoff, deal.passage_by
    )


def _rope(name: str, rope: Cutoff, found: _Found) -> Rope:
    edges = found.edges.tolist()
    bands = (
        BandRope(above, up_to, own[rope.stage].age, own[rope.stage].basis, own[rope.stage].n)
        for own, above, up_to in zip(found.by_band, [None, *edges], [*edges, None], strict=False)
    )
    return Rope(name, rope.age, rope.basis, rope.n, rope.missing, tuple(bands))


def override_of(ledger: Ledger, process: Process, known: int | None = None) -> dict[int, int]:
    """The cut-offs set by hand by a moment (ms, exclusive), by stage; None: those that hold now.

    One of a stage that the process no longer has is passed over.
    """
    chosen = tables.read_cutoffs(ledger, process.name, known)
    places = {name: place for place, name in enumerate(process.stages)}
    return {places[name]: age for name, age in chosen.items() if name in places}


def choose(ledger: Ledger, process: Process, stage: str, age: int | None, now: int) -> str:
    """Set the cut-off of a stage by hand, or leave it to history again; both stay on record.

    Args:
        ledger: where it is kept.
        process: the stage's.
        stage: its name, in any case.
        age: working days; None: what history says.
        now: the present moment (ms).

    Returns:
        The stage's name as the process has it.

    Raises:
        QuestionError: there is no such stage, or the age is not one.

    """
    found = {each.casefold(): each for each in process.stages}.get(stage.strip().casefold())
    if found is None:
        raise QuestionError(
            f"There is no stage {stage!r} in {process.name!r}: choose one of "
            f"{', '.join(process.stages)}."
        )
    if age is not None and not 0 <= age <= LONGEST:
        raise QuestionError(
            f"A cut-off of {age} days cannot be set: give 0 to {LONGEST} working days."
        )
    tables.write_cutoff(ledger, process.name, found, age, now)
    return found
