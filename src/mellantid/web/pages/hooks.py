"""Webhooks: what a CRM posts to us. A genuine one is a hint; others are refused and logged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mellantid.connectors.connector import ForgedError, ImpossibleError
from mellantid.connectors.following import checked
from mellantid.connectors.keeping import is_connection
from mellantid.connectors.syncing import LARGEST
from mellantid.connectors.told import Delivery
from mellantid.errors import MellantidError
from mellantid.letters.post import read_post
from mellantid.web.following import seal_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.web.asking import Asking
    from mellantid.web.following import Follower

HERE: Final = "/hooks"
HANDS: Final = 4
"""Webhooks that are looked at at once: anybody may send one, and the pages need threads too."""

log = logging.getLogger("mellantid.hooks")


async def hook(request: Request) -> Response:
    """Take a webhook in, or refuse it."""
    name = request.path_params["name"]
    body = await _body(request)
    if body is None:
        log.warning("A webhook for %r was refused: it is larger than %d bytes.", name, LARGEST)
        return PlainTextResponse("The webhook is too large.", 413)
    state = request.app.state
    if not hasattr(state, "hands"):
        state.hands = anyio.CapacityLimiter(HANDS)
    return await anyio.to_thread.run_sync(_taken, request, name, body, limiter=state.hands)


async def _body(request: Request) -> bytes | None:
    """The bytes that were sent; None: too many, of which no more are read."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > len(str(LARGEST)) or int(length) > LARGEST:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _taken(request: Request, name: str, body: bytes) -> Response:
    asking: Asking = request.app.state.asking
    follower: Follower = request.app.state.follower
    with asking.workspace() as workspace:
        if not is_connection(workspace.ledger, name):
            log.warning("A webhook for %r was refused: there is no such connection.", name)
            return PlainTextResponse("There is no such connection.", 404)
        delivery = Delivery(
            method=request.method,
            url=_address(request, read_post(workspace.ledger).address),
            headers={key.lower(): value for key, value in request.headers.items()},
            body=body,
            at=asking.now(),
        )
    try:
        # Whoever sends it may be nobody we know: as little as can be is done before it is checked.
        with asking.workspace() as workspace:
            hint = checked(workspace, name, seal_of(asking), delivery, asking.now)
        if hint is not None and hint.told:
            # Nobody can be asked again: it is answered once it is kept.
            with follower.alone(name) as sync:
                sync.follow(hint)
            hint = None
    except ImpossibleError as error:
        log.warning("A webhook for %r says what cannot be: %s", name, error)
        return PlainTextResponse(str(error), 422)
    except ForgedError as error:
        log.warning("A webhook for %r was refused: %s", name, error)
        return PlainTextResponse(str(error), 401)
    except MellantidError as error:
        log.warning("A webhook for %r could not be taken in: %s", name, error)
        return PlainTextResponse("It cannot be taken in now: send it again later.", 503)
    if hint is not None:
        follower.hint(name, hint)
    return PlainTextResponse("", 200)


def _address(request: Request, known: str) -> str:
    """The address that the sender called: it signs that one, whatever stands before us."""
    url = request.url
    query = f"?{url.query}" if url.query else ""
    return f"{known}{url.path}{query}" if known else str(url)


ROUTES: Final = [Route(HERE + "/{name}", hook, methods=["POST"])]
