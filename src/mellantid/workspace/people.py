"""Who sells, and which team each belongs to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.errors import DataError, QuestionError
from mellantid.metrics.numbers import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mellantid.ledger import Ledger

NEEDED = ("id", "name", "team")


@dataclass(frozen=True)
class Person:
    """A seller.

    Attributes:
        id: the owner's identity in the source.
        name: what people call them.
        team: the team's name; None without one.

    """

    id: str
    name: str
    team: str | None = None


@dataclass(frozen=True)
class People:
    """Everyone, and the teams.

    Attributes:
        persons: by identity.
        parents: each team's parent; None where it has none.

    """

    persons: Mapping[str, Person]
    parents: Mapping[str, str | None]

    def team_of(self, owners: Iterable[str]) -> dict[str, str]:
        """The team of each owner who has one."""
        found = {owner: self.persons[owner].team for owner in owners if owner in self.persons}
        return {owner: team for owner, team in found.items() if team is not None}

    def parent(self) -> dict[str, str]:
        """Whom each seller and team belongs to, as `core.planning.target.mismatches` reads it."""
        teams = {team: parent for team, parent in self.parents.items() if parent is not None}
        return teams | self.team_of(self.persons)

    def name(self, owner: str | None) -> str:
        """What to call an owner: by name where it is known, else as the source does."""
        if owner is None:
            return NONE
        return (self.persons[owner].name if owner in self.persons else "") or owner

    def seller(self, called: str, owners: Iterable[str]) -> str:
        """The identity of a seller, by identity or by name.

        Args:
            called: what they are called.
            owners: identities that deals have, besides those of the people kept.

        Raises:
            QuestionError: nobody is called so, or several are.

        """
        known = {*owners, *self.persons}
        if called in known:
            return called
        typed = called.casefold()
        found = sorted(each for each in known if self.name(each).casefold() == typed)
        if len(found) == 1:
            return found[0]
        if found:
            raise QuestionError(f"Several sellers are called {called!r}: say {' or '.join(found)}.")
        raise QuestionError(
            f"No seller is known as {called!r}: use an identity or a name of mellantid people list."
        )


def owns_deals(ledger: Ledger, owner: str) -> bool:
    """Whether any deal has ever been this owner's."""
    return bool(ledger.rows("SELECT 1 FROM entry WHERE owner = ? LIMIT 1", (owner,)))


def read_people(path: Path) -> tuple[list[Person], dict[str, str | None]]:
    """Read a CSV file of `id,name,team[,parent]`; `parent` is the team's parent team.

    Raises:
        DataError: the file cannot be read or a line lacks an identity; the message names the line.

    """
    persons: list[Person] = []
    parents: dict[str, str | None] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(NEEDED) <= set(reader.fieldnames or ()):
                raise DataError(
                    f"{path.name} has the columns {', '.join(reader.fieldnames or ()) or 'none'}: "
                    f"a table of people needs {', '.join(NEEDED)} (and may have parent)."
                )
            for row in reader:
                person = Person(_cell(row, "id"), _cell(row, "name"), _cell(row, "team") or None)
                if not person.id:
                    raise DataError(f"Line {reader.line_num} of {path.name} has no id: give one.")
                persons.append(person)
                if person.team:
                    parents[person.team] = _cell(row, "parent") or parents.get(person.team)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): name a CSV file of people.") from error
    return persons, parents


def _cell(row: Mapping[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()
