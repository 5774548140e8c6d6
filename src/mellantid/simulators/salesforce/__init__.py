"""Salesforce's interfaces over a simulated CRM: OAuth, REST queries and Bulk API 2.0.

`application` is the whole organisation. It speaks SOQL only as far as the connector does, but what
it speaks it takes at its word: unknown fields, wrong types and malformed queries are refused as
Salesforce refuses them, tokens end, requests of a day run out, long addresses are turned away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import DAY, Window
from mellantid.simulators.salesforce.objects import Options
from mellantid.simulators.salesforce.organisation import application
from mellantid.simulators.simulator import Simulator

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["SIMULATOR", "Options", "application"]

JOB: Final = "query job"


def sort(scope: Scope) -> str:
    """Whether a request begins a bulk job, which are limited by themselves."""
    return JOB if scope["method"] == "POST" and scope["path"].endswith("/jobs/query") else ""


SIMULATOR: Final = Simulator(
    name="salesforce",
    title="Salesforce",
    make=application,
    given=lambda address: {
        "address": address,
        "client_id": "simulated-id",
        "client_secret": "simulated-secret",
    },
    limits=(Window(Options().daily, DAY), Window(10_000, DAY, JOB)),
    of=sort,
)
