"""HubSpot's payloads as what is told: pure."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.told import (
    Change,
    DealTold,
    Glimpse,
    Means,
    PersonTold,
    PipelineTold,
    StageTold,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.connectors.hubspot.client import Record

KEPT: Final = 20
"""A history as long as this may lack its beginning: HubSpot keeps a limited number of values."""
SOON: Final = 60_000
"""How long (ms) after a deal its first values may be written."""
SURE: Final = 1.0


def deal_told(record: Record, currency: str) -> DealTold:
    """A deal with its history.

    Args:
        record: with `propertiesWithHistory`.
        currency: of the account, for deals that have none of their own.

    """
    created = moment(record["createdAt"])
    histories: Mapping[str, Sequence[Record]] = record.get("propertiesWithHistory") or {}
    changes = _changes(histories, currency, str(_now(record, "closed_lost_reason") or ""))
    cut = any(_is_cut(history, created) for history in histories.values())
    if cut and changes:
        # What is told first was so then; since when is not known.
        first = changes[0]
        after = created - 1 if created < first.at else None
        changes[0] = replace(first, after=after)
    removed = record.get("archivedAt") if record.get("archived") else None
    return DealTold(
        id=str(record["id"]),
        changes=tuple(changes),
        whole=not cut,
        removed_at=None if removed is None else moment(removed),
        removed_why="deleted in HubSpot" if removed else "",
    )


def merged_into(record: Record) -> tuple[DealTold, ...]:
    """The deals that were merged into one: they are gone since."""
    histories = record.get("propertiesWithHistory") or {}
    since: dict[str, int] = {}
    for entry in histories.get("hs_merged_object_ids") or []:
        for deal in filter(None, str(entry.get("value") or "").split(";")):
            at = moment(entry["timestamp"])
            since[deal] = min(at, since.get(deal, at))
    why = f"merged into {record['id']}"
    return tuple(
        DealTold(deal, (), whole=False, removed_at=at, removed_why=why)
        for deal, at in since.items()
        if deal != str(record["id"])
    )


def glimpse_of(record: Record) -> Glimpse:
    """How a deal stands."""
    return Glimpse(
        deal=str(record["id"]),
        pipeline=str(_now(record, "pipeline") or ""),
        stage=str(_now(record, "dealstage") or ""),
        amount=amount_of(_now(record, "amount")),
        owner=_now(record, "hubspot_owner_id"),
    )


def pipeline_told(record: Record, audit: Iterable[Record]) -> PipelineTold:
    """A pipeline, with stages that are gone where its audit tells of them."""
    stages = {
        str(each["id"]): (_order(each), _stage(each, gone=False)) for each in record["stages"]
    }
    for entry in audit:
        raw = entry.get("rawObject")
        for each in (raw.get("stages") or []) if isinstance(raw, dict) else []:
            key = str(each.get("id") or each.get("stageId") or "")
            if key and key not in stages:
                stages[key] = (_order(each), _stage({**each, "id": key}, gone=True))
    ordered = sorted(stages.values(), key=lambda each: each[0])
    return PipelineTold(str(record["id"]), record["label"], tuple(each for _, each in ordered))


def person_told(record: Record) -> PersonTold:
    """An owner."""
    teams = record.get("teams") or []
    primary = [each for each in teams if each.get("primary")] or teams
    name = " ".join(filter(None, (record.get("firstName"), record.get("lastName"))))
    return PersonTold(
        id=str(record["id"]),
        name=name,
        email=record.get("email") or "",
        team=primary[0].get("name") or "" if primary else "",
        active=not record.get("archived"),
    )


def moment(text: str) -> int:
    """A moment (ms) from ISO 8601."""
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return round(at.timestamp() * 1_000)


def amount_of(text: str | None) -> float | None:
    """An amount; None where there is none."""
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _changes(
    histories: Mapping[str, Sequence[Record]], currency: str, lost_reason: str
) -> list[Change]:
    """The histories of the properties as one, the oldest first."""
    steps: dict[tuple[int, int], dict[str, Any]] = {}
    for name, field in FIELDS.items():
        times: dict[int, int] = {}
        # The newest value comes first.
        for entry in reversed(histories.get(name) or []):
            value = _value(name, entry.get("value"))
            at = moment(entry["timestamp"])
            place = times[at] = times.get(at, -1) + 1
            if value is not None:
                steps.setdefault((at, place), {})[field] = value
    changes = [Change(at, place=place, **said) for (at, place), said in sorted(steps.items())]
    # Where an account has one currency its deals name none.
    own = any("currency" in said for said in steps.values())
    changes = changes if own else [_with_currency(each, currency) for each in changes]
    return _with_reason(changes, lost_reason)


FIELDS: Final = {
    "dealstage": "stage",
    "pipeline": "pipeline",
    "amount": "amount",
    "deal_currency_code": "currency",
    "hubspot_owner_id": "owner",
}


def _value(name: str, text: str | None) -> Any:  # noqa: ANN401 (of the field)
    """A value of a property; None where it says nothing."""
    if name == "amount":
        return amount_of(text)
    if name == "hubspot_owner_id":
        return text or ""
    return text or None


def _with_currency(change: Change, currency: str) -> Change:
    if change.amount is None or not currency:
        return change
    return replace(change, currency=currency)


def _with_reason(changes: list[Change], reason: str) -> list[Change]:
    """The reason why it was lost, at the last movement, which is the one that it is of."""
    moved = [place for place, each in enumerate(changes) if each.stage is not None]
    if reason and moved:
        changes[moved[-1]] = replace(changes[moved[-1]], reason=reason)
    return changes


def _is_cut(history: Sequence[Record], created: int) -> bool:
    return len(history) >= KEPT and moment(history[-1]["timestamp"]) > created + SOON


def _stage(record: Record, *, gone: bool) -> StageTold:
    metadata = record.get("metadata") or {}
    chance = amount_of(str(metadata.get("probability", ""))) or 0.0
    closed = str(metadata.get("isClosed", "")).lower() == "true"
    means = Means.OPEN
    if chance >= SURE:
        means = Means.WON
    elif closed:
        means = Means.LOST
    return StageTold(str(record["id"]), record.get("label") or "", means, gone=gone)


def _order(record: Record) -> float:
    order = record.get("displayOrder")
    return float(order) if isinstance(order, int | float) else math.inf


def _now(record: Record, name: str) -> str | None:
    value: str | None = (record.get("properties") or {}).get(name)
    return value
