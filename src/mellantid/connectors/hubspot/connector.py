"""The way to one HubSpot account."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import DAY, Window
from mellantid.connectors.hubspot.client import SEARCH, Client
from mellantid.connectors.hubspot.hooks import hint_of
from mellantid.connectors.hubspot.reading import (
    deal_told,
    glimpse_of,
    merged_into,
    moment,
    person_told,
    pipeline_told,
)
from mellantid.connectors.told import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mellantid.connectors.http import Http
    from mellantid.connectors.hubspot.client import Record
    from mellantid.connectors.told import (
        Cursor,
        DealTold,
        Delivery,
        Glimpse,
        Hint,
        PersonTold,
        PipelineTold,
    )

OVERLAP: Final = 300_000
"""How far (ms) each search for changes reaches back: the index lags some seconds, clocks differ."""
SEARCHES: Final = 5
A_DAY: Final = 250_000
TOGETHER: Final = 100


class HubSpot:
    """See `connector.Connector`.

    Args:
        values: what a person gave, by the fields of `KIND`.
        http: the way out.
        now: gives the present moment (ms).

    """

    def __init__(self, values: Mapping[str, str], http: Http, now: Callable[[], int]) -> None:
        self._client = Client(http, values["address"], values["token"])
        self._client_secret = values.get("client_secret", "")
        self._requests = int(values["requests"])
        self._now = now

    @property
    def limits(self) -> tuple[Window, ...]:
        """Requests in 10 s by subscription, searches in a second, and the smallest day's budget."""
        return (
            Window(self._requests, 10.0),
            Window(SEARCHES, 1.0, SEARCH),
            Window(A_DAY, DAY),
        )

    def account(self) -> str:
        """The account's number, and where it is."""
        if self._details is None:
            # That it may not be asked is no reason to stop; a token that is none is.
            self._client.pipelines()
            return "a HubSpot account"
        said = (self._details.get("portalId"), self._details.get("uiDomain"))
        return " ".join(str(each) for each in said if each)

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """The deal pipelines."""
        records = self._client.pipelines()
        return tuple(
            pipeline_told(each, self._client.audit(str(each["id"])))
            for each in sorted(records, key=lambda each: each.get("displayOrder") or 0)
        )

    def people(self) -> tuple[PersonTold, ...]:
        """Owners, also archived ones; one who is both is as now."""
        found = {
            str(each["id"]): person_told(each)
            for archived in (True, False)
            for each in self._client.owners(archived=archived)
        }
        return tuple(found.values())

    def start(self) -> Cursor:
        """Now."""
        return {"since": self._now() - OVERLAP, "deleted": self._now() - OVERLAP}

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """First all that are there, by id, then those deleted."""
        at: Cursor = dict(cursor or {"archived": False, "after": "", "done": 0})
        if "of" not in at:
            at["of"] = self._client.count()
        while not at.get("over"):
            for page in self._client.deals(archived=at["archived"], after=at["after"]):
                following = ((page.get("paging") or {}).get("next") or {}).get("after")
                at = {**at, "after": following or "", "done": at["done"] + len(page["results"])}
                if not following:
                    at |= {"archived": True, "over": at["archived"]}
                yield Page(self._told(page["results"]), at, at["done"], at["of"])

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """Deals modified since, by id, then those deleted since."""
        begun = int(cursor.get("begun") or self._now())
        above = str(cursor.get("above") or "")
        done = 0
        while ids := self._client.modified(cursor["since"], above):
            above, done = ids[-1], done + len(ids)
            at = {**cursor, "begun": begun, "above": above}
            yield Page(self.read(ids), at, done)
        gone = self._deleted(cursor["deleted"])
        after = {"since": begun - OVERLAP, "deleted": begun - OVERLAP}
        for first in range(0, len(gone), TOGETHER):
            part = gone[first : first + TOGETHER]
            last = first + TOGETHER >= len(gone)
            done += len(part)
            yield Page(self.read(part), after if last else dict(cursor), done)
        if not gone:
            yield Page((), after, done)

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Deals with their history, deleted and merged ones too."""
        records = self._client.read(deals, archived=False)
        found = {str(each["id"]) for each in records}
        missing = [each for each in deals if each not in found]
        if missing:
            gone = self._client.read(missing, archived=True)
            records += [each for each in gone if str(each["id"]) in missing]
        return self._told(records)

    def glimpses(self) -> Iterator[Glimpse]:
        """Every deal that is there."""
        for page in self._client.standing():
            yield from map(glimpse_of, page["results"])

    def hint(self, delivery: Delivery) -> Hint:
        """What a webhook hints at."""
        return hint_of(delivery, self._client_secret)

    def _deleted(self, since: int) -> list[str]:
        """Ids of deals that were deleted since a moment: the list of them cannot be searched."""
        return [
            str(each["id"])
            for page in self._client.archived()
            for each in page["results"]
            if each.get("archivedAt") and moment(each["archivedAt"]) >= since
        ]

    def _told(self, records: Sequence[Record]) -> tuple[DealTold, ...]:
        """Deals, and those that were merged into them."""
        merged = {deal.id: deal for each in records for deal in merged_into(each)}
        told = {str(each["id"]): deal_told(each, self._currency) for each in records}
        return tuple({**merged, **told}.values())

    @cached_property
    def _details(self) -> Record | None:
        return self._client.account()

    @property
    def _currency(self) -> str:
        """What the account counts in."""
        return str((self._details or {}).get("companyCurrency") or "")
