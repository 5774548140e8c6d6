"""A simulated Odoo: its JSON-2 and XML-RPC interfaces over a `SimulatedCrm`.

`history` is what it would have noted of each deal, `models` shows it as Odoo's records, `domains`
searches them, `server` answers as Odoo does, `traces` is what it can tell of the truth. Each
pipeline is a sales team with stages of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from mellantid.connectors.odoo.connector import LIMITS
from mellantid.connectors.told import Delivery
from mellantid.simulators.odoo.models import written
from mellantid.simulators.odoo.server import GIVEN, Odoo, application
from mellantid.simulators.odoo.traces import known
from mellantid.simulators.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp

    from mellantid.simulators.simulator import Happened
    from mellantid.simulators.truth import SimulatedCrm

__all__ = ["SIMULATOR", "Odoo", "application"]

OLDER: Final = 17
"""The version that is simulated where XML-RPC is asked for."""


def _make(crm: SimulatedCrm, values: Mapping[str, str]) -> ASGIApp:
    version = OLDER if values.get("interface") == "xmlrpc" else 19
    return application(Odoo(crm, version, given=values))


def _given(address: str) -> dict[str, str]:
    more = {"interface": "auto", "pipelines": "teams", "hook_token": "a-secret-in-the-address"}
    return {"url": address, **GIVEN, **more}


def _hook(
    crm: SimulatedCrm, happened: Happened, address: str, values: Mapping[str, str]
) -> Delivery:
    """What an automation rule posts that sends the field *Last Updated on*."""
    del crm
    told = {
        "_action": "Tell of changes(#7)",
        "_id": int(happened.deal.id),
        "_model": "crm.lead",
        "id": int(happened.deal.id),
        "write_date": written(happened.at),
    }
    headers = {"content-type": "application/json", "user-agent": "python-requests/2.31.0"}
    body = json.dumps(told, sort_keys=True).encode()
    url = f"{address}?token={quote(values['hook_token'], safe='')}"
    return Delivery("POST", url, headers, body, happened.at)


SIMULATOR: Final = Simulator("odoo", "Odoo", _make, _given, LIMITS, truth=known, hook=_hook)
