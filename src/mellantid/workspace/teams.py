"""Settling one person or one team by hand: as said, and never in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.names import EVERYONE
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.workspace.people import Person
    from mellantid.workspace.workspace import Workspace


def settle_person(workspace: Workspace, person: Person, parent: str | None = None) -> None:
    """Keep a person as said; the team is made where there is none of that name.

    Args:
        workspace: where.
        person: who.
        parent: what stands above the team; None: what stands there already.

    Raises:
        QuestionError: there is no identity.
        DataError: the name is taken by a team, or the team would stand above itself.

    """
    if not person.id:
        raise QuestionError("The person has no identity: give the one that the CRM has for them.")
    known = workspace.people
    if person.id == EVERYONE or person.id in known.parents:
        raise DataError(f"{person.id!r} is the name of a team: give the person's own identity.")
    if person.team is None:
        if parent is not None:
            raise DataError(f"{parent!r} would stand above no team: say which team it is.")
        workspace.add_people([person], {})
        return
    above = {person.team: parent}
    if parent is not None:
        above.setdefault(parent, known.parents.get(parent))
    _check(workspace, {name: up or known.parents.get(name) for name, up in above.items()})
    workspace.add_people([person], above)


def settle_team(workspace: Workspace, name: str, parent: str | None) -> None:
    """Say what stands above a team; None: the whole organisation.

    Raises:
        QuestionError: there is no such team.
        DataError: it would stand above itself.

    """
    known = workspace.people.parents
    for each in (name, parent):
        if each is not None and each not in known:
            raise QuestionError(f"There is no team {each!r}: choose one from the list.")
    _check(workspace, {name: parent})
    with workspace.ledger.writing() as connection:
        connection.execute("UPDATE team SET parent = ? WHERE name = ?", (parent, name))
    workspace.__dict__.pop("people", None)


def _check(workspace: Workspace, changed: Mapping[str, str | None]) -> None:
    """See that no team among those that change is met again on the way up, or named as another."""
    people = workspace.people
    parents = {**people.parents, **changed}
    for team in changed:
        if team == EVERYONE or team in people.persons:
            raise DataError(f"{team!r} cannot be the name of a team: it is taken, choose another.")
        above, passed = parents.get(team), {team}
        while above is not None:
            if above == team:
                raise DataError(f"{team} would stand above itself: choose another team above it.")
            if above in passed:
                break
            passed.add(above)
            above = parents.get(above)
