"""Events that somebody may choose to be told of, as plain values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Choice(StrEnum):
    """What a person may choose."""

    LEG = "leg"
    """A leg slips, or is back on pace."""
    CAUGHT = "caught"
    """A deal is caught by the rope."""
    CHANCE = "chance"
    """The chance of the target crosses the person's own line."""
    LETTER = "letter"
    """The Monday letter."""


class Kind(StrEnum):
    """What happened, by the name that programs know it by."""

    SLIPS = "leg.slips"
    BACK = "leg.back"
    CAUGHT = "deal.caught"
    FELL = "chance.fell"
    ROSE = "chance.rose"
    LETTER = "letter"
    TEST = "test"


CHOICE_OF: Final[Mapping[Kind, Choice]] = {
    Kind.SLIPS: Choice.LEG,
    Kind.BACK: Choice.LEG,
    Kind.CAUGHT: Choice.CAUGHT,
    Kind.FELL: Choice.CHANCE,
    Kind.ROSE: Choice.CHANCE,
    Kind.LETTER: Choice.LETTER,
}
"""The choice that an event falls under; a test is asked for and needs none."""


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        kind: what.
        at: when it was found (ms).
        process: in which process; empty: in none.
        about: the leg, the deal, the target's owner, or the week.
        owner: of a deal: whose it is; None: nobody's.
        figures: numbers and words that tell it, as JSON has them.
        path: where in the web app it can be looked at; empty: nowhere.
        text: what is to be said as it is, such as a letter; empty: it is put into words.

    """

    kind: Kind
    at: int
    process: str = ""
    about: str = ""
    owner: str | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    text: str = ""

    @property
    def id(self) -> str:
        """The same for the same event, also where several are told of it.

        A week has one letter, whenever it is found to be due.
        """
        when = 0 if self.kind is Kind.LETTER else self.at
        said = json.dumps([self.kind, when, self.process, self.about])
        return f"evt_{hashlib.sha256(said.encode()).hexdigest()[:24]}"

    def written(self) -> str:
        """As JSON, to be kept."""
        return json.dumps(vars(self), ensure_ascii=False)

    @classmethod
    def read(cls, written: str) -> Event:
        """As it was kept."""
        values = json.loads(written)
        return cls(**values | {"kind": Kind(values["kind"])})
