"""Webhooks of version 2 as Pipedrive sends them when a simulated deal changes."""

from __future__ import annotations

import base64
import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.told import Delivery
from mellantid.simulators.pipedrive.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.simulators.crm import Deal, SimulatedCrm
    from mellantid.simulators.simulator import Happened

ACTIONS: Final = {
    "created": "create",
    "changed": "change",
    "deleted": "delete",
    "merged": "delete",
}


def hook(
    crm: SimulatedCrm, happened: Happened, address: str, values: Mapping[str, str]
) -> Delivery:
    """The webhook that tells of a change."""
    headers, body = delivery(
        crm,
        happened.deal,
        happened.what,
        user=values["hook_user"],
        password=values["hook_password"],
        at=happened.at,
        key=f"event-{happened.number}",
    )
    return Delivery("POST", address, headers, body, happened.at)


def delivery(
    crm: SimulatedCrm,
    deal: Deal,
    what: str,
    *,
    user: str,
    password: str,
    at: int,
    host: str = "127.0.0.1",
    key: str = "",
) -> tuple[dict[str, str], bytes]:
    """A delivery's headers and body.

    Args:
        crm: what is true.
        deal: the deal.
        what: "created", "changed", "deleted" or "merged".
        user: the name that the webhook was made with.
        password: as that.
        at: when it is sent, ms UTC.
        host: of the company.
        key: of the event.

    """
    told = record(crm, deal)
    meta: dict[str, Any] = {
        "action": ACTIONS[what],
        "entity": "deal",
        "entity_id": deal.id,
        "company_id": "1",
        "correlation_id": str(uuid.uuid4()),
        "id": key or str(uuid.uuid4()),
        "is_bulk_edit": False,
        "timestamp": str(at // 1_000),
        "type": "general",
        "version": "2.0",
        "webhook_id": "1",
        "change_source": "app",
        "attempt": 1,
        "host": host,
    }
    if what == "merged":
        meta["merged_to_id"] = deal.merged_into
    gone = ACTIONS[what] == "delete"
    body = {
        "meta": meta,
        "data": None if gone else told,
        "previous": told if gone else None if what == "created" else {},
    }
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {"authorization": f"Basic {basic}", "content-type": "application/json"}
    return headers, json.dumps(body).encode()
