"""Whose numbers a page shows: everyone's, a team's or a seller's, as far as allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.access import Role
from mellantid.core.names import EVERYONE
from mellantid.web.refusal import hidden, missing

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.access import Account, Sight
    from mellantid.web.asking import Asking
    from mellantid.workspace import People, Race, Workspace
    from mellantid.workspace.own_race import OwnRace


@dataclass(frozen=True)
class Choice:
    """One of those that a page can be about.

    Attributes:
        value: in the address.
        name: what people call it.
        chosen: whether the page is about it.

    """

    value: str
    name: str
    chosen: bool


def asked_seller(
    asked: str | None, account: Account, sight: Sight, people: People, race: Race
) -> str | None:
    """The identity of the seller that a page is about; None: the whole organisation.

    A seller's page is about the own deals unless the address says otherwise.

    Args:
        asked: a seller's identity or name, `EVERYONE`, or nothing, as the address has it.
        account: who asks.
        sight: what the account may see.
        people: everyone.
        race: whose owners are known too.

    Raises:
        Refusal: the account may not see that seller.
        QuestionError: nobody is called so.

    """
    if not asked:
        return account.person if account.role is Role.SELLER else None
    if asked == EVERYONE:
        return None
    if not sight.everything and asked not in sight.sellers:
        raise hidden()
    return people.seller(asked, race.history.owners)


def own_page_of(
    asked: str | None, account: Account, sight: Sight, people: People, race: Race
) -> str | None:
    """The seller whose own page is asked for; None: nobody's, where one has none and named none.

    It is for the seller, for the managers of the seller's team, and for administrators: a viewer
    sees deals and totals, and nobody's personal bests.

    Raises:
        Refusal: it is not for this account.
        QuestionError: nobody is called so.

    """
    if not asked or asked == account.person:
        return account.person
    if account.role is Role.VIEWER or (not sight.everything and asked not in sight.sellers):
        raise hidden()
    return people.seller(asked, race.history.owners)


def own_race_of(
    asking: Asking, workspace: Workspace, race: Race, as_of: dt.date | None, owner: str
) -> OwnRace | None:
    """A seller's own race, made once for each race; None where nothing of theirs is in it."""
    date = race.history.clock.date(race.history.until - 1)
    return asking.of(race, ("me", as_of, date, owner), lambda: workspace.own_race(race, owner))


def sellers_in_sight(
    sight: Sight, people: People, race: Race, chosen: str | None
) -> tuple[Choice, ...]:
    """The sellers that may be seen, by name."""
    known = {*race.history.owners, *people.persons, *({chosen} if chosen else ())}
    mine = [(people.name(each), each) for each in known if each and sight.seller(each)]
    return tuple(Choice(each, name, each == chosen) for name, each in sorted(mine))


def asked_owner(asked: str | None, sight: Sight, people: People, race: Race) -> str | None:
    """The team or seller that a race is about; None: the whole organisation.

    Raises:
        Refusal: the account may not see it, or nobody is called so.

    """
    if not asked or asked == EVERYONE:
        return None
    if asked in people.parents or asked in people.team_of(people.persons).values():
        if not sight.team(asked):
            raise hidden()
        return asked
    if not sight.seller(asked):
        raise hidden()
    if asked not in {*people.persons, *race.history.owners}:
        raise missing()
    return asked
