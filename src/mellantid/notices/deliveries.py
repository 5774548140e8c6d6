"""What has become of the latest rows of the outbox, to be shown to whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.notices.events import Event
from mellantid.notices.outbox import State

if TYPE_CHECKING:
    from mellantid.ledger import Ledger


@dataclass(frozen=True)
class Delivery:
    """What is shown of a row.

    Attributes:
        number: of the row.
        event: what happened.
        place: where to.
        title: what the address is called; empty: it is the e-mail, or is gone.
        state: how far it has come.
        tries: how often it was tried.
        changed_at: the moment (ms) of that.
        why: what went wrong; empty: nothing.

    """

    number: int
    event: Event
    place: int
    title: str
    state: State
    tries: int
    changed_at: int
    why: str


def latest(ledger: Ledger, email: str, most: int) -> tuple[Delivery, ...]:
    """What has become of the latest rows of an account, the newest first."""
    query = (
        "SELECT n.id, n.document, n.place, coalesce(a.title, ''), n.state, n.tries, n.changed_at, "
        "n.why FROM notice n LEFT JOIN notice_address a ON a.id = n.place WHERE n.account = ? "
        "ORDER BY n.id DESC LIMIT ?"
    )
    return tuple(
        Delivery(number, Event.read(document), place, title, State(state), tries, at, why)
        for number, document, place, title, state, tries, at, why in ledger.rows(
            query, (email, most)
        )
    )
