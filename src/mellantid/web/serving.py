"""Running the app until somebody stops it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from mellantid.web.herald import Herald
from mellantid.web.postman import Postman

if TYPE_CHECKING:
    import socket

    from starlette.applications import Starlette


SWITCH: Final = 0.001
LEAVING: Final = 10
"""Seconds that requests have to end in when the process is told to stop."""


def serve(app: Starlette, host: str, port: int) -> None:
    """Answer requests until the process is told to stop."""
    # Whoever answers gives the interpreter back soon: a page that is computed holds no stream up.
    sys.setswitchinterval(SWITCH)
    import uvicorn  # noqa: PLC0415 (only who serves needs a server)

    office, postman = app.state.asking.office, Postman(app.state.asking)
    herald = Herald(app.state.asking)

    class Server(uvicorn.Server):
        """A server that asks the open streams to end before it waits for them."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            office.close()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=LEAVING,
    )
    postman.start()
    herald.start()
    try:
        Server(config).run()
    finally:
        herald.stop()
        postman.stop()
