"""Opportunities with their whole history, read from Tryton's own record of revisions.

Tryton keeps every revision of an opportunity. `history_revisions` tells when they were made, of
deleted opportunities too; a context with `_datetime` shows how things stood at a moment. `read`
checks the rules of access in a query over the whole history for each record; an export checks them
record by record, which a server does some ten times as fast. It fails where one of the records is
hidden, so then a search, which leaves hidden ones out, comes before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.tryton.client import RefusedError
from mellantid.connectors.tryton.looks import fewest_looks
from mellantid.connectors.tryton.story import COLUMNS, seen_of, told_of
from mellantid.connectors.tryton.values import as_told, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.connectors.told import DealTold
    from mellantid.connectors.tryton.client import Rpc
    from mellantid.connectors.tryton.looks import Look
    from mellantid.connectors.tryton.story import Seen

MODEL: Final = "model.sale.opportunity"
TOGETHER: Final = 500
"""Opportunities whose histories are read at once."""


class Opportunities:
    """The opportunities of a database.

    Args:
        rpc: the calls.

    """

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._codes: dict[int, str] = {}

    def there(self, ids: Sequence[int] | None = None) -> set[int]:
        """Those that are there now and may be seen, of some or of all."""
        domain = [] if ids is None else _one_of(ids)
        return set(self._rpc.call(f"{MODEL}.search", domain, 0, None, [["id", "ASC"]], {}))

    def count(self) -> int:
        """How many are there now and may be seen."""
        return int(self._rpc.call(f"{MODEL}.search_count", [], {}))

    def records(
        self, domain: Sequence[Any], order: Sequence[Any], limit: int | None, names: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Some of those that are there now, with their present values."""
        found: list[dict[str, Any]] = self._rpc.call(
            f"{MODEL}.search_read", domain, 0, limit, order, names, {}
        )
        return found

    def revisions(self, ids: Sequence[int]) -> dict[int, list[int]]:
        """When opportunities were changed (µs), the oldest first; also of deleted ones.

        An opportunity that never was is not in it.
        """
        found: dict[int, list[int]] = {}
        for told, deal, _ in self._rpc.call(f"{MODEL}.history_revisions", list(ids), {}):
            found.setdefault(deal, []).append(moment_of(told))
        return {deal: sorted(set(moments)) for deal, moments in sorted(found.items())}

    def told(self, ids: Sequence[int]) -> tuple[DealTold, ...]:
        """All that is told of some opportunities; those that never were are left out."""
        found: list[DealTold] = []
        for first in range(0, len(ids), TOGETHER):
            revisions = self.revisions(ids[first : first + TOGETHER])
            found += self.histories(revisions)
        return tuple(found)

    def histories(self, revisions: Mapping[int, Sequence[int]]) -> list[DealTold]:
        """All that is told of opportunities of which it is known when they were changed."""
        if not revisions:
            return []
        there = self.there(list(revisions))
        # The last revision of one that is gone is its deletion.
        gone = revisions.keys() - there
        seen: dict[int, dict[int, Seen]] = {deal: {} for deal in revisions}
        for look in fewest_looks(revisions, gone):
            for deal, stood in self._look(look, there):
                seen[deal][look.revisions[deal]] = stood
        told = (told_of(deal, moments, seen[deal]) for deal, moments in revisions.items())
        return [each for each in told if each is not None]

    def _look(self, look: Look, there: set[int]) -> Iterable[tuple[int, Seen]]:
        """How some opportunities stood at a moment; those hidden from us are left out."""
        deals, context = list(look.revisions), {"_datetime": as_told(look.at)}
        if there.issuperset(deals):
            try:
                return self._exported(deals, context)
            except RefusedError:
                pass  # One of them was in a company that is hidden from us.
        shown = self._rpc.call(f"{MODEL}.search", _one_of(deals), 0, None, None, context)
        return self._exported(shown, context) if shown else ()

    def _exported(self, deals: list[int], context: dict[str, Any]) -> list[tuple[int, Seen]]:
        rows = self._rpc.call(f"{MODEL}.export_data", deals, list(COLUMNS), context)
        return [seen_of(row, self._currencies()) for row in rows]

    def _currencies(self) -> Mapping[int, str]:
        """The currencies' codes by id, inactive ones too."""
        if not self._codes:
            rows = self._rpc.call(
                "model.currency.currency.search_read",
                [],
                0,
                None,
                None,
                ["code"],
                {"active_test": False},
            )
            self._codes = {row["id"]: row["code"] for row in rows}
        return self._codes


def _one_of(ids: Iterable[int]) -> list[Any]:
    return [["id", "in", sorted(ids)]]
