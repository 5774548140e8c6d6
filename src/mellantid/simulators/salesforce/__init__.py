"""Salesforce's interfaces over a simulated CRM: OAuth, REST queries and Bulk API 2.0.

`application` is the whole organisation. It speaks SOQL only as far as the connector does, but what
it speaks it takes at its word: unknown fields, wrong types and malformed queries are refused as
Salesforce refuses them, tokens end, requests of a day run out, long addresses are turned away.
"""

from typing import Final

from mellantid.connectors.connector import DAY, Window
from mellantid.simulators.salesforce.objects import Options
from mellantid.simulators.salesforce.organisation import application
from mellantid.simulators.simulator import Simulator

__all__ = ["SIMULATOR", "Options", "application"]

SIMULATOR: Final = Simulator(
    name="salesforce",
    title="Salesforce",
    make=application,
    given=lambda address: {
        "address": address,
        "client_id": "simulated-id",
        "client_secret": "simulated-secret",
    },
    limits=(Window(Options().daily, DAY),),
)
