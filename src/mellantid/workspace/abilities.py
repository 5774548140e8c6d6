"""The ability library: what can be trained on each leg, shipped by place and edited by people."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from mellantid.core.process import CREATION_LEG
from mellantid.metrics.metric import LANGUAGES, check_language
from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.process import Process
    from mellantid.ledger import Ledger

LONGEST: Final = 120
MOST: Final = 40
CREATION, EARLY, MIDDLE, OFFER, CLOSING = "creation", "early", "middle", "offer", "closing"


OFFERS: Final = ("offer", "proposal", "quot", "tender", "anbud")
"""What the label of the stage in which an offer lies has in it, in English or Swedish."""


def places_of(stages: Sequence[str]) -> tuple[str, ...]:
    """Which place each leg has in a process, creation's first.

    The way out of the stage that is called an offer is the offer; where none is, that of the last
    but one of three stages or more. What comes after is closing. Of the legs before, the first
    third, rounded up, is early and the rest middle.
    """
    named = (n for n, label in enumerate(stages) if any(w in label.casefold() for w in OFFERS))
    last = len(stages) - 1
    offer = next(named, last - 1 if last > 1 else -1)
    before = offer if offer >= 0 else last
    found = [EARLY if 3 * n < before else MIDDLE for n in range(before)]
    if offer >= 0:
        found.append(OFFER)
    return (CREATION, *found, *[CLOSING] * (len(stages) - len(found)))


@cache
def shipped(language: str) -> dict[str, tuple[str, ...]]:
    """The abilities that come with the product, by place.

    Raises:
        QuestionError: there are none in this language.

    """
    file = files("mellantid.workspace").joinpath(
        "ability_library", f"{check_language(language)}.toml"
    )
    return {place: tuple(names) for place, names in tomllib.loads(file.read_text("utf-8")).items()}


def in_language(ability: str, language: str) -> str:
    """A shipped ability in a language, whichever it was chosen in; any other one as it is."""
    return _same(language).get(ability, ability)


@cache
def _same(language: str) -> dict[str, str]:
    here = shipped(language)
    return {
        theirs: ours
        for other in LANGUAGES
        for place, names in shipped(other).items()
        for theirs, ours in zip(names, here[place], strict=True)
    }


def edited(ledger: Ledger, process: str) -> dict[str, tuple[str, ...]]:
    """The abilities of the legs whose list the organisation has edited."""
    rows = ledger.rows(
        "SELECT leg, name FROM ability WHERE process = ? ORDER BY leg, place", (process,)
    )
    found: dict[str, tuple[str, ...]] = {}
    for leg, name in rows:
        found[leg] = (*found.get(leg, ()), name)
    return found


def library(ledger: Ledger, process: Process, language: str) -> dict[str, tuple[str, ...]]:
    """The abilities of every leg, in the order of the course.

    Args:
        ledger: where edits are kept.
        process: whose legs.
        language: of the shipped ones.

    """
    own, from_start = edited(ledger, process.name), shipped(language)
    places = places_of(process.stages)
    return {
        leg: own.get(leg) or from_start[place]
        for leg, place in zip(process.legs, places, strict=True)
    }


def keep_abilities(ledger: Ledger, process: Process, leg: str, names: Sequence[str]) -> None:
    """Keep a leg's list in place of the one before; an empty one brings back the shipped one.

    Raises:
        CannotDo: there is no such leg, or a name is too long.

    """
    leg = leg_of(process, leg)
    kept = list(dict.fromkeys(name.strip() for name in names if name.strip()))[:MOST]
    if any(len(name) > LONGEST for name in kept):
        raise CannotDo("no_ability", most=LONGEST)
    with ledger.writing() as connection:
        connection.execute("DELETE FROM ability WHERE process = ? AND leg = ?", (process.name, leg))
        connection.executemany(
            "INSERT INTO ability (process, leg, place, name) VALUES (?, ?, ?, ?)",
            [(process.name, leg, place, name) for place, name in enumerate(kept)],
        )


def leg_of(process: Process, name: str) -> str:
    """A leg of a process by its name, whatever the case.

    Raises:
        CannotDo: there is none.

    """
    found = next((leg for leg in process.legs if leg.casefold() == name.strip().casefold()), None)
    if found is None:
        raise CannotDo("no_leg", leg=name or "?", legs=", ".join((CREATION_LEG, *process.stages)))
    return found
