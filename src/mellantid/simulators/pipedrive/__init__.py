"""Pipedrive's interface over a simulated CRM: deals with cursors, changelogs, tokens, webhooks.

It shows what Pipedrive documents and no more: a deal that was deleted is to be seen for thirty
days, a deal that is won stands in the stage in which it was won, and changelogs are told the newest
first.
"""

from mellantid.simulators.pipedrive.doors import TOKEN, Doors
from mellantid.simulators.pipedrive.hooks import delivery
from mellantid.simulators.pipedrive.server import application

__all__ = ["TOKEN", "Doors", "application", "delivery"]
