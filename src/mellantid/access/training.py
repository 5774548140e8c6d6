"""Who may read what a seller answers about a week, and who may say something about it.

It is told to the seller, to managers of the seller's team and of teams above it, and to
administrators; to the others of the team where the seller shares it; and to nobody else, not even
to those who see all deals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.access.accounts import Role
from mellantid.access.sight import sight_of

if TYPE_CHECKING:
    from mellantid.access.accounts import Account
    from mellantid.workspace import People


@dataclass(frozen=True)
class TrainingSight:
    """What an account sees of the training week.

    Attributes:
        own: the seller that the account is; None: no one.
        led: whose training it leads; None: everyone's.
        mates: the others of the own team.

    """

    own: str | None
    led: frozenset[str] | None
    mates: frozenset[str]

    def leads(self, seller: str) -> bool:
        """Whether the account leads a seller's training: sees all of it and may answer."""
        return self.led is None or seller in self.led

    def whole(self, seller: str) -> bool:
        """Whether all of a seller's training may be seen, with what came of it."""
        return seller == self.own or self.leads(seller)

    def answer(self, seller: str, *, shared: bool) -> bool:
        """Whether one answer may be seen."""
        return self.whole(seller) or (shared and seller in self.mates)


def training_sight(account: Account, people: People) -> TrainingSight:
    """What an account sees of the training week."""
    nobody: frozenset[str] = frozenset()
    person = people.persons.get(account.person or "")
    team = None if person is None else person.team
    mates = {
        each.id for each in people.persons.values() if team is not None and each.team == team
    } - {account.person}
    own = account.person if account.role is not Role.VIEWER else None
    if account.role is Role.ADMIN:
        return TrainingSight(own, None, frozenset(mates))
    if account.role is Role.VIEWER:
        return TrainingSight(None, nobody, nobody)
    led = nobody
    if account.role is Role.MANAGER:
        led = sight_of(account, people).sellers - {account.person or ""}
    return TrainingSight(own, led, frozenset(mates))
