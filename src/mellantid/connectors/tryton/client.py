"""Tryton's remote procedure calls, as its own clients make them: JSON at `/DATABASE/rpc/`.

A log-in gives the key of a session, which each call carries. Tryton looks through all sessions of
a user at each call and keeps them for a month, so one session serves all connectors of a process.
"""

from __future__ import annotations

import hashlib
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mellantid.connectors.connector import NotLetInError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.connectors.answer import Answer
    from mellantid.connectors.http import Http

LOG_IN: Final = "common.db.login"
SHUT_OUT, MISSING, NOT_ALLOWED, TOO_LARGE, REFUSED = 401, 404, 405, 413, 400
LONGEST: Final = 300
"""Signs of what Tryton says that are passed on."""


class Sessions:
    """The keys of the sessions of this process. Any thread may use it."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._locks: dict[str, threading.Lock] = {}

    def key(self, mark: str) -> str | None:
        """The key of a session; None where there is none."""
        return self._keys.get(mark)

    def forget(self) -> None:
        """Begin with none."""
        self._keys.clear()

    def renewed(self, mark: str, ended: str | None, log_in: Callable[[], str]) -> str:
        """The key of a new session, or of one that another thread has begun meanwhile."""
        with self._locks.setdefault(mark, threading.Lock()):
            there = self._keys.get(mark)
            if there is None or there == ended:
                self._keys[mark] = there = log_in()
            return there


SESSIONS: Final = Sessions()


class RefusedError(SourceError):
    """Tryton refuses a call, such as for a right that the user lacks; the message is its own."""


@dataclass(frozen=True)
class Access:
    """The way into one database.

    Attributes:
        url: of the server.
        database: its name there.
        user: who logs in.
        password: of the user.

    """

    url: str
    database: str
    user: str
    password: str = field(repr=False)

    @property
    def address(self) -> str:
        """Where calls go."""
        return f"{self.url.rstrip('/')}/{quote(self.database, safe='')}/rpc/"

    @property
    def mark(self) -> str:
        """By which a session is found again; it does not tell the password."""
        whole = repr((self.address, self.user, self.password))
        return hashlib.sha256(whole.encode()).hexdigest()


class Rpc:
    """Calls to one database.

    Args:
        http: the way out to the network.
        access: the way in.

    """

    def __init__(self, http: Http, access: Access) -> None:
        self._http = http
        self._access = access

    def call(self, method: str, *params: Any) -> Any:  # noqa: ANN401 (a document may be anything)
        """The result of a call that only reads, so that it may be repeated.

        Raises:
            NotLetInError: the user or the password is wrong.
            RefusedError: the call is refused.
            SourceError: there is no such database, or it does not answer.

        """
        mark = self._access.mark
        key = SESSIONS.key(mark)
        answer = None if key is None else self._post(method, params, key)
        if answer is None or answer.status == SHUT_OUT:
            # Sessions end, and a server may forget them.
            answer = self._post(method, params, SESSIONS.renewed(mark, key, self._log_in))
        if answer.status == SHUT_OUT:
            raise NotLetInError(
                f"Tryton ends the session of {self._access.user!r} at once: look there whether "
                "the user may still log in."
            )
        return self._result(answer)

    def _log_in(self) -> str:
        user, password = self._access.user, self._access.password
        answer = self._post(LOG_IN, (user, {"password": password}))
        if answer.status == SHUT_OUT:
            raise NotLetInError(
                f"Tryton does not let {user!r} in: check the user and the password, then give "
                "them anew."
            )
        found = self._result(answer)
        try:
            number, key = int(found[0]), str(found[1])
        except (TypeError, ValueError, LookupError):
            raise SourceError(
                f"{answer.where} does not answer a log-in as Tryton 8 does: check the address."
            ) from None
        return b64encode(f"{user}:{number}:{key}".encode()).decode()

    def _post(self, method: str, params: tuple[Any, ...], key: str = "") -> Answer:
        return self._http.post(
            self._access.address,
            json={"id": 1, "method": method, "params": list(params)},
            headers={"Authorization": f"Session {key}"} if key else None,
            known=(SHUT_OUT,),
        )

    def _result(self, answer: Answer) -> Any:  # noqa: ANN401 (a document may be anything)
        name = self._access.database
        if answer.status in {MISSING, NOT_ALLOWED}:
            raise SourceError(
                f"{answer.where} is no database of a Tryton 8 ({answer.status}): check the address "
                f"and the name {name!r}, in upper and lower case as there."
            )
        if answer.status == TOO_LARGE:
            raise SourceError(
                f"{answer.where} takes fewer records in one call than are asked for: set "
                "records_limit of its configuration to 1000 or more."
            )
        if answer.status >= REFUSED:
            raise RefusedError(f"{answer.where} refuses a call ({answer.status}).")
        document = answer.json()
        if not isinstance(document, dict) or not {"result", "error"} & document.keys():
            raise SourceError(
                f"{answer.where} does not answer as Tryton 8 does: check the address."
            )
        if "error" in document:
            raise RefusedError(
                f"Tryton refuses: {_said(document['error'])} Check the rights of "
                f"{self._access.user!r}."
            )
        return document["result"]


def _said(error: Any) -> str:  # noqa: ANN401 (as JSON brings it)
    """What Tryton says of an error: its message, without what follows for its programmers."""
    told = error
    if isinstance(error, list) and len(error) > 1 and isinstance(error[1], list):
        told = error[1]
    text = " ".join(str(told[0] if isinstance(told, list) and told else told).split())
    text = text[:LONGEST]
    return text if text.endswith((".", "!", "?")) else f"{text}."
