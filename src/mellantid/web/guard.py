"""The guard at the door: who asks, is a form ours, and what a browser may do with a page."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse

from mellantid.access import session_account, token_account
from mellantid.access.secrets_kept import fingerprint

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mellantid.access import Account
    from mellantid.access import Scope as Right
    from mellantid.web.asking import Asking

COOKIE: Final = "mellantid"
OPEN: Final = ("/login", "/static/", "/welcome", "/health", "/hooks/")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def form_token(secret: str) -> str:
    """What a session's forms carry, so that no other site can send one in its name.

    It is veiled, by other random bytes each time: the length of a compressed page that has it tells
    nothing of it to who may choose other parts of the page (BREACH).
    """
    own = _of_forms(secret)
    veil = secrets.token_bytes(len(own))
    return (veil + _veiled(own, veil)).hex()


def is_form_of(secret: str, sent: str) -> bool:
    """Whether a form was one of the session's own; who has no session, as a token, has no forms."""
    try:
        told = bytes.fromhex(sent)
    except ValueError:
        return False
    half = len(told) // 2
    own = _veiled(told[half:], told[:half]) if len(told) == 2 * half else b""
    return bool(secret) and hmac.compare_digest(_of_forms(secret), own)


def _of_forms(secret: str) -> bytes:
    return bytes.fromhex(fingerprint(f"{secret}:form"))


def _veiled(text: bytes, veil: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, veil, strict=True))


def same_origin(request: Request) -> bool:
    """Whether a browser says that a request comes from our own pages; others do not say."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


class Guard:
    """Middleware: finds the account, refuses foreign forms, sends who is not logged in to do so.

    Every request has in its state `account` (None where nobody is logged in), `secret` (of the
    session) and `rights` (of the token; None for a person).
    """

    def __init__(self, app: ASGIApp, asking: Asking) -> None:
        self.app = app
        self.asking = asking

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        await run_in_threadpool(self._recognise, request)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if request.state.account is not None:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = _refusal(request)
        await (refusal or self.app)(scope, receive, dressed)

    def _recognise(self, request: Request) -> None:
        state = request.state
        state.account, state.secret, state.rights = None, "", None
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and bearer:
            state.account, state.rights = self._bearer(bearer.strip())
            return
        secret = request.cookies.get(COOKIE, "")
        if not secret:
            return
        with self.asking.workspace() as workspace:
            state.account = session_account(workspace.ledger, secret, self.asking.now())
        state.secret = secret if state.account is not None else ""

    def _bearer(self, secret: str) -> tuple[Account | None, frozenset[Right] | None]:
        with self.asking.workspace() as workspace:
            found = token_account(workspace.ledger, secret)
        return (None, None) if found is None else found


def _refusal(request: Request) -> PlainTextResponse | RedirectResponse | None:
    """What to answer instead of the page; None: let it through."""
    path = request.url.path
    unsafe = request.method not in SAFE
    if unsafe and request.state.rights is None and not same_origin(request):
        return PlainTextResponse("This form was sent from another site.", 403)
    if request.state.account is not None or path.startswith(OPEN):
        return None
    if path.startswith("/api/"):
        return PlainTextResponse(
            "Log in, or send a token: Authorization: Bearer TOKEN.",
            401,
            {"WWW-Authenticate": "Bearer"},
        )
    return RedirectResponse(f"/login?to={path}", 303)
