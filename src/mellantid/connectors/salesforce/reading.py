"""Deals read whole: opportunities, and the rows of their histories, by lists of ids."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.salesforce.history import told
from mellantid.connectors.salesforce.rows import Handover, Opportunity, Standing
from mellantid.connectors.salesforce.soql import among, quoted, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mellantid.connectors.salesforce.client import Client
    from mellantid.connectors.salesforce.organisation import Organisation
    from mellantid.connectors.told import DealTold

Source = type[Standing] | type[Handover]

AT_ONCE: Final = 200
"""Ids of one query: 27 bytes each in an address, which with its headers may have 16,384."""
IDS: Final = f"DataType = {quoted('EntityId')}"
"""Of each change of a lookup there is one row with ids and one with names."""
RETAINED: Final = 520 * 86_400_000
"""Milliseconds: rows of OpportunityFieldHistory are deleted when they are 18 months old."""


class Deals:
    """Reads the deals of one organisation.

    Args:
        client: the way in.
        has: what the organisation has.
        currency: of all amounts, where it has one currency only.
        now: gives the present moment, ms UTC.

    """

    def __init__(
        self, client: Client, has: Organisation, currency: str, now: Callable[[], int]
    ) -> None:
        self.has = has
        self._client, self._currency, self._now = client, currency, now

    def some(self, deals: Iterable[str]) -> tuple[DealTold, ...]:
        """Deals by their ids, deleted ones too; those that there are not are left out."""
        found: list[Opportunity] = []
        for ids in batches(dict.fromkeys(deals)):
            found += self.opportunities((among("Id", ids),))
        return self.whole(found)

    def opportunities(self, where: Iterable[str]) -> Iterator[Opportunity]:
        """Opportunities that meet conditions, deleted ones too."""
        query = select(self.has.opportunity, "Opportunity", where)
        yield from map(Opportunity.read, self._client.records(query, deleted=True))

    def whole(self, opportunities: Sequence[Opportunity]) -> tuple[DealTold, ...]:
        """Opportunities with their histories, in the order given."""
        rows = Rows()
        for ids in batches(each.id for each in opportunities):
            for source, query in self.histories(among("OpportunityId", ids)):
                rows.add(source, self._client.records(query, deleted=True))
        return self.told(opportunities, rows)

    def histories(self, where: str) -> Iterator[tuple[Source, str]]:
        """The queries for the histories of some deals, each with what its records are read as."""
        yield Standing, select(self.has.standing, "OpportunityHistory", (where,))
        if self.has.tracked:
            lookups = (where, among("Field", self.has.tracked), IDS)
            yield Handover, select(self.has.handover, "OpportunityFieldHistory", lookups)

    def told(self, opportunities: Iterable[Opportunity], rows: Rows) -> tuple[DealTold, ...]:
        """Opportunities with the rows of their histories, in the order given."""
        known_from = self._now() - RETAINED
        return tuple(
            told(
                each,
                rows.standings[each.id],
                rows.handovers[each.id],
                self._currency,
                whole=self.has.keeps_all and each.created >= known_from,
            )
            for each in opportunities
        )


class Rows:
    """Rows of the two histories by deal."""

    def __init__(self) -> None:
        self.standings: defaultdict[str, list[Standing]] = defaultdict(list)
        self.handovers: defaultdict[str, list[Handover]] = defaultdict(list)

    def add(self, source: Source, records: Iterable[Mapping[str, Any]]) -> None:
        """Take records in, as what their source reads them."""
        for record in records:
            row: Standing | Handover = source.read(record)
            if isinstance(row, Standing):
                self.standings[row.deal].append(row)
            else:
                self.handovers[row.deal].append(row)


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids as many at once as one query takes."""
    rest = iter(ids)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch
