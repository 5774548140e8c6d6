"""What has changed in Odoo since the last look.

A record's time of writing is the beginning of the transaction that wrote it, so a long one turns up
late: each look goes back some minutes before the newest one seen. What was seen in those minutes is
remembered with its time of writing, so that nothing is read twice for nothing. A deal that was
deleted leaves no trace: when there are fewer than are known, the ids are compared.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.odoo.history import moment
from mellantid.connectors.odoo.known import packed, unpacked
from mellantid.connectors.odoo.records import LEAD, OPPORTUNITIES
from mellantid.connectors.told import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mellantid.connectors.odoo.records import Records
    from mellantid.connectors.told import Cursor, DealTold

Row = dict[str, Any]

BACK: Final = 600_000
"""How far (ms) each look goes back: as long as a transaction there may reasonably take."""
SETTLED: Final = 10_000
"""A record that was written this long (ms) ago is not written again within the same second."""
AT_ONCE: Final = 200


def as_odoo_writes(at: int) -> str:
    """A moment (ms) as Odoo has it in its domains, UTC."""
    return dt.datetime.fromtimestamp(at // 1000, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


class Changes:
    """The way from one look to the next.

    Args:
        records: of the database.
        told: what is to be told of some opportunities, looked at last at a moment (ms).
        removed: what is to be told of ids that have vanished.
        now: gives the present moment, ms UTC.

    """

    def __init__(
        self,
        records: Records,
        told: Callable[[Sequence[Row], int], tuple[DealTold, ...]],
        removed: Callable[[Sequence[int]], tuple[DealTold, ...]],
        now: Callable[[], int],
    ) -> None:
        self._records = records
        self._told = told
        self._removed = removed
        self._now = now

    def start(self) -> Cursor:
        """The newest time of writing, and the ids that are there."""
        known = self._records.ids()
        rows = self._records.found(
            LEAD, [OPPORTUNITIES], ["write_date"], order="write_date desc", limit=1
        )
        newest = moment(rows[0]["write_date"]) if rows else None
        return {"since": newest or self._now() - BACK, "seen": {}, "known": packed(known)}

    def since(self, cursor: Cursor) -> Iterator[Page]:
        """Pages of what has been written since, then of what has vanished."""
        asked, since = self._now(), int(cursor["since"])
        known, seen = unpacked(cursor["known"]), dict(cursor["seen"])
        rows = self._records.found(
            LEAD,
            [OPPORTUNITIES, ["write_date", ">=", as_odoo_writes(since - BACK)]],
            ["write_date"],
            order="write_date, id",
        )
        fresh = [row for row in rows if seen.get(str(row["id"])) != row["write_date"]]
        newest = since
        for first in range(0, len(fresh), AT_ONCE):
            part = fresh[first : first + AT_ONCE]
            ids = [row["id"] for row in part]
            deals = self._told(self._records.leads(["id", "in", ids]), since)
            known |= {int(deal.id) for deal in deals}
            newest = max(newest, moment(part[-1]["write_date"]) or 0)
            seen |= {str(row["id"]): row["write_date"] for row in part}
            yield Page(deals, _cursor(newest, seen, known, asked))
        vanished: set[int] = set()
        if self._records.count([OPPORTUNITIES]) != len(known):
            there = self._records.ids()
            vanished = self._records.deleted(sorted(known - there))
            known = (known | there) - vanished
        after = _cursor(newest, seen, known, asked)
        if vanished or after != cursor:
            yield Page(self._removed(sorted(vanished)), after)


def _cursor(newest: int, seen: Mapping[str, str], known: set[int], asked: int) -> Cursor:
    """Where to go on: what was seen lately and cannot have been written again since, is done."""
    kept = {
        key: text
        for key, text in seen.items()
        if newest - BACK <= (moment(text) or 0) <= asked - SETTLED
    }
    return {"since": newest, "seen": kept, "known": packed(known)}
