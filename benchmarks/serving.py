"""A server in a process of its own on the demo, for the benchmarks of the web app."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from mellantid.access import Account, Role, Scope, add_account, issue_token
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVE = "from mellantid.cli import main; main()"
WAIT = 10.0
PEOPLE = {
    Role.ADMIN: None,
    Role.MANAGER: "lars.bergqvist",
    Role.SELLER: "anna.lindqvist",
    Role.VIEWER: None,
}


def moment() -> int:
    """Now, in ms."""
    return time.time_ns() // 1_000_000


def prepare(file: Path) -> dict[Role, str]:
    """Make the demo; give a token that may read and write for each role."""
    company = demo_organisation(3, dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=1))
    with Workspace.open(file, create=True) as workspace:
        set_up(workspace, company, moment())
        workspace.make_plan(None, company.targets[0].first, moment())
        tokens = {}
        for role, person in PEOPLE.items():
            wanted = Account(f"{role}@example.com", role.title(), role, person)
            account = add_account(
                workspace.ledger, wanted, "a password for the benchmark", moment()
            )
            tokens[role] = issue_token(workspace.ledger, account, "bench", Scope, moment())
    return tokens


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(file: Path) -> Iterator[int]:
    """Serve a database; gives the port once it is open."""
    port = free_port()
    command = [sys.executable, "-c", SERVE, "serve", "--db", str(file), "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    try:
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def busy() -> float:
    """How busy others keep the processors: by how much a loop takes longer than it computes, %."""
    begun, own = time.perf_counter(), time.process_time()
    while time.process_time() - own < 0.5:
        pass
    return 100 * ((time.perf_counter() - begun) / 0.5 - 1)
