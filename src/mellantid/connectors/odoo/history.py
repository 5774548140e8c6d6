"""What Odoo notes of an opportunity, as the opportunity's history.

Odoo keeps each change of a tracked field with its value before and after, so a deal begins with
the first value before, or with what it has now where a field has never changed. A change that was
not tracked shows as a value before that nobody had set, or as a present value that differs: it
came some time between, and is told so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mellantid.connectors.odoo.stages import LOST, linked, named, pipeline_of
from mellantid.connectors.told import Change, DealTold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, Any]

CENT: Final = 0.005
WON: Final = "won"


@dataclass(frozen=True)
class Step:
    """A tracked field that changed.

    Attributes:
        at: when, ms UTC, at the whole second.
        message: of which it is a part: what is in one message was written at once.
        field: of `Standing`.
        old: its value before.
        new: its value after.

    """

    at: int
    message: int
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Standing:
    """A deal's fields that matter, by Odoo's ids; empty: none."""

    team: str
    stage: str
    active: bool
    amount: float
    owner: str


Passed: TypeAlias = tuple[int, int | None, Standing]
"""A standing with the moment from which it held, and the one after which, where that is all."""


@dataclass(frozen=True)
class Reading:
    """How records are to be read.

    Attributes:
        kept: the teams that stages are kept to, by stage; None: there is one pipeline.
        amount: the field of `crm.lead` with the amount.
        reason: the field with the reason for a loss.
        currency: of the company, where a deal has none of its own.
        won: the ids of the stages in which deals are won.

    """

    kept: Mapping[str, tuple[str, ...]] | None
    amount: str
    reason: str
    currency: str
    won: frozenset[str]


def moment(text: Any) -> int | None:  # noqa: ANN401 (a date of Odoo's, or False)
    """A moment as Odoo writes it (UTC), in ms; None: none."""
    if not text:
        return None
    at = text if isinstance(text, dt.datetime) else dt.datetime.fromisoformat(str(text))
    return int(at.replace(tzinfo=dt.UTC).timestamp()) * 1000


def standing(lead: Row, reading: Reading) -> Standing:
    """How a deal stands; one that was archived after it had been won is still won."""
    stage = linked(lead["stage_id"])
    won = lead.get("won_status") == WON or (
        stage in reading.won and float(lead.get("probability") or 0) >= 100
    )
    amount = float(lead.get(reading.amount) or 0.0)
    active = bool(lead["active"]) or won
    return Standing(linked(lead["team_id"]), stage, active, amount, linked(lead["user_id"]))


def shown(now: Standing, reading: Reading) -> dict[str, Any]:
    """What a standing says of pipeline, stage, amount and owner."""
    return {
        "pipeline": pipeline_of(now.team, now.stage, reading.kept),
        "stage": now.stage if now.active else LOST,
        "amount": now.amount,
        "owner": now.owner,
    }


def begun(lead: Row) -> int:
    """When it became an opportunity, ms UTC: what was a lead before is none of the pipeline."""
    return moment(lead.get("date_conversion")) or moment(lead["create_date"]) or 0


def currency_of(lead: Row, reading: Reading) -> str:
    """The currency of a deal's amounts."""
    return named(lead.get("company_currency")) or reading.currency


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What of a standing is another than before; a deal's stage goes with its pipeline."""
    differing = {
        name: value
        for name, value in after.items()
        if (abs(value - before[name]) > CENT if name == "amount" else value != before[name])
    }
    if "pipeline" in differing:
        differing["stage"] = after["stage"]
    return differing


def deal_told(lead: Row, steps: Sequence[Step], reading: Reading) -> DealTold:
    """All that is known of a deal.

    Args:
        lead: its record of `crm.lead`.
        steps: what was tracked of it until the record was last written, the oldest first.
        reading: how records are to be read.

    """
    present = standing(lead, reading)
    if present.active and not lead["active"]:
        # Archived, yet won: its last archiving is no loss.
        away = max((i for i, step in enumerate(steps) if step.field == "active"), default=None)
        steps = [step for i, step in enumerate(steps) if i != away]
    start = begun(lead)
    first = present
    for step in reversed(steps):
        first = replace(first, **{step.field: step.old})
    if lead.get("date_conversion"):
        for step in steps:
            first = replace(first, **{step.field: step.new}) if step.at <= start else first
        steps = [step for step in steps if step.at > start]
    passed = _passed(first, steps, start)
    last = passed[-1]
    until = max(moment(lead["write_date"]) or 0, last[0])
    if _changed(shown(last[2], reading), shown(present, reading)):
        passed.append((until, last[0] if last[0] < until else None, present))
    return DealTold(str(lead["id"]), changes_of(passed, lead, reading))


def _passed(first: Standing, steps: Sequence[Step], start: int) -> list[Passed]:
    """The standings that a deal went through, each with its moment."""
    found: list[Passed] = [(start, None, first)]
    now, last = first, start
    for (at, _), group in groupby(steps, key=lambda step: (step.at, step.message)):
        together = list(group)
        before = replace(now, **{step.field: step.old for step in together})
        if before != now and last < at - 1:
            found.append((at - 1, last, before))
        now, last = replace(before, **{step.field: step.new for step in together}), at
        found.append((at, None, now))
    return found


def changes_of(passed: Sequence[Passed], lead: Row, reading: Reading) -> tuple[Change, ...]:
    """What differs from one standing to the next, in each moment in order."""
    found: list[Change] = []
    before: dict[str, Any] | None = None
    place: Counter[int] = Counter()
    lost = max((i for i, each in enumerate(passed) if not each[2].active), default=None)
    for i, (at, after, now) in enumerate(passed):
        said = shown(now, reading)
        differing = said if before is None else _changed(before, said)
        before = said
        if differing:
            if "amount" in differing:
                differing["currency"] = currency_of(lead, reading)
            if i == lost and "stage" in differing:
                differing["reason"] = named(lead.get(reading.reason)) or None
            found.append(Change(at, after=after, place=place[at], **differing))
            place[at] += 1
    return tuple(found)
