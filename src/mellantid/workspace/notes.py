"""Notes: what people have written about a deal; none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    from mellantid.ledger import Ledger

LONGEST: Final = 10_000


@dataclass(frozen=True)
class Note:
    """What somebody has written.

    Attributes:
        text: the words.
        author: who.
        written_at: when (ms).

    """

    text: str
    author: str
    written_at: int


def write_note(ledger: Ledger, process: str, deal: str, note: Note, key: str) -> None:
    """Keep a note on a deal; the same key again adds nothing.

    Raises:
        CannotDo: it says nothing, or too much, or there is no such deal.

    """
    text = note.text.strip()
    if not text:
        raise CannotDo("no_text")
    if len(text) > LONGEST:
        raise CannotDo("long_text", most=LONGEST)
    there = "SELECT 1 FROM entry WHERE process = ? AND deal = ? LIMIT 1"
    if not ledger.rows(there, (process, deal)):
        raise CannotDo("no_deal", deal=deal)
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO note (key, process, deal, text, author, written_at) "
            "SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM note WHERE key = ?)",
            (key, process, deal, text, note.author, note.written_at, key),
        )


def notes_of(ledger: Ledger, process: str, deal: str) -> tuple[Note, ...]:
    """The notes on a deal, the newest first."""
    rows = ledger.rows(
        "SELECT text, author, written_at FROM note WHERE process = ? AND deal = ? ORDER BY id DESC",
        (process, deal),
    )
    return tuple(Note(*row) for row in rows)
