"""A way to a simulated Odoo without a network, and the connector on it."""

import asyncio

import httpx2
import pytest

from mellantid.connectors.http import Http
from mellantid.connectors.odoo import make
from mellantid.simulators.crm import filled
from mellantid.simulators.odoo import Odoo, application
from mellantid.simulators.odoo.server import GIVEN

NOW = 1_800_000_000_000
VALUES = GIVEN | {
    "url": "https://odoo.example.com",
    "pipelines": "teams",
    "hook_token": "a-long-secret-of-our-own",
}


class Clock:
    """A clock that is put forward by hand, and by who waits."""

    def __init__(self, at=NOW):
        self.at = at

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.at += int(seconds * 1000)


class Carried(httpx2.BaseTransport):
    """Carries requests to an application in this process, and remembers them."""

    def __init__(self, app):
        self.inner = httpx2.ASGITransport(app)
        self.asked = []

    def handle_request(self, request):
        self.asked.append(request)

        async def answered():
            sent = httpx2.Request(
                request.method, request.url, headers=request.headers, content=request.read()
            )
            response = await self.inner.handle_async_request(sent)
            return response.status_code, response.headers, await response.aread()

        status, headers, content = asyncio.run(answered())
        return httpx2.Response(status, headers=headers, content=content)

    @property
    def paths(self):
        return [request.url.path for request in self.asked]


class World:
    """A simulated CRM, shown as Odoo, and a connector to it."""

    def __init__(self, deals=60, version=19, *, rights=True, crm=None, **values):
        self.clock = Clock()
        self.crm = crm or filled(self.clock.now, deals)
        self.simulated = Odoo(self.crm, version, rights=rights)
        self.carried = Carried(application(self.simulated))
        self.http = Http(
            transport=self.carried, now=self.clock.now, sleep=self.clock.sleep, patience=60.0
        )
        self.odoo = make(VALUES | values, self.http, self.clock.now)
        self.http.keep(self.odoo.limits)

    def everything(self):
        return [deal for page in self.odoo.everything(None) for deal in page.deals]


@pytest.fixture
def world():
    return World
