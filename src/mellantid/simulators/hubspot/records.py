"""A simulated CRM's deals, stages and users as HubSpot's records."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from mellantid.simulators.truth import LOST, OPEN, WON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mellantid.simulators.truth import Deal, Pipeline, Stage, User

Record = dict[str, Any]
FIELDS: Final = {
    "stage": "dealstage",
    "pipeline": "pipeline",
    "amount": "amount",
    "owner": "hubspot_owner_id",
}


def record(deal: Deal, merged: Iterable[Deal], *, history: bool) -> Record:
    """A deal; with its history, or only as it is now."""
    record: Record = {
        "id": deal.id,
        "createdAt": iso(deal.created_at),
        "updatedAt": iso(deal.modified_at),
        "archived": deal.deleted_at is not None,
        "properties": {
            "hs_object_id": deal.id,
            "dealname": deal.name,
            "hs_lastmodifieddate": iso(deal.modified_at),
            **{name: deal.now(field) for field, name in FIELDS.items()},
        },
    }
    if deal.deleted_at is not None:
        record["archivedAt"] = iso(deal.deleted_at)
    if history:
        record["propertiesWithHistory"] = {
            **{name: _history(deal, field) for field, name in FIELDS.items()},
            "hs_merged_object_ids": _merges(merged),
        }
    return record


def _history(deal: Deal, field: str) -> list[Record]:
    """A property's values, the newest first."""
    return [
        {"value": each.value, "timestamp": iso(each.at), "sourceType": "CRM_UI"}
        for each in reversed(deal.events)
        if each.field == field
    ]


def _merges(merged: Iterable[Deal]) -> list[Record]:
    found: list[Record] = []
    ids: list[str] = []
    for each in sorted(merged, key=lambda deal: deal.deleted_at or 0):
        ids.append(each.id)
        found.insert(0, {"value": ";".join(ids), "timestamp": iso(each.deleted_at or 0)})
    return found


def stages(pipeline: Pipeline) -> Iterable[Record]:
    """The stages of a pipeline, also those that are gone."""
    for place, each in enumerate(pipeline.stages):
        yield {
            "id": each.id,
            "label": each.name,
            "displayOrder": place,
            "archived": each.gone,
            "gone": each.gone,
            "metadata": _metadata(each),
        }


def _metadata(stage: Stage) -> dict[str, str]:
    chances = {OPEN: "0.4", WON: "1.0", LOST: "0.0"}
    closed = "false" if stage.means == OPEN else "true"
    return {"isClosed": closed, "probability": chances[stage.means]}


def owner(user: User) -> Record:
    """An owner."""
    first, _, last = user.name.partition(" ")
    return {
        "id": user.id,
        "email": user.email,
        "firstName": first,
        "lastName": last,
        "userId": int(user.id) + 9_000,
        "archived": not user.active,
        "teams": [{"id": user.team, "name": user.team, "primary": True}],
    }


def iso(at: int) -> str:
    """A moment as HubSpot writes it."""
    moment = dt.datetime.fromtimestamp(at / 1_000, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
