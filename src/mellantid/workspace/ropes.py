"""The rope of every stage and band, who is caught, and by when the others must have moved on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.chances.cutoff import NEVER, Cutoff, caught, limits
from mellantid.core.chances.safe_passage import NO_DAY, last_useful_days, passage_days
from mellantid.core.clock import EPOCH, date_number
from mellantid.errors import QuestionError
from mellantid.workspace.rope_finding import Found, find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.types import Ints
    from mellantid.workspace.next_steps import NextStep
    from mellantid.workspace.race import Race


@dataclass(frozen=True)
class BandRope:
    """The cut-off of one stage for the deals of one band of amount.

    Attributes:
        above: the amounts of the band are larger than this; None: the lowest band.
        up_to: and at most this; None: the highest band. Both None: the amount was unknown.
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
class WaitingDeal:
    """A deal past the cut-off with which something is agreed: it waits, and is not caught."""

    deal: str
    stage: str
    age: int
    due: dt.date
    what: str


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
        next_step: the date of what is agreed with it; None: nothing is, or it is over.
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
    next_step: dt.date | None
    move_by: dt.date | None


@dataclass(frozen=True)
class Ropes:
    """The keys are those of `mellantid cutoffs --json`.

    Attributes:
        stages: the cut-offs.
        caught: deals past theirs, the most money first.
        waiting: deals past theirs with which something is agreed, the most money first.
        deals: every open deal, the first to be caught first.
        until: the last date that counts for `move_by`; None without a target.
        as_of: the local date at whose end this held.

    """

    stages: tuple[Rope, ...]
    caught: tuple[CaughtDeal, ...]
    waiting: tuple[WaitingDeal, ...] = ()
    deals: tuple[Passage, ...] = ()
    until: dt.date | None = None
    as_of: dt.date | None = None


def ropes(
    race: Race,
    override: Mapping[int, int] | None = None,
    until: dt.date | None = None,
    chance: float | None = None,
    agreed: Mapping[str, NextStep] | None = None,
) -> Ropes:
    """Find every stage's and band's cut-off, the deals past it, and the others' safe passage.

    Args:
        race: what is known.
        override: cut-offs chosen by hand, by stage.
        until: the last date of the period that `move_by` looks to; None: none is running.
        chance: what a move is to be worth at least; None: half of what it would be at all.
        agreed: next steps by deal: one that is not over keeps its deal from being caught.

    Raises:
        QuestionError: the chance is none.

    """
    if chance is not None and not 0 < chance < 1:
        raise QuestionError(f"A chance of {chance} is none: give one between 0 and 1.")
    last = _last_day(race, until)
    found = find(race, override, 0 if last is None else last - race.history.until_day)
    open_, names = race.open_deals, race.history.process.stages
    ahead = _ahead(race, agreed or {})
    limit = limits(open_, found.stages, found.by_band, found.band)
    deals = _passages(race, found, limit, last, chance, ahead)
    late = [deals[row] for row in caught(open_, found.stages, limit).tolist()]
    return Ropes(
        tuple(_rope(names[each.stage], each, found) for each in found.stages),
        tuple(_caught(each) for each in late if each.deal not in ahead),
        tuple(_waiting(each, ahead[each.deal]) for each in late if each.deal in ahead),
        tuple(sorted(deals, key=_soonest)),
        until,
        race.history.clock.date(race.history.until - 1),
    )


def _ahead(race: Race, agreed: Mapping[str, NextStep]) -> dict[str, NextStep]:
    """Steps that are not over at the end of the day asked about, or are of that day."""
    today = race.history.clock.date(race.history.until - 1)
    return {deal: step for deal, step in agreed.items() if step.due >= today}


def _waiting(deal: Passage, step: NextStep) -> WaitingDeal:
    return WaitingDeal(deal.deal, deal.stage, deal.age, step.due, step.what)


def _last_day(race: Race, until: dt.date | None) -> int | None:
    return None if until is None else int(race.history.clock.day_of_date(date_number(until)))


def _passages(
    race: Race,
    found: Found,
    limit: Ints,
    last: int | None,
    chance: float | None,
    ahead: Mapping[str, NextStep],
) -> list[Passage]:
    """Every open deal with its latest safe passage, in the order of the open deals."""
    history, open_, today = race.history, race.open_deals, race.history.until_day
    safe = passage_days(open_, limit, today)
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
            next_step=_due(ahead, history.deals[open_.deal[row]]),
            move_by=_date(race, int(useful[open_.stage[row]])),
        )
        for row, day in enumerate(safe.tolist())
    ]


def _due(ahead: Mapping[str, NextStep], deal: str) -> dt.date | None:
    return ahead[deal].due if deal in ahead else None


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


def _rope(name: str, rope: Cutoff, found: Found) -> Rope:
    limits_ = _band_limits(found)
    bands = (
        BandRope(above, up_to, own[rope.stage].age, own[rope.stage].basis, own[rope.stage].n)
        for own, (above, up_to) in zip(found.by_band, limits_, strict=True)
    )
    return Rope(name, rope.age, rope.basis, rope.n, rope.missing, tuple(bands))


def _band_limits(found: Found) -> list[tuple[float | None, float | None]]:
    """What each band lies above and up to; both None: the amounts that are unknown."""
    if found.bands is None:
        return []
    edges = found.bands.edges.tolist()
    between = list(zip([None, *edges], [*edges, None], strict=True))
    return between + [(None, None)] * int(found.bands.apart)
