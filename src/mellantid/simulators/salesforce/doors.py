"""Who is let in, and how many requests of the day are left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.simulators.salesforce.objects import Options

DAY: Final = 86_400_000
LONGEST: Final = 16_384
"""Bytes that an address and its headers may have together."""


@dataclass(frozen=True)
class Keys:
    """What opens the organisation: an app's id and secret, or a ready token that does not end."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def refusal(status: int, code: str, message: str) -> JSONResponse:
    """An error in Salesforce's shape: a list of one."""
    return JSONResponse([{"message": message, "errorCode": code}], status)


class Doors:
    """The tokens that are good, and the requests that have been answered in the last 24 hours.

    Args:
        now: gives the present moment, ms UTC.
        keys: what opens it.
        options: what the organisation has.

    """

    def __init__(self, now: Callable[[], int], keys: Keys, options: Options) -> None:
        self._now, self._keys, self._options = now, keys, options
        self._until: dict[str, int] = {}
        self._asked: deque[int] = deque()
        self._given = 0

    @property
    def used(self) -> int:
        """Requests of the last 24 hours."""
        now = self._now()
        while self._asked and self._asked[0] <= now - DAY:
            self._asked.popleft()
        return len(self._asked)

    def expire(self) -> None:
        """Let every token that was given end now."""
        self._until.clear()

    def token(self, form: dict[str, Any]) -> Response:
        """A token for an id and a secret, as the client-credentials flow gives it."""
        if form.get("grant_type") != "client_credentials":
            return _oauth(400, "unsupported_grant_type", "grant type not supported")
        if not self._keys.client_id or form.get("client_id") != self._keys.client_id:
            return _oauth(400, "invalid_client_id", "client identifier invalid")
        if form.get("client_secret") != self._keys.client_secret:
            return _oauth(401, "invalid_client", "invalid client credentials")
        self._given += 1
        token = f"00Dsimulated!given-{self._given}"
        self._until[token] = self._now() + int(self._options.life * 1_000)
        told = {"access_token": token, "token_type": "Bearer", "scope": "api"}
        return JSONResponse({**told, "issued_at": str(self._now())})

    def refused(self, request: Request) -> Response | None:
        """Why a request is not answered; None: it is, and counts."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        ready = bool(token) and token == self._keys.token
        good = ready or self._until.get(token, 0) > self._now()
        if scheme.lower() != "bearer" or not good:
            return refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self.used >= self._options.daily:
            return refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self._asked.append(self._now())
        return self._too_long(request)

    def _too_long(self, request: Request) -> Response | None:
        address = len(str(request.url))
        if address > LONGEST:
            return refusal(414, "URI_TOO_LONG", "The URI is too long.")
        if address + sum(len(n) + len(v) for n, v in request.headers.items()) > LONGEST:
            return refusal(431, "HEADERS_TOO_LARGE", "The request header fields are too large.")
        return None


def _oauth(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": code, "error_description": message}, status)
