"""HubSpot as documented: its interface, its limits and its webhooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import DAY, Window
from mellantid.connectors.hubspot.hooks import SIGNATURE, TIMESTAMP, signature
from mellantid.connectors.told import Delivery
from mellantid.simulators.hubspot.answering import application
from mellantid.simulators.hubspot.records import FIELDS, Record
from mellantid.simulators.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

    from mellantid.simulators.simulator import Happened
    from mellantid.simulators.truth import SimulatedCrm

SORTS: Final = {
    "created": "deal.creation",
    "changed": "deal.propertyChange",
    "deleted": "deal.deletion",
    "merged": "deal.merge",
}


def hook(crm: SimulatedCrm, happened: Happened, url: str, values: Mapping[str, str]) -> Delivery:
    """The webhook of a change, signed as version 3."""
    del crm
    deal, event = happened.deal, happened.event
    told: Record = {
        "eventId": happened.number,
        "subscriptionId": 1,
        "portalId": 62515,
        "occurredAt": deal.modified_at,
        "subscriptionType": SORTS[happened.what],
        "attemptNumber": 0,
        "objectId": int(deal.id),
    }
    if event is not None:
        told |= {"propertyName": FIELDS[event.field], "propertyValue": event.value}
    if deal.merged_into is not None:
        told |= {"primaryObjectId": int(deal.merged_into), "mergedObjectIds": [int(deal.id)]}
    body = json.dumps([told]).encode()
    unsigned = Delivery("POST", url, {TIMESTAMP: str(happened.at)}, body, happened.at)
    signed = {
        "content-type": "application/json",
        **unsigned.headers,
        SIGNATURE: signature(unsigned, values["client_secret"]),
    }
    return Delivery("POST", url, signed, body, happened.at)


def _given(address: str) -> dict[str, str]:
    return {"token": "pat-simulated", "client_secret": "simulated-secret", "address": address}


def _of(scope: Scope) -> str:
    return "search" if scope["path"].endswith("/search") else ""


SIMULATOR: Final = Simulator(
    name="hubspot",
    title="HubSpot",
    make=application,
    given=_given,
    limits=(Window(100, 10.0), Window(5, 1.0, "search"), Window(250_000, DAY)),
    of=_of,
    hook=hook,
)
