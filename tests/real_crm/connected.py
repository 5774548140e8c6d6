"""A workspace that is connected to a real CRM, and what its ledger and its commands tell."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from mellantid.access.sealing import Seal
from mellantid.connectors.keeping import add_connection, find_connection, new_connection
from mellantid.connectors.opening import opened
from mellantid.connectors.tryton import KIND
from mellantid.workspace import Workspace

COMMAND = Path(sys.executable).with_name("mellantid")


def now():
    return time.time_ns() // 1_000_000


class Connected:
    """A workspace that is connected to it."""

    def __init__(self, folder, values):
        self.path = folder / "mellantid.db"
        self.seal = Seal(self.path, {})
        self.workspace = Workspace.open(self.path, create=True)
        made = new_connection(KIND, "crm", values, self.seal, now())
        add_connection(self.workspace.ledger, made)

    def sync(self):
        return opened(self.workspace, "crm", self.seal, now)

    @property
    def connection(self):
        return find_connection(self.workspace.ledger, "crm")

    def fill(self):
        with self.sync() as sync:
            sync.connect()
            result = sync.back_fill()
        assert result.whole
        assert not result.refused
        return result

    def catch_up(self):
        with self.sync() as sync:
            return sync.catch_up()

    def told(self, deal):
        """What holds of a deal, in order: what happened, and what was said with it."""
        rows = self.workspace.ledger.rows(
            "SELECT kind, stage, amount, currency, owner, reason FROM entry WHERE deal = ? "
            "AND kind <> 'retracted' AND key NOT IN "
            "(SELECT refers_to FROM entry WHERE refers_to IS NOT NULL) "
            "ORDER BY occurred_at, sequence, id",
            (str(deal),),
        )
        return [tuple(each for each in row if each is not None) for row in rows]

    def moments(self, deal):
        rows = self.workspace.ledger.rows(
            "SELECT occurred_at FROM entry WHERE deal = ? ORDER BY occurred_at, sequence",
            (str(deal),),
        )
        return [row[0] for row in rows]


class Commands:
    """The commands of mellantid on a database, as a person types them."""

    def __init__(self, database, password):
        self._database = database
        self._more = {"MELLANTID_CONNECT_PASSWORD": password}

    def run(self, *command):
        """What a command prints."""
        done = subprocess.run(  # noqa: S603 (our own)
            [COMMAND, *command, "--db", self._database],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | self._more,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def answer(self, *command):
        """The JSON document that a command prints."""
        return json.loads(self.run(*command, "--json"))
