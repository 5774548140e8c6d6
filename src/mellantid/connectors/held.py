"""What the ledger has from one connection, for comparison with what the source tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mellantid.connectors.entries import Known
from mellantid.ledger import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mellantid.ledger import Ledger

OF_DEALS: Final = (
    f"SELECT {', '.join(f'entry.{name}' for name in Entry._fields)} "  # noqa: S608 (fixed names)
    "FROM json_each(?) AS wanted CROSS JOIN entry ON entry.deal = wanted.value "
    "WHERE entry.source = ? OR entry.kind = 'retracted' ORDER BY entry.id"
)


def held(ledger: Ledger, source: str, deals: Iterable[str]) -> dict[str, list[Known]]:
    """All entries of a connection about some deals, by deal, in the order of recording.

    Args:
        ledger: where.
        source: the connection's mark, as its entries bear it.
        deals: their ids.

    """
    rows = ledger.rows(OF_DEALS, (json.dumps(sorted(set(deals))), source))
    entries = [Entry(*row) for row in rows]
    void = _taken_back(entries)
    found: dict[str, list[Known]] = {}
    for entry in entries:
        if entry.kind != Kind.RETRACTED:
            found.setdefault(entry.deal, []).append(Known(entry, entry.key not in void))
    return found


def _taken_back(entries: list[Entry]) -> set[str]:
    """The keys that are taken back; a retraction that is itself taken back takes nothing back."""
    void: set[str] = set()
    for entry in reversed(entries):
        if entry.kind == Kind.RETRACTED and entry.key not in void:
            void.add(entry.refers_to or "")
    return void
