"""What an account sees: whose deals, and whose totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.access.accounts import Role
from mellantid.core.names import EVERYONE

if TYPE_CHECKING:
    from mellantid.access.accounts import Account
    from mellantid.workspace import People


@dataclass(frozen=True)
class Sight:
    """The deals and totals that an account may see, and what it may change.

    Totals of the whole organisation are for everyone: a race in which one may not see where the
    field stands is none. Single deals are for those whose work they are.

    Attributes:
        everything: whether all deals may be seen.
        sellers: whose deals may be seen, where not all.
        teams: whose totals may be seen, where not all.
        writes: whether movements may be entered for the deals that are seen.
        settles: whether settings, people, targets and plans may be changed.

    """

    everything: bool
    sellers: frozenset[str]
    teams: frozenset[str]
    writes: bool
    settles: bool

    def deal(self, owner: str | None) -> bool:
        """Whether a deal of this owner may be seen."""
        return self.everything or (owner is not None and owner in self.sellers)

    def seller(self, identity: str) -> bool:
        """Whether a seller's own page may be seen."""
        return self.everything or identity in self.sellers

    def owner(self, name: str) -> bool:
        """Whether what is told of a seller, a team or the whole organisation may be seen."""
        return name == EVERYONE or self.seller(name) or self.team(name)

    def team(self, name: str) -> bool:
        """Whether a team's totals may be seen."""
        return self.everything or name in self.teams


def sight_of(account: Account, people: People) -> Sight:
    """What an account sees.

    An administrator sees and changes all; a viewer sees all; a manager sees the deals of the own
    team and of the teams below it; a seller the own deals and the own team's totals.
    """
    nobody: frozenset[str] = frozenset()
    if account.role is Role.ADMIN:
        return Sight(True, nobody, nobody, writes=True, settles=True)
    if account.role is Role.VIEWER:
        return Sight(True, nobody, nobody, writes=False, settles=False)
    person = people.persons.get(account.person or "")
    team = None if person is None else person.team
    if account.role is Role.SELLER:
        teams = frozenset() if team is None else frozenset({team})
        return Sight(False, frozenset({account.person or ""}), teams, writes=True, settles=False)
    teams = _at_and_below(team, people)
    sellers = {each.id for each in people.persons.values() if each.team in teams}
    return Sight(
        False, frozenset(sellers | {account.person or ""}), teams, writes=True, settles=False
    )


def _at_and_below(team: str | None, people: People) -> frozenset[str]:
    """A team and all that have it above them."""
    if team is None:
        return frozenset()
    found = {team}
    while more := {
        name for name, parent in people.parents.items() if parent in found and name not in found
    }:
        found |= more
    return frozenset(found)
