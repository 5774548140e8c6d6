"""Who takes part in the ranking: each seller by their own choice, which they may take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mellantid.ledger import Ledger


def taking_part(ledger: Ledger) -> frozenset[str]:
    """The sellers who have chosen to, by identity."""
    return frozenset(person for (person,) in ledger.rows("SELECT person FROM ranked"))


def take_part(ledger: Ledger, person: str, now: int) -> None:
    """Let a seller in; who is in stays in."""
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO ranked (person, since) VALUES (?, ?) ON CONFLICT (person) DO NOTHING",
            (person, now),
        )


def stay_out(ledger: Ledger, person: str) -> None:
    """Take a seller out again."""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM ranked WHERE person = ?", (person,))
