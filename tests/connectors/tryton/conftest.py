"""A simulated Tryton without a network, and the connector on it."""

import json

import pytest
from asgi_transport import AsgiTransport

from mellantid.connectors.http import Http
from mellantid.connectors.tryton import KIND
from mellantid.connectors.tryton.client import SESSIONS
from mellantid.simulators.crm import filled
from mellantid.simulators.tryton import SIMULATOR

BEGAN = 1_750_000_000_000
ADDRESS = "https://tryton.example"


class World:
    """A Tryton with deals, and the connector to it.

    Args:
        deals: how many there are.
        values: given instead of what the simulator proposes.

    """

    def __init__(self, deals=30, **values):
        self.at = BEGAN
        self.crm = filled(lambda: self.at, deals)
        self.given = SIMULATOR.given(ADDRESS) | values
        self.app = SIMULATOR.make(self.crm, SIMULATOR.given(ADDRESS))
        self.server = self.app.state.server
        self.asked = []
        self.transport = AsgiTransport(self._noted)
        self.http = Http(transport=self.transport, now=lambda: self.at, sleep=self._sleep)
        self.tryton = KIND.make(self.given, self.http, lambda: self.at)

    async def _noted(self, scope, receive, send):
        async def heard():
            message = await receive()
            if message.get("body"):
                self.asked.append(json.loads(message["body"])["method"])
            return message

        await self.app(scope, heard, send)

    def _sleep(self, seconds):
        self.at += round(seconds * 1_000)

    def hide(self, deal):
        """Let a deal's first revision have been in a company that the user may not see."""
        revisions = self.server.models.of(deal)
        revisions[0] = revisions[0]._replace(record=None)

    def everything(self):
        return {deal.id: deal for page in self.tryton.everything(None) for deal in page.deals}

    def changed(self, cursor):
        """The deals that have changed, and the cursor after them."""
        deals = {}
        for page in self.tryton.changed(cursor):
            deals |= {deal.id: deal for deal in page.deals}
            cursor = page.cursor
        return deals, cursor


@pytest.fixture
def world():
    made = []

    def make(*given, **values):
        SESSIONS.forget()
        made.append(World(*given, **values))
        return made[-1]

    yield make
    for each in made:
        each.http.close()
        each.transport.close()
