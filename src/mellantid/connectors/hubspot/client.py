"""HubSpot's interface: addresses, paging, and the batches in which deals are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mellantid.connectors.answer import Answer
    from mellantid.connectors.http import Http

DEALS: Final = "/crm/v3/objects/deals"
HISTORY: Final = (
    "dealstage",
    "pipeline",
    "amount",
    "deal_currency_code",
    "hubspot_owner_id",
    "hs_merged_object_ids",
)
PROPERTIES: Final = (*HISTORY, "hs_lastmodifieddate", "closed_lost_reason")
STANDING: Final = ("dealstage", "pipeline", "amount", "hubspot_owner_id")
WITH_HISTORY: Final = 50
"""Deals in one answer where their history is asked for."""
WITHOUT: Final = 100
SEARCH: Final = "search"
OK: Final = 300
NOT_FOUND: Final = 404
SHUT: Final = (401, 403, 404)

Record = dict[str, Any]


class Client:
    """One account's interface.

    Args:
        http: the way out.
        address: of the interface.
        token: of a private app.

    """

    def __init__(self, http: Http, address: str, token: str) -> None:
        self._http = http
        self._address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def __repr__(self) -> str:
        return f"Client({self._address!r})"

    def account(self) -> Record | None:
        """What the account says of itself; None where the token may not read that."""
        answer = self._ask("/account-info/v3/details", known=SHUT)
        return None if answer.status in SHUT else self._document(answer)

    def pipelines(self) -> list[Record]:
        """The deal pipelines that there are, with the stages that there are."""
        found: list[Record] = self._document(self._ask("/crm/v3/pipelines/deals"))["results"]
        return found

    def audit(self, pipeline: str) -> list[Record]:
        """What has been done to a pipeline; nothing where the token may not read that."""
        answer = self._ask(f"/crm/v3/pipelines/deals/{pipeline}/audit", known=SHUT)
        if answer.status in SHUT:
            return []
        found: list[Record] = self._document(answer)["results"]
        return found

    def owners(self, *, archived: bool) -> Iterator[Record]:
        """Those who own, or have owned, records."""
        params = {"limit": 100, "archived": _said(archived)}
        for page in self._pages("/crm/v3/owners", params, ""):
            yield from page["results"]

    def deals(self, *, archived: bool, after: str) -> Iterator[Record]:
        """Pages of deals with their history, by id, from where a page ended."""
        params = {
            "limit": WITH_HISTORY,
            "archived": _said(archived),
            "properties": ",".join(PROPERTIES),
            "propertiesWithHistory": ",".join(HISTORY),
        }
        yield from self._pages(DEALS, params, after)

    def standing(self) -> Iterator[Record]:
        """Pages of deals as they are now, without history."""
        params = {"limit": WITHOUT, "archived": "false", "properties": ",".join(STANDING)}
        yield from self._pages(DEALS, params, "")

    def archived(self) -> Iterator[Record]:
        """Pages of deals that have been deleted in the last 90 days, only with when."""
        params = {"limit": WITHOUT, "archived": "true", "properties": "hs_object_id"}
        yield from self._pages(DEALS, params, "")

    def count(self) -> int | None:
        """How many deals there are; None where that cannot be asked."""
        answer = self._search({"limit": 1, "properties": ["hs_object_id"]})
        total = answer.get("total")
        return total if isinstance(total, int) else None

    def modified(self, since: int, above: str) -> list[str]:
        """The next ids, in order, above one, of deals modified since a moment (ms).

        By id and not by page, so that neither the 10,000 that a search tells of nor what changes
        meanwhile hides anything.
        """
        answer = self._search(
            {
                "limit": WITHOUT,
                "properties": ["hs_object_id"],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "filterGroups": [
                    {
                        "filters": [
                            _filter("hs_lastmodifieddate", "GTE", str(since)),
                            _filter("hs_object_id", "GT", above or "0"),
                        ]
                    }
                ],
            }
        )
        return [str(each["id"]) for each in answer["results"]]

    def read(self, deals: Sequence[str], *, archived: bool) -> list[Record]:
        """Some deals with their history; those that are not there are left out."""
        found: list[Record] = []
        for first in range(0, len(deals), WITH_HISTORY):
            answer = self._http.post(
                f"{self._address}{DEALS}/batch/read",
                params={"archived": _said(archived)},
                json={
                    "inputs": [{"id": deal} for deal in deals[first : first + WITH_HISTORY]],
                    "properties": PROPERTIES,
                    "propertiesWithHistory": HISTORY,
                },
                headers=self._headers,
            )
            # Of a batch of which none is there it says so with 404, of some with 207.
            if answer.status != NOT_FOUND:
                found += self._document(answer)["results"]
        return found

    def _search(self, body: Mapping[str, Any]) -> Record:
        answer = self._http.post(
            f"{self._address}{DEALS}/search", json=body, headers=self._headers, of=SEARCH
        )
        return self._document(answer)

    def _pages(self, path: str, params: Mapping[str, Any], after: str) -> Iterator[Record]:
        while True:
            asked = {**params, "after": after} if after else params
            page = self._document(self._ask(path, asked))
            yield page
            after = _after(page)
            if not after:
                return

    def _ask(
        self, path: str, params: Mapping[str, Any] | None = None, known: Sequence[int] = ()
    ) -> Answer:
        return self._http.get(
            f"{self._address}{path}", params=params, headers=self._headers, known=known
        )

    def _document(self, answer: Answer) -> Record:
        document = answer.json()
        if answer.status >= OK or not isinstance(document, dict):
            said = document.get("message", "") if isinstance(document, dict) else ""
            raise SourceError(
                f"HubSpot refuses what was asked ({answer.status}{': ' if said else ''}"
                f"{str(said)[:200]}): check what the token may read."
            )
        return document


def _after(page: Record) -> str:
    """From where the next page begins; empty where there is none."""
    following = (page.get("paging") or {}).get("next") or {}
    return str(following.get("after") or "")


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _said(value: bool) -> str:
    return "true" if value else "false"
