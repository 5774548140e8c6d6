"""The way in: a token that is renewed when it has ended, queries page by page, what is refused.

Salesforce tells of errors by a list of `errorCode` and `message`. A day's requests are counted for
the whole organisation in `Sforce-Limit-Info`; some are left to its other programs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import NotLetInError, SourceError, SpentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mellantid.connectors.answer import Answer
    from mellantid.connectors.http import Http
    from mellantid.connectors.salesforce.settings import Settings

Record = dict[str, Any]

VERSION: Final = "v62.0"
"""Of the interface; Salesforce keeps one for at least three years."""
ROOT: Final = f"/services/data/{VERSION}"
WRONG, UNAUTHORISED, FORBIDDEN, ABSENT = 400, 401, 403, 404
JUDGED: Final = (UNAUTHORISED, FORBIDDEN)
SHARE: Final = 0.9
"""Of the organisation's requests: beyond it the rest is left to its other programs."""
LATER: Final = 3_600_000
"""Milliseconds after which it is seen whether there are requests again: the day slides."""
USAGE: Final = re.compile(r"api-usage=(\d+)/(\d+)")


class Client:
    """Asks one organisation.

    Args:
        settings: how it is reached.
        http: the way out to the network.
        now: gives the present moment, ms UTC.

    """

    def __init__(self, settings: Settings, http: Http, now: Callable[[], int]) -> None:
        self._settings, self._http, self._now = settings, http, now
        self._token = settings.token
        self._full_until = 0

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Ask for something under the interface's root."""
        return self._judged(self._answered("GET", path, {"params": params}))

    def find(self, path: str) -> Answer | None:
        """As `get`; None where there is no such thing for us."""
        answer = self._answered("GET", path, {})
        return None if answer.status == ABSENT else self._judged(answer)

    def post(self, path: str, document: Record, of: str = "") -> Answer:
        """Send a document, which may come twice; `of` is the sort of request (`Window.of`)."""
        return self._judged(self._answered("POST", path, {"json": document, "of": of}))

    def pages(self, query: str, *, deleted: bool = False) -> Iterator[list[Record]]:
        """The records that answer a query, some thousands at a time.

        Args:
            query: in SOQL.
            deleted: whether those in the recycle bin are among them.

        """
        answer = self.get("/queryAll" if deleted else "/query", {"q": query})
        while True:
            document = _document(answer)
            yield document["records"]
            if document.get("done", True):
                return
            path = str(document["nextRecordsUrl"])
            _, found, rest = path.partition(f"{ROOT}/")
            if not found:
                raise SourceError(
                    "Salesforce names a next page that is not its own: try again later."
                )
            answer = self.get(f"/{rest}")

    def records(self, query: str, *, deleted: bool = False) -> Iterator[Record]:
        """As `pages`, one record after another."""
        for page in self.pages(query, deleted=deleted):
            yield from page

    def count(self, query: str, *, deleted: bool = False) -> int:
        """The number that a query with COUNT() alone answers."""
        answer = self.get("/queryAll" if deleted else "/query", {"q": query})
        return int(_document(answer)["totalSize"])

    def _answered(self, method: str, path: str, more: Mapping[str, Any]) -> Answer:
        """What is answered, with a new token where the one at hand has ended."""
        if self._now() < self._full_until:
            raise self._spent()
        answer = self._sent(method, path, more)
        if answer.status == UNAUTHORISED and self._settings.client_id:
            self._token = ""
            answer = self._sent(method, path, more)
        self._heed(answer)
        return answer

    def _sent(self, method: str, path: str, more: Mapping[str, Any]) -> Answer:
        if not self._token:
            self._token = self._new_token()
        return self._http.ask(
            method,
            f"{self._settings.address}{ROOT}{path}",
            headers={"Authorization": f"Bearer {self._token}"},
            known=JUDGED,
            **more,
        )

    def _new_token(self) -> str:
        """A token by the client-credentials flow."""
        answer = self._http.post(
            f"{self._settings.address}/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._settings.client_id,
                "client_secret": self._settings.client_secret,
            },
            known=JUDGED,
        )
        if answer.status >= WRONG:
            raise NotLetInError(
                f"Salesforce gives no token ({_code(answer)}): check client_id and client_secret, "
                "and that the app has the client-credentials flow and a user to run as."
            )
        document = answer.json()
        if not isinstance(document, dict) or not document.get("access_token"):
            raise SourceError("Salesforce gives no token: check that the address is My Domain's.")
        return str(document["access_token"])

    def _judged(self, answer: Answer) -> Answer:
        """The answer, where it is one."""
        if answer.status < WRONG:
            return answer
        code, message = _code(answer), _message(answer)
        if code == "REQUEST_LIMIT_EXCEEDED":
            if "Concurrent" in message:
                raise SourceError(
                    "Salesforce is busy with long requests of this organisation: it will be asked "
                    "again later."
                )
            self._full_until = self._now() + LATER
            raise self._spent()
        if answer.status == UNAUTHORISED:
            raise NotLetInError(
                f"Salesforce does not take the token ({code}): it may have ended; give a new one, "
                "or the app's client_id and client_secret, by which it is renewed."
            )
        if answer.status == FORBIDDEN:
            raise NotLetInError(
                f"Salesforce does not let us read this ({code}): give the user that the token is "
                "for the permissions API Enabled and View All on opportunities."
            )
        raise SourceError(f"Salesforce refuses {answer.where} ({code}): {message}")

    def _heed(self, answer: Answer) -> None:
        """Stop for a while where the organisation's requests of the day are nearly used up."""
        found = USAGE.search(answer.headers.get("sforce-limit-info", ""))
        if found and int(found[1]) >= SHARE * int(found[2]):
            self._full_until = self._now() + LATER

    def _spent(self) -> SpentError:
        return SpentError(
            "Salesforce's requests of this day are nearly used up for the whole organisation: the "
            "reading goes on by itself when there are new ones.",
            self._full_until,
        )


def _document(answer: Answer) -> Record:
    document = answer.json()
    if not isinstance(document, dict) or not isinstance(document.get("records"), list):
        raise SourceError(
            "Salesforce answers a query with something else: check that the address is My Domain's."
        )
    return document


def _first(answer: Answer) -> Record:
    """The first error of an answer, as far as it has one."""
    try:
        document = answer.json()
    except SourceError:
        return {}
    found = document[0] if isinstance(document, list) and document else document
    return found if isinstance(found, dict) else {}


def _code(answer: Answer) -> str:
    told = _first(answer)
    return str(told.get("errorCode") or told.get("error") or answer.status)[:80]


def _message(answer: Answer) -> str:
    return " ".join(str(_first(answer).get("message") or "no reason given").split())[:300]
