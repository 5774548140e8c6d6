"""Somebody who wants to be told: what they have chosen, and what they may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.access import find_account, sight_of
from mellantid.notices.addresses import addresses_of
from mellantid.notices.choices import MAIL, choices_of
from mellantid.notices.events import CHOICE_OF, Event, Kind
from mellantid.notices.outbox import put

if TYPE_CHECKING:
    import sqlite3

    from mellantid.access import Account, Sight
    from mellantid.notices.choices import Choices
    from mellantid.workspace import Workspace


@dataclass(frozen=True)
class Reader:
    """Somebody who wants to be told.

    Attributes:
        account: theirs.
        choices: what they have chosen.
        sight: what they may see.
        places: where something may be sent now.

    """

    account: Account
    choices: Choices
    sight: Sight
    places: frozenset[int]

    @classmethod
    def of(cls, workspace: Workspace, email: str) -> Reader:
        """Who an account is.

        Raises:
            QuestionError: there is none.

        """
        ledger = workspace.ledger
        account = find_account(ledger, email)
        on = {each.number for each in addresses_of(ledger, account.email) if not each.off}
        return cls(
            account,
            choices_of(ledger, account.email),
            sight_of(account, workspace.people),
            frozenset(on | {MAIL}),
        )

    def may_know(self, event: Event, owner: str | None) -> bool:
        """Whether they may be told.

        Args:
            event: what happened.
            owner: of a deal: whose it is now.

        """
        if event.kind is Kind.CAUGHT:
            return self.sight.deal(owner)
        if event.kind in {Kind.FELL, Kind.ROSE}:
            return self.sight.owner(event.about)
        return True

    def put(self, connection: sqlite3.Connection, event: Event) -> int:
        """Put an event into the outbox, for each place that was chosen; gives how many are new."""
        if not self.may_know(event, event.owner):
            return 0
        places = self.choices.wants(CHOICE_OF[event.kind]) & self.places
        email, now = self.account.email, event.at
        return sum(put(connection, event, email, each, now) for each in sorted(places))
