"""Salesforce's interfaces over a simulated CRM: OAuth, REST queries and Bulk API 2.0.

`application` is the whole organisation. It speaks SOQL only as far as the connector does, but what
it speaks it takes at its word: unknown fields, wrong types and malformed queries are refused as
Salesforce refuses them, tokens end, requests of a day run out, long addresses are turned away.
"""

from mellantid.simulators.salesforce.application import application
from mellantid.simulators.salesforce.objects import Options

__all__ = ["Options", "application"]
