"""A system of anybody's that posts its deals' changes: what it sends, signed.

There is nothing to ask of it. `hook` tells of one change as it happens, `history` of all that has
happened until now.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette

from mellantid.connectors.told import Delivery
from mellantid.connectors.webhook.payload import MOST
from mellantid.connectors.webhook.signature import signature
from mellantid.simulators.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mellantid.simulators.simulator import Happened
    from mellantid.simulators.truth import Deal, SimulatedCrm

SECRET: Final = "0123456789abcdef0123456789abcdef"  # noqa: S105 (of a simulator)
CREATED: Final = 4
"""Events that a creation consists of."""
STAGES: Final = """\
[[pipeline]]
id = "1"
name = "New business"
stages = [
    { id = "10", name = "Qualify" },
    { id = "11", name = "Meeting" },
    { id = "12", name = "Proposal" },
    { id = "13", name = "Negotiation" },
]
won = { id = "18", name = "Won" }
lost = { id = "19", name = "Lost" }

[[pipeline]]
id = "2"
name = "Expansion"
stages = [
    { id = "20", name = "Qualify" },
    { id = "21", name = "Meeting" },
    { id = "22", name = "Proposal" },
    { id = "23", name = "Negotiation" },
]
won = { id = "28", name = "Won" }
lost = { id = "29", name = "Lost" }
"""
"""The pipelines of a simulated CRM, as a person writes them down."""


def history(
    crm: SimulatedCrm, address: str, values: Mapping[str, str], at: int, most: int = MOST
) -> Iterator[Delivery]:
    """All that has happened, the oldest first, in deliveries.

    Args:
        crm: what is true.
        address: where it is sent.
        values: with the secret.
        at: when it is sent, ms UTC.
        most: changes in one delivery.

    """
    with crm.lock:
        listed = [pair for deal in crm.deals.values() for pair in _changes(crm, deal)]
    listed.sort(key=lambda pair: pair[0])
    changes = [change for _, change in listed]
    for number, first in enumerate(range(0, len(changes), most), 1):
        document = {"id": f"history-{number}", "changes": changes[first : first + most]}
        yield _sent(document, address, values, at)


def hook(
    crm: SimulatedCrm, happened: Happened, address: str, values: Mapping[str, str]
) -> Delivery:
    """How the deal stood after a change."""
    deal, event = happened.deal, happened.event
    if happened.what in {"deleted", "merged"}:
        change = _removal(deal)
    else:
        until = deal.events.index(event) + 1 if event else CREATED
        state = {each.field: each.value for each in deal.events[:until]}
        at = deal.events[until - 1].at
        change = _change(crm, deal, at, state)
        change["sequence"] = sum(each.at == at for each in deal.events[CREATED:until])
    document = {"id": f"change-{happened.number}", "changes": [change]}
    return _sent(document, address, values, happened.at)


def _changes(crm: SimulatedCrm, deal: Deal) -> Iterator[tuple[int, dict[str, Any]]]:
    """A deal's changes with their moments; what happens within one is one."""
    state: dict[str, str] = {}
    for at in sorted({event.at for event in deal.events}):
        new = {event.field: event.value for event in deal.events if event.at == at}
        state |= new
        if "stage" in new:
            new["pipeline"] = state["pipeline"]
        yield at, _change(crm, deal, at, new)
    if deal.deleted_at is not None:
        yield deal.deleted_at, _removal(deal)


def _change(crm: SimulatedCrm, deal: Deal, at: int, new: Mapping[str, str]) -> dict[str, Any]:
    change: dict[str, Any] = {"deal": deal.id, "at": _written(at)}
    pipeline = crm.pipelines.get(new.get("pipeline", ""))
    # While a deal changes pipeline it still stands in a stage of the other one.
    if pipeline is not None and new.get("stage") in {each.id for each in pipeline.stages}:
        change |= {"pipeline": pipeline.id, "stage": new["stage"]}
    if "amount" in new:
        change |= {"amount": float(new["amount"]), "currency": deal.currency}
    if "owner" in new:
        change["owner"] = new["owner"]
    return change


def _removal(deal: Deal) -> dict[str, Any]:
    why = f"merged into {deal.merged_into}" if deal.merged_into else "deleted"
    at = _written(deal.deleted_at or deal.modified_at)
    return {"deal": deal.id, "at": at, "removed": True, "reason": why}


def _sent(document: dict[str, Any], address: str, values: Mapping[str, str], at: int) -> Delivery:
    body = json.dumps(document).encode()
    header = signature(values["secret"], at // 1_000, body)
    headers = {"mellantid-signature": header, "content-type": "application/json"}
    return Delivery("POST", address, headers, body, at)


def _written(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000, UTC).isoformat().replace("+00:00", "Z")


def _made(crm: SimulatedCrm, values: Mapping[str, str]) -> Starlette:
    """Nothing that could be asked."""
    del crm, values
    return Starlette()


def _given(address: str) -> dict[str, str]:
    del address
    return {"stages": STAGES, "secret": SECRET, "currency": "EUR"}


SIMULATOR: Final = Simulator(
    name="webhook",
    title="A system that posts signed webhooks",
    make=_made,
    given=_given,
    limits=(),
    hook=hook,
)
