"""What a ledger covers: how much, of which processes, over which time, in which currencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

SURVEY: Final = """
SELECT count(*), count(DISTINCT deal), min(occurred_at), max(occurred_at), max(known_at)
FROM entry WHERE kind <> 'retracted' AND (:process IS NULL OR process = :process)
"""
CURRENCIES: Final = """
SELECT DISTINCT currency FROM entry
WHERE currency IS NOT NULL AND (:process IS NULL OR process = :process) ORDER BY currency
"""


@dataclass(frozen=True)
class Survey:
    """What a ledger covers; retractions do not count, entries that they take back do.

    Attributes:
        entries: how many.
        deals: how many deals they are about.
        first: the earliest moment (ms) at which something happened; None in an empty ledger.
        last: the latest one.
        known: the latest moment (ms) at which something was known.
        currencies: codes in use, sorted.

    """

    entries: int
    deals: int
    first: int | None
    last: int | None
    known: int | None
    currencies: tuple[str, ...]


def survey(connection: sqlite3.Connection, process: str | None) -> Survey:
    """Look over a process, or all of them."""
    which = {"process": process}
    entries, deals, first, last, known = connection.execute(SURVEY, which).fetchone()
    currencies = tuple(str(row[0]) for row in connection.execute(CURRENCIES, which))
    return Survey(entries, deals, first, last, known, currencies)
