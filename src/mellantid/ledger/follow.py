"""Following the ledger: entries after a number, in the order in which they were committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import sqlite3


class Entry(NamedTuple):
    """One entry as the table has it; see `Entries` for what the columns mean."""

    id: int
    key: str
    process: str
    process_version: int
    deal: str
    kind: str
    stage: str | None
    occurred_at: int
    occurred_after: int | None
    known_at: int
    recorded_at: int
    sequence: int
    amount: float | None
    currency: str | None
    owner: str | None
    source: str
    refers_to: str | None
    reason: str | None


FOLLOW: Final = f"SELECT {', '.join(Entry._fields)} FROM entry WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 (fixed names)


ONE_DEAL: Final = (
    f"SELECT {', '.join(Entry._fields)} FROM entry WHERE process = ? AND deal = ? ORDER BY id"  # noqa: S608 (as above)
)


def entries_of(connection: sqlite3.Connection, process: str, deal: str) -> list[Entry]:
    """All entries of one deal."""
    return [Entry(*row) for row in connection.execute(ONE_DEAL, (process, deal))]


def follow(connection: sqlite3.Connection, after: int, limit: int) -> list[Entry]:
    """At most `limit` entries with a number above `after`.

    Numbers are given behind the write lock, so none that is smaller can appear later: who goes on
    from the last number it saw misses nothing.
    """
    return [Entry(*row) for row in connection.execute(FOLLOW, (after, limit))]
