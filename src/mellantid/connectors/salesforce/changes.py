"""The deals that have changed since, by SystemModstamp.

A change becomes visible when its transaction ends, which may be minutes after its stamp: each
reading begins some minutes before the newest stamp that was seen. What is found there again as it
was is left out, so that a quiet organisation costs one request a look. Stamps are compared with
stamps only; this machine's clock does not matter.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from mellantid.connectors.salesforce.rows import Opportunity, moment
from mellantid.connectors.salesforce.soql import moment as written
from mellantid.connectors.salesforce.soql import select
from mellantid.connectors.told import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.connectors.salesforce.client import Client
    from mellantid.connectors.salesforce.reading import Deals
    from mellantid.connectors.told import Cursor

OVERLAP: Final = 600_000
"""Milliseconds: no transaction of Salesforce lasts longer than ten minutes."""
REMEMBERED: Final = 5_000
"""Deals of the overlap that are known again; more are read again."""
STAMP: Final = "SystemModstamp"


def start(client: Client) -> Cursor:
    """From where the changes go on, as of now."""
    query = select((STAMP,), "Opportunity", order=(f"{STAMP} DESC",), most=1)
    found = next(client.records(query, deleted=True), None)
    return {"since": 0 if found is None else max(moment(found, STAMP) - OVERLAP, 0)}


def changed(client: Client, deals: Deals, cursor: Cursor) -> Iterator[Page]:
    """The deals that have changed since a cursor, deleted ones too, the first change first."""
    since, seen = int(cursor["since"]), dict(cursor.get("seen", {}))
    query = select(
        deals.has.opportunity,
        "Opportunity",
        (f"{STAMP} >= {written(since)}",),
        order=(STAMP, "Id"),
    )
    told: dict[str, tuple[int, int]] = {}
    done = 0
    for records in client.pages(query, deleted=True):
        found = [Opportunity.read(each) for each in records]
        fresh = [each for each in found if seen.get(each.id) != _mark(each)]
        told |= {each.id: (each.stamp, _mark(each)) for each in found}
        since = max([since, *(each.stamp - OVERLAP for each in found)])
        told = {deal: mark for deal, mark in told.items() if mark[0] >= since}
        if fresh:
            done += len(fresh)
            yield Page(deals.whole(fresh), {"since": since, "seen": _seen(told)}, done)


def _seen(told: dict[str, tuple[int, int]]) -> dict[str, int]:
    newest = sorted(told.items(), key=lambda each: each[1][0])[-REMEMBERED:]
    return {deal: mark for deal, (_, mark) in newest}


def _mark(opportunity: Opportunity) -> int:
    """A number by which a deal that stands as it did is known again."""
    return zlib.crc32(repr(opportunity).encode())
