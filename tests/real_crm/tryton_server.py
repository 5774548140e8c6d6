"""A real Tryton on this machine, with a database of its own."""

import contextlib
import socket
import sqlite3
import subprocess
import time

import httpx2
from preparing import DATABASE, TEMPLATE, configuration, program

PATIENCE = 120.0
"""Seconds in which it must have started, also where the machine has much else to do."""


@contextlib.contextmanager
def served(folder):
    """The address of a Tryton with an empty database in a folder."""
    copied(TEMPLATE / f"{DATABASE}.sqlite", folder / f"{DATABASE}.sqlite")
    port = free_port()
    settings = folder / "trytond.conf"
    settings.write_text(configuration(folder, port))
    with (folder / "trytond.log").open("w") as log:
        # A database that is not named is not ready for the first log-in.
        server = subprocess.Popen(  # noqa: S603 (our own environment)
            [program("trytond"), "-c", str(settings), "-d", DATABASE],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, server, folder / "trytond.log")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def copied(database, copy):
    """Copy a database with what its journal holds."""
    with (
        contextlib.closing(sqlite3.connect(database)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(address, server, log):
    """Wait until it answers."""
    late = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(httpx2.TransportError):
            httpx2.get(address)
            return
        if server.poll() is not None or time.monotonic() > late:
            raise RuntimeError(f"Tryton did not start:\n{log.read_text()}")
        time.sleep(0.1)
