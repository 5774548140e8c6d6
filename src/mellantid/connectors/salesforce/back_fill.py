"""All deals with their histories, window by window of the moment they were created.

A window with few deals is read by queries, a larger one by three bulk jobs side by side, whose
results are put together here. Deals come in the order of their creation, and a page ends only
between two moments, so that a reading that was broken off goes on behind the last whole page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.salesforce.reading import Rows
from mellantid.connectors.salesforce.rows import Opportunity, moment
from mellantid.connectors.salesforce.soql import select, within
from mellantid.connectors.told import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mellantid.connectors.salesforce.bulk import Bulk
    from mellantid.connectors.salesforce.client import Client
    from mellantid.connectors.salesforce.reading import Deals
    from mellantid.connectors.told import Cursor, DealTold

FEW: Final = 2_000
"""Deals up to which queries are cheaper than jobs."""
MANY: Final = 10_000
"""Deals of one window, which are in memory together."""
PAGE: Final = 500
"""Deals after which a page ends."""
SECOND: Final = 1_000
CREATED: Final = "CreatedDate"


class BackFill:
    """Reads everything.

    Args:
        client: the way in.
        bulk: the jobs.
        deals: reads deals by queries.

    """

    def __init__(self, client: Client, bulk: Bulk, deals: Deals) -> None:
        self._client, self._bulk, self._deals = client, bulk, deals

    def pages(self, cursor: Cursor | None) -> Iterator[Page]:
        """The deals from the beginning, or from where a page ended."""
        span = self._span()
        if span is None:
            return
        begin, end = span
        begin = max(begin, int((cursor or {}).get("created", begin)))
        done = int((cursor or {}).get("done", 0))
        of = done + self._count(begin, end)
        for first, last, deals in windows(self._count, begin, end, MANY):
            for part, upto in pages_of(self._window(first, last, deals), last):
                done += len(part)
                yield Page(part, {"created": upto, "done": done}, done, max(of, done))

    def _span(self) -> tuple[int, int] | None:
        """From the first creation to just after the last one; None: there are no deals."""
        ends = []
        for order in (CREATED, f"{CREATED} DESC"):
            query = select((CREATED,), "Opportunity", order=(order,), most=1)
            found = next(self._client.records(query, deleted=True), None)
            if found is None:
                return None
            ends.append(moment(found, CREATED))
        return ends[0], ends[1] + SECOND

    def _count(self, begin: int, end: int) -> int:
        where = (within(CREATED, begin, end),)
        return self._client.count(select(("COUNT()",), "Opportunity", where), deleted=True)

    def _window(self, begin: int, end: int, deals: int) -> list[tuple[int, DealTold]]:
        """The deals of a window with the moments of their creation, the first one first."""
        if deals <= FEW:
            found = self._deals.opportunities((within(CREATED, begin, end),))
            return _in_order(found, self._deals.whole)
        return self._bulk_window(begin, end)

    def _bulk_window(self, begin: int, end: int) -> list[tuple[int, DealTold]]:
        created = within(CREATED, begin, end)
        query = select(self._deals.has.opportunity, "Opportunity", (created,))
        job = self._bulk.begin(query, deleted=True)
        histories = [
            (source, self._bulk.begin(query, deleted=True))
            for source, query in self._deals.histories(within(f"Opportunity.{CREATED}", begin, end))
        ]
        found = [Opportunity.read(each) for each in self._bulk.records(job)]
        rows = Rows()
        for source, history in histories:
            rows.add(source, self._bulk.records(history))
        return _in_order(found, lambda some: self._deals.told(some, rows))


def _in_order(
    found: Iterable[Opportunity], told: Callable[[Sequence[Opportunity]], tuple[DealTold, ...]]
) -> list[tuple[int, DealTold]]:
    """Opportunities, told, with the moments of their creation, the first one first."""
    listed = sorted(found, key=lambda each: (each.created, each.id))
    return list(zip([each.created for each in listed], told(listed), strict=True))


def windows(
    count: Callable[[int, int], int], begin: int, end: int, most: int
) -> Iterator[tuple[int, int, int]]:
    """Windows (begin, end, deals) that follow one another, halved until few enough deals fit.

    Args:
        count: the deals that were created from one moment until before another.
        begin: of the first window, ms.
        end: of the last one.
        most: deals of one window; more only where they were created within one second.

    """
    waiting = [(begin, end)]
    while waiting:
        first, last = waiting.pop()
        deals = count(first, last) if first < last else 0
        if deals > most and last - first > SECOND:
            half = (first + last) // (2 * SECOND) * SECOND
            half = half if first < half < last else first + SECOND
            waiting += [(half, last), (first, half)]
        elif deals:
            yield first, last, deals


def pages_of(
    deals: Sequence[tuple[int, DealTold]], end: int
) -> Iterator[tuple[tuple[DealTold, ...], int]]:
    """Parts of some hundred deals, each with the moment from which the next one begins.

    Args:
        deals: with the moments of their creation, in order.
        end: of their window.

    """
    begin = 0
    for place in range(1, len(deals)):
        if place - begin >= PAGE and deals[place][0] > deals[place - 1][0]:
            yield _deals(deals[begin:place]), deals[place][0]
            begin = place
    if begin < len(deals):
        yield _deals(deals[begin:]), end


def _deals(found: Iterable[tuple[int, DealTold]]) -> tuple[DealTold, ...]:
    return tuple(deal for _, deal in found)
