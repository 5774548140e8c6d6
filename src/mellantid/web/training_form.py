"""The form of the training week: one choice names both the ability and its leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.metrics.metric import LANGUAGES
from mellantid.workspace.abilities import in_language
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.training import Said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.process import Process

    Library = Mapping[str, Sequence[str]]

OTHER: Final = "other"


@dataclass(frozen=True)
class Option:
    """One ability to choose: its value in the form, what it is called, whether it is chosen."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Group:
    """The abilities of a leg; its last choice is one that the library does not have.

    Attributes:
        title: what the leg is called.
        options: what can be chosen.

    """

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Typed:
    """What a form holds: two choices, with words of one's own for each, and the rest.

    Attributes:
        choice: the value of the option chosen.
        own: the ability in one's own words, where it is none of the library's.
        next_choice: likewise for next week.
        next_own: likewise.
        how: how it was trained.
        noticed: what was noticed.
        shared: whether the team may see it.

    """

    choice: str = ""
    own: str = ""
    next_choice: str = ""
    next_own: str = ""
    how: str = ""
    noticed: str = ""
    shared: bool = False

    @classmethod
    def of_form(cls, form: Mapping[str, str]) -> Typed:
        """What was typed."""
        names = ("choice", "own", "next_choice", "next_own", "how", "noticed")
        texts = {name: form.get(name, "") for name in names}
        return cls(**texts, shared="shared" in form)

    @classmethod
    def of_answer(cls, said: Said, legs: Sequence[str], abilities: Library) -> Typed:
        """What the form held when this was answered."""
        choice, own = _chosen(said.leg, said.ability, legs, abilities)
        then, next_own = _chosen(said.next_leg, said.next_ability, legs, abilities)
        return cls(choice, own, then, next_own, said.how, said.noticed, said.shared)

    def said(self, process: Process, abilities: Library) -> Said:
        """The answer.

        Raises:
            CannotDo: no ability is chosen.

        """
        leg, ability = _read(self.choice, self.own, process.legs, abilities)
        if leg is None:
            raise CannotDo("no_choice")
        then, coming = _read(self.next_choice, self.next_own, process.legs, abilities)
        noticed = self.noticed.replace("\r\n", "\n")
        return Said(leg, ability, self.how, noticed, then, coming or None, self.shared)


def _read(choice: str, own: str, legs: Sequence[str], abilities: Library) -> tuple[str | None, str]:
    """The leg and the ability that a choice stands for; no leg where nothing is chosen."""
    place, _, which = choice.partition(".")
    if not place.isdecimal() or int(place) >= len(legs):
        return None, ""
    leg = legs[int(place)]
    names = abilities[leg]
    # Who types an ability of their own means it, whatever the list says.
    if own.strip() or not which.isdecimal() or int(which) >= len(names):
        return leg, own.strip()
    return leg, names[int(which)]


def _chosen(
    leg: str | None, ability: str | None, legs: Sequence[str], abilities: Library
) -> tuple[str, str]:
    """The choice, and the own words, that a leg and an ability stand for."""
    if leg is None or ability is None or leg not in legs:
        return "", ability or ""
    names = list(abilities[leg])
    ability = next((name for name in names if name in _everywhere(ability)), ability)
    which = names.index(ability) if ability in names else OTHER
    return f"{legs.index(leg)}.{which}", "" if ability in names else ability


def _everywhere(ability: str) -> set[str]:
    """An ability in every language."""
    return {ability, *(in_language(ability, each) for each in LANGUAGES)}


def groups(
    titles: Sequence[str], legs: Sequence[str], abilities: Library, choice: str, other: str
) -> tuple[Group, ...]:
    """The choices by leg.

    Args:
        titles: what the legs are called.
        legs: their names.
        abilities: of each.
        choice: the value chosen.
        other: what an ability is called that the library does not have.

    """
    found = []
    for place, (title, leg) in enumerate(zip(titles, legs, strict=True)):
        values = [(f"{place}.{n}", name) for n, name in enumerate(abilities[leg])]
        values.append((f"{place}.{OTHER}", other))
        found.append(Group(title, tuple(Option(v, name, v == choice) for v, name in values)))
    return tuple(found)


def suggested(leg: str, legs: Sequence[str], abilities: Library, trained: Sequence[str]) -> str:
    """The choice that is suggested on a leg: the first ability that was not trained lately."""
    names = list(abilities[leg])
    fresh = next((name for name in names if name not in trained), names[0])
    return f"{legs.index(leg)}.{names.index(fresh)}"
