"""Pipedrive's interface as far as it is read: addresses, costs in tokens, pages, refusals.

Costs are those of the vendor's own description of the interface (`x-token-cost`); see
`docs/connectors/pipedrive.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mellantid.connectors.answer import redacted
from mellantid.connectors.connector import DAY, SourceError, SpentError, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from mellantid.connectors.answer import Answer
    from mellantid.connectors.http import Http

Record = dict[str, Any]

OWN: Final = ".pipedrive.com"
HOURLY: Final = 3_600_000
TOO_MANY: Final = 429
BURST: Final = 2.0
"""Seconds of the short window, which counts requests."""
PLAIN: Final = 20
"""Requests in the short window of the smallest plan; the others have a multiple of it."""
SHARES: Final = {20: 11, 1: 4, 10: 2, 5: 1, 2: 1, 40: 1}
"""How many of these the requests of each cost have. The day counts tokens and the short window
requests: a window for each cost can be told in both."""
LARGEST: Final = 500
"""Entries that a page may have."""
LEFT: Final = "x-daily-ratelimit-token-remaining"
"""The header with what is left of the company's day, for all that reads there together."""

COSTS: Final = {
    "/api/v1/users/me": 2,
    "/api/v1/users": 20,
    "/api/v1/legacyTeams": 20,
    "/api/v1/deals/summary": 40,
    "/api/v2/pipelines": 5,
    "/api/v2/stages": 5,
    "/api/v2/deals": 10,
    "/api/v2/deals/archived": 20,
}
ONE_DEAL: Final = 1
CHANGELOG: Final = 20


def base_of(domain: str) -> str:
    """Where a company's interface is, from what a person gives.

    Args:
        domain: such as "acme", "acme.pipedrive.com" or that page's address; a simulator on this
            machine by its address.

    Raises:
        SourceError: it is none of these.

    """
    given = domain.strip().rstrip("/")
    parts = urlsplit(given if "://" in given else f"https://{given}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if host in {"127.0.0.1", "localhost"} and "://" in given:
        return f"{parts.scheme}://{parts.netloc}"
    name = host.removesuffix(OWN)
    if (
        port is not None
        or parts.username
        or not (name.isascii() and name.replace("-", "").isalnum())
    ):
        raise SourceError(
            "The company domain is none: give what stands before .pipedrive.com in the address "
            "that you log in to."
        )
    return f"https://{name}{OWN}"


def windows(burst: int, daily_budget: int) -> tuple[Window, ...]:
    """The limits: of each cost's requests in two seconds, and of the day's tokens."""
    short = (
        Window(burst // PLAIN * share * cost, BURST, of=str(cost)) for cost, share in SHARES.items()
    )
    return (*short, Window(daily_budget, DAY))


class Client:
    """Asks one company's interface.

    Args:
        base: where it is, see `base_of`.
        token: of a user who sees all deals.
        http: the way out to the network.
        now: gives the present moment, ms UTC.

    """

    def __init__(self, base: str, token: str, http: Http, now: Callable[[], int]) -> None:
        self.base = base
        self._token = token
        self._http = http
        self._now = now
        self._left: int | None = None
        self._until = 0

    def one(self, path: str, cost: int | None = None) -> Record | None:
        """One record; None where there is none."""
        answer = self._ask(path, {}, COSTS[path] if cost is None else cost)
        if answer.status in {404, 410}:
            return None
        found = self._document(answer)["data"]
        return found if isinstance(found, dict) else None

    def all(
        self, path: str, params: Mapping[str, Any] | None = None, known: Collection[int] = ()
    ) -> list[Record]:
        """All entries of a list; none where the answer has one of the statuses `known`."""
        answer = self._ask(path, params or {}, COSTS[path], known)
        if answer.status in known:
            return []
        found = list(_entries(document := self._document(answer)))
        while cursor := _following(document):
            more = {**(params or {}), "cursor": cursor}
            document = self._document(self._ask(path, more, COSTS[path]))
            found += _entries(document)
        return found

    def page(self, path: str, params: Mapping[str, Any]) -> tuple[list[Record], str | None]:
        """One page of a list, and the cursor of the one that follows it."""
        document = self._document(self._ask(path, params, COSTS[path]))
        return list(_entries(document)), _following(document)

    def changelog(self, deal: int, *, deleted: bool = False) -> list[Record] | None:
        """What has changed in a deal, as it is listed; None where a deleted one has lost it."""
        path = f"/api/v1/deals/{deal}/changelog"
        found: list[Record] = []
        params: dict[str, Any] = {"limit": LARGEST}
        while True:
            answer = self._ask(path, params, CHANGELOG, (403,) if deleted else ())
            if deleted and answer.status in {403, 404, 410}:
                return None
            document = self._document(answer)
            found += _entries(document)
            cursor = _following(document)
            if not cursor:
                return found
            params["cursor"] = cursor

    def _ask(
        self, path: str, params: Mapping[str, Any], cost: int, known: Collection[int] = ()
    ) -> Answer:
        spent = self._left is not None and self._left < cost
        if spent and self._now() < self._until:
            raise self._spent()
        answer = self._http.get(
            f"{self.base}{path}",
            params=params,
            headers={"x-api-token": self._token, "accept": "application/json"},
            cost=cost,
            of=str(cost),
            known=(*known, TOO_MANY) if spent else known,
        )
        left = answer.headers.get(LEFT, "")
        self._left = int(left) if left.isdecimal() else self._left
        # The day ends at midnight where the company's server stands, which is not told: whether
        # there are new tokens is looked each full hour.
        self._until = (self._now() // HOURLY + 1) * HOURLY
        if answer.status == TOO_MANY:
            raise self._spent()
        return answer

    def _spent(self) -> SpentError:
        return SpentError(
            "Pipedrive's tokens of today are used up, by all that reads there together: the "
            "reading goes on by itself when there are new ones; Company settings > API usage "
            "shows what takes them.",
            self._until,
        )

    def _document(self, answer: Answer) -> Record:
        """The document of an answer that is well."""
        if answer.status == 402:
            raise SourceError(
                "The Pipedrive account is not open (402): look at its billing, then try again."
            )
        document = answer.json()
        if answer.status >= 400 or not isinstance(document, dict) or not document.get("success"):
            said = document.get("error") if isinstance(document, dict) else None
            why = redacted(str(said or "without a reason"), (self._token,))[:200]
            raise SourceError(
                f"Pipedrive did not answer {answer.where} ({answer.status}, {why}): try again "
                "later, or look whether the token's user may see this."
            )
        return document


def _entries(document: Record) -> Iterator[Record]:
    """The records of a list; Pipedrive says null where there are none."""
    data = document.get("data")
    return (each for each in (data if isinstance(data, list) else ()) if isinstance(each, dict))


def _following(document: Record) -> str | None:
    """The cursor of the next page."""
    more = document.get("additional_data")
    cursor = more.get("next_cursor") if isinstance(more, dict) else None
    return cursor if isinstance(cursor, str) and cursor else None
