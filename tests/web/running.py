"""An app on a port of this machine, as long as it is needed."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from mellantid.web.app import application

PATIENCE = 20.0


def running_app(database, now, port=None):
    """Serve a database, at a port that is free or at this one; gives the address."""
    return running(application(database, now), port)


@contextmanager
def running(app, port=None):
    """Serve an application, at a port that is free or at this one; gives the address."""
    if port is None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="error",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise AssertionError("The app does not start.")
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(PATIENCE)
