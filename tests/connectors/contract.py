"""A simulated source and a workspace that reads it."""

import shutil
from contextlib import contextmanager

from asgi_transport import AsgiTransport, too_slow

from mellantid.access.sealing import Seal
from mellantid.connectors.http import Http
from mellantid.connectors.keeping import (
    add_connection,
    change_connection,
    connections,
    find_connection,
    new_connection,
)
from mellantid.connectors.opening import opened
from mellantid.simulators.comparing import wrong
from mellantid.simulators.crm import filled
from mellantid.simulators.faults import Faults
from mellantid.simulators.simulator import Happened
from mellantid.workspace import Workspace

BEGAN = 1_750_000_000_000
ADDRESS = "http://127.0.0.1:8901"
HOOKS = "https://mellantid.example/hooks/crm"
DEALS = 150
KEY = "c2ltdWxhdGVkLWtleS1vZi0zMi1ieXRlcy1sb25nISE="
DAY = 86_400_000


class Clock:
    """A clock that goes on when somebody sleeps, waits for an answer, or says so."""

    def __init__(self):
        self.at = BEGAN

    def now(self):
        return self.at

    def seconds(self):
        return self.at / 1_000

    def tick(self, milliseconds):
        self.at += milliseconds

    def sleep(self, seconds):
        self.at += round(seconds * 1_000)


class World:
    """A vendor with deals, and a workspace that is connected to it.

    Args:
        source: which vendor; see `sources`.
        folder: of the database.
        deals: how many there are.
        seed: of everything random.
        template: a database that is a workspace already; None: a new one is made.
        at: the moment (ms) at which it begins.

    """

    def __init__(self, source, folder, deals=DEALS, seed=1, template=None, at=None):
        self.source = source
        self.clock = Clock()
        self.crm = filled(self.clock.now, deals, seed)
        self.crm.listeners.append(self._hear)
        self.values = source.simulator.given(ADDRESS) | source.values
        self.faults = Faults(
            source.simulator.make(self.crm, self.values),
            source.simulator.limits,
            seed=seed,
            cost=source.simulator.cost,
            of=source.simulator.of,
            clock=self.clock.seconds,
            sleep=too_slow,
        )
        if at is not None:
            self.clock.at = at
        self.seal = Seal(folder / "world.db", {"MELLANTID_KEY": KEY})
        if template is not None:
            shutil.copy(template, folder / "world.db")
        self.workspace = Workspace.open(folder / "world.db", create=True)
        self.ledger = self.workspace.ledger
        if not connections(self.ledger):
            made = new_connection(source.kind, "crm", self.values, self.seal, self.clock.now())
            add_connection(self.ledger, made)
        self.happened = []

    def _hear(self, deal, what, event):
        number = len(self.happened) + 1
        self.happened.append(Happened(deal, what, event, self.clock.now(), number))

    @property
    def connection(self):
        return find_connection(self.ledger, "crm")

    @property
    def secrets(self):
        fields = self.source.kind.fields
        return [
            self.values[each.name] for each in fields if each.secret and each.name in self.values
        ]

    @contextmanager
    def sync(self, append=None):
        """The connection as a program that has just been started opens it."""
        http = Http(
            transport=AsgiTransport(self.faults, self.clock.tick),
            now=self.clock.now,
            sleep=self.clock.sleep,
        )
        with opened(self.workspace, "crm", self.seal, self.clock.now, append, http) as sync:
            yield sync

    def fill(self):
        """Connect, and read everything."""
        with self.sync() as sync:
            sync.connect()
            result = sync.back_fill()
        assert result.whole
        assert not result.refused
        return result

    def forget_how_far(self, **cursors):
        """Set how far reading has come."""
        kept = {**self.connection.cursors, **cursors}
        change_connection(self.ledger, "crm", cursors=kept)

    def append(self, entries):
        return self.ledger.append(entries, self.clock.now())

    def delivery(self, happened, at=None):
        """The webhook of a change."""
        moment = self.clock.now() if at is None else at
        sent = Happened(happened.deal, happened.what, happened.event, moment, happened.number)
        return self.source.simulator.hook(self.crm, sent, HOOKS, self.values)

    def wrong(self):
        """What the ledger lacks of the truth, and what it has too much."""
        true = {each: self.source.truth(self.crm, each) for each in self.crm.pipelines}
        return wrong(self.ledger, self.connection, true)

    def close(self):
        self.ledger.close()


def change_everything(crm, tick, *, merges=True):
    """One change of every sort, to deals that stand open; tells what was done to which deal."""
    standing = [
        each
        for each in crm.deals.values()
        if each.deleted_at is None
        and each.now("stage") in {"10", "11"}
        and each.now("pipeline") == "1"
    ]
    closed = [
        each
        for each in crm.deals.values()
        if each.deleted_at is None and each.now("stage") in {"18", "19"}
    ]
    moved, priced, handed, gone, merged, other, twice = standing[:7]
    tick(1_000)
    crm.set(moved.id, "stage", "12")
    crm.set(priced.id, "amount", "4321")
    crm.set(handed.id, "owner", "5" if handed.now("owner") != "5" else "4")
    tick(1_000)
    crm.delete(gone.id)
    if merges:
        crm.merge(merged.id, moved.id)
    crm.set(closed[0].id, "stage", "10")
    crm.set(other.id, "pipeline", "2")
    crm.set(other.id, "stage", "21")
    crm.set(twice.id, "stage", "13")
    crm.set(twice.id, "stage", "19")
    tick(1_000)
    crm.create("1", 987.0, "2")
    tick(1_000)
