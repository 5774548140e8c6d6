"""A simulated company, and the connector that reads it, on a clock that only goes when slept."""

import contextlib

import httpx2

from mellantid.connectors.http import Http
from mellantid.connectors.pipedrive import KIND
from mellantid.simulators.crm import SimulatedCrm, User, filled
from mellantid.simulators.pipedrive import TOKEN, application

NOW = 1_790_000_000_000
DAY = 86_400_000
ADDRESS = "http://127.0.0.1:8903"
PASSWORD = "a long password of the webhook"  # noqa: S105 (of a test)


class Clock:
    def __init__(self, at=NOW):
        self.at = at

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.at += round(seconds * 1_000)


class Straight(httpx2.BaseTransport):
    """Asks an application that never waits, without a loop or a socket."""

    def __init__(self, app):
        self.app = app

    def handle_request(self, request):
        sent = []

        async def receive():
            return {"type": "http.request", "body": request.read(), "more_body": False}

        async def send(message):
            sent.append(message)

        url = request.url
        scope = {
            "type": "http",
            "method": request.method,
            "path": url.path,
            "raw_path": url.raw_path,
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": url.scheme,
            "server": (url.host, url.port),
        }
        with contextlib.suppress(StopIteration):
            self.app(scope, receive, send).send(None)
        first, *rest = sent
        body = b"".join(each.get("body", b"") for each in rest)
        return httpx2.Response(first["status"], headers=first["headers"], content=body)


class Company:
    """A CRM, its interface and a connector to it.

    Args:
        deals: how many it has.
        crm: instead of one with so many deals.
        given: fields that a person gives.
        more: of the simulator.
    """

    def __init__(self, deals=0, crm=None, given=None, **more):
        self.clock = Clock()
        self.crm = crm or filled(self.clock.now, deals)
        self.crm.now = self.clock.now
        self.app = application(self.crm, **more)
        self.doors = self.app.state.doors
        self.given = {
            "domain": ADDRESS,
            "token": TOKEN,
            "daily_budget": "1000000000",
            "burst": "120",
            "hook_user": "mellantid",
            "hook_password": PASSWORD,
        } | (given or {})
        self.connector, self.http = self.connect()

    def connect(self):
        """A new connector, as after a restart."""
        http = Http(transport=Straight(self.app), now=self.clock.now, sleep=self.clock.sleep)
        connector = KIND.make(self.given, http, self.clock.now)
        http.keep(connector.limits)
        return connector, http

    def told(self, pages):
        """The deals of some pages by id, as told last."""
        return {deal.id: deal for page in pages for deal in page.deals}

    def everything(self):
        return self.told(self.connector.everything(None))

    def read(self, deal):
        return self.connector.read([deal.id])[0]


def small():
    """A CRM of one pipeline and no deals."""
    crm = filled(lambda: NOW, 0)
    del crm.pipelines["2"]
    return crm


def true_stage(stage):
    """A CRM's stage as the connector names it."""
    return {"18": "1-won", "19": "1-lost", "28": "2-won", "29": "2-lost"}.get(stage, stage)


__all__ = ["ADDRESS", "DAY", "NOW", "PASSWORD", "Clock", "Company", "SimulatedCrm", "User", "small"]
