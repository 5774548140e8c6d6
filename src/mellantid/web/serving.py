"""Running the app until somebody stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette


def serve(app: Starlette, host: str, port: int) -> None:
    """Answer requests until the process is told to stop."""
    import uvicorn  # noqa: PLC0415 (only who serves needs a server)

    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
