"""A simulated organisation and the connector that reads it, without a network between."""

import httpx2
from starlette.testclient import TestClient

from mellantid.connectors.http import Http
from mellantid.connectors.salesforce.salesforce import Salesforce
from mellantid.connectors.salesforce.settings import Settings
from mellantid.simulators.crm import Fact
from mellantid.simulators.salesforce import Options, application

NOW = 1_764_000_000_000
ADDRESS = "http://acme.localhost"
APP = {"client_id": "3MVG9acme", "client_secret": "secret-of-acme"}


class Clock:
    """A clock that goes on when somebody sleeps, or when it is told to."""

    def __init__(self, at=NOW):
        self.at = at
        self.slept = []

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += round(seconds * 1_000)


class Listening(httpx2.BaseTransport):
    """Carries requests to an application and remembers their paths; `meanwhile` runs before one."""

    def __init__(self, app):
        self._inner = TestClient(app)._transport
        self.paths = []
        self.meanwhile = []

    def handle_request(self, request):
        self.paths.append(request.url.path.removeprefix("/services/data/v62.0"))
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return self._inner.handle_request(request)


class Joined:
    """An organisation with the connector to it."""

    def __init__(self, crm, clock, options=None, **values):
        self.crm, self.clock = crm, clock
        self.app = application(crm, {**APP, "token": "00Dready"}, options or Options())
        self.carrier = Listening(self.app)
        self.values = {"address": ADDRESS, **(values or APP)}
        self.connector = self.another()

    def another(self):
        """A connector as a new process has it."""
        http = Http((), self.carrier, self.clock.now, self.clock.sleep)
        made = Salesforce(Settings.of(self.values), http, self.clock.now, self.clock.sleep)
        http.keep(made.limits)
        return made

    def asked(self, what):
        """The paths that something asked for."""
        begin = len(self.carrier.paths)
        found = what()
        return found, self.carrier.paths[begin:]


def all_of(pages):
    """All deals of some pages."""
    return [deal for page in pages for deal in page.deals]


def facts_told(deals, pipeline):
    """What is told of deals while they were in a pipeline, as `facts` says what is true."""
    found = set()
    for deal in deals:
        here, values, said = "", {"stage": "", "amount": "", "owner": ""}, {}
        for at in sorted({change.at for change in deal.changes}):
            before = here
            for change in (each for each in deal.changes if each.at == at):
                here = change.pipeline or here
                amount = None if change.amount is None else f"{change.amount:g}"
                new = {"stage": change.stage, "amount": amount, "owner": change.owner}
                values |= {name: value for name, value in new.items() if value is not None}
            if before == pipeline != here:
                found.add(Fact(deal.id, at, "removed", ""))
                said = {}
            if here == pipeline:
                news = {name: value for name, value in values.items() if said.get(name) != value}
                found |= {Fact(deal.id, at, name, value) for name, value in news.items()}
                said |= news
        if deal.removed_at is not None and here == pipeline:
            found.add(Fact(deal.id, deal.removed_at, "removed", ""))
    return found
