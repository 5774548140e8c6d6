"""Salesforce as a connector."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from mellantid.connectors.connector import DAY, ForgedError, Window
from mellantid.connectors.salesforce import changes
from mellantid.connectors.salesforce.back_fill import FEW, BackFill
from mellantid.connectors.salesforce.bulk import MOST_JOBS, Bulk
from mellantid.connectors.salesforce.client import Client
from mellantid.connectors.salesforce.organisation import KIND, Organisation, organisation
from mellantid.connectors.salesforce.passed import Passed
from mellantid.connectors.salesforce.people import people
from mellantid.connectors.salesforce.pipelines import pipelines
from mellantid.connectors.salesforce.reading import Deals
from mellantid.connectors.salesforce.rows import MASTER, number, text, truth
from mellantid.connectors.salesforce.settings import Settings
from mellantid.connectors.salesforce.soql import select
from mellantid.connectors.told import Glimpse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mellantid.connectors.http import Http
    from mellantid.connectors.salesforce.client import Record
    from mellantid.connectors.told import (
        Cursor,
        DealTold,
        Delivery,
        Hint,
        Page,
        PersonTold,
        PipelineTold,
    )


class Salesforce:
    """Reads opportunities of one organisation; see `Connector`.

    Args:
        settings: how it is reached.
        http: the way out to the network.
        now: gives the present moment, ms UTC.
        sleep: waits some seconds for a bulk job.

    """

    def __init__(
        self,
        settings: Settings,
        http: Http,
        now: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._now = settings, now
        self._client = Client(settings, http, now)
        self._bulk = Bulk(self._client, sleep)
        self._passed = Passed(self._client, now)

    @property
    def limits(self) -> tuple[Window, ...]:
        """The requests and jobs of a day that we may send; Salesforce has no shorter window."""
        return (Window(self._settings.requests, DAY), MOST_JOBS)

    def account(self) -> str:
        """The organisation's name, and whether it is a sandbox."""
        query = select(("Name", "OrganizationType", "IsSandbox"), "Organization")
        record = next(self._client.records(query), {})
        self._has  # noqa: B018 (fails here, where a person sees it, if opportunities are not shown)
        kind = "Sandbox" if truth(record, "IsSandbox") else text(record, "OrganizationType")
        return f"{text(record, 'Name')} ({kind})"

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """The record types with their stages."""
        return pipelines(self._client, self._has, self._passed.by_pipeline(self._has))

    def people(self) -> tuple[PersonTold, ...]:
        """The users who may own opportunities, or have done so."""
        return people(self._client, self._settings.team)

    def start(self) -> Cursor:
        """The newest change there is, less the overlap."""
        return changes.start(self._client)

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All opportunities in the order of their creation."""
        yield from BackFill(self._client, self._bulk, self._deals).pages(cursor)

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """The opportunities changed since."""
        yield from changes.changed(self._client, self._deals, cursor)

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Some opportunities; one that has left the recycle bin too is not known any more."""
        return self._deals.some(deals)

    def glimpses(self) -> Iterator[Glimpse]:
        """How every opportunity stands: by a bulk job where there are many."""
        more = (KIND,) if self._has.record_types else ()
        query = select(("Id", "StageName", "Amount", "OwnerId", *more), "Opportunity")
        for record in self._many(query):
            yield Glimpse(
                text(record, "Id"),
                text(record, KIND) or MASTER,
                text(record, "StageName"),
                number(record, "Amount"),
                text(record, "OwnerId"),
            )

    def hint(self, delivery: Delivery) -> Hint:
        """Salesforce sends none.

        Raises:
            ForgedError: always.

        """
        raise ForgedError(
            f"Salesforce sends no webhooks that can be verified; {len(delivery.body)} bytes came."
        )

    @cached_property
    def _has(self) -> Organisation:
        return organisation(self._client)

    @cached_property
    def _deals(self) -> Deals:
        return Deals(self._client, self._has, self._settings.currency, self._now)

    def _many(self, query: str) -> Iterator[Mapping[str, str]] | Iterator[Record]:
        if self._client.count(select(("COUNT()",), "Opportunity")) <= FEW:
            return self._client.records(query)
        return self._bulk.records(self._bulk.begin(query))


def make(values: Mapping[str, str], http: Http, now: Callable[[], int]) -> Salesforce:
    """A connector from the values that a person gives.

    Raises:
        SourceError: something is missing or cannot be.

    """
    return Salesforce(Settings.of(values), http, now)
