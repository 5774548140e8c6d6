"""The source's owners among the workspace's people, leaving alone what a person has changed here.

What the source told last is remembered. Where a name or a team is still as told, nobody has changed
it here, and what the source tells now takes its place; where it differs, somebody has, and it
stays. Who was here before the source first told of them keeps a name and a team that they had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mellantid.core.names import EVERYONE
from mellantid.workspace.people import Person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.connectors.rows import Mapped
    from mellantid.connectors.told import PersonTold
    from mellantid.workspace.people import People

Told: TypeAlias = "Mapping[str, Sequence[str | None]]"
"""What the source told last, by our identity: the name and the team."""


def merged(
    told: Sequence[PersonTold], mapped: Mapped, people: People, before: Told
) -> tuple[list[Person], dict[str, list[str | None]]]:
    """Whom to keep, and what to remember of what was told.

    Args:
        told: the source's owners.
        mapped: what their ids are called here.
        people: as they are now.
        before: what was told at an earlier look.

    Returns:
        The people who are new or have changed; what was told now.

    """
    changed = []
    now: dict[str, list[str | None]] = {}
    taken = {EVERYONE, *people.persons, *(mapped.owner(each.id) for each in told)}
    for each in told:
        key = mapped.owner(each.id)
        if key is None or key == EVERYONE or key in people.parents:
            continue
        # A team by the name of a person or of everybody could not be told from them.
        team = each.team if each.team and each.team not in taken else None
        said = Person(key, each.name.strip() or each.email or each.id, team)
        now[key] = [said.name, said.team]
        person = _merged(said, people.persons.get(key), before.get(key))
        if person != people.persons.get(key):
            changed.append(person)
    return changed, {**{key: list(value) for key, value in before.items()}, **now}


def _merged(said: Person, kept: Person | None, before: Sequence[str | None] | None) -> Person:
    if kept is None:
        return said
    name, team = before if before is not None else (kept.id, None)
    untouched = kept.name in {name, ""}
    return Person(
        kept.id, said.name or kept.name if untouched else kept.name, _team(said, kept, team)
    )


def _team(said: Person, kept: Person, before: str | None) -> str | None:
    return said.team if kept.team == before else kept.team
