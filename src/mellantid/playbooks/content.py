"""What a playbook's file says: stages, numbers, where each number comes from, and what to train."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mellantid.metrics.metric import Text

FORMAT: Final = 1


class Grade(StrEnum):
    """How good a source is."""

    A = "A"
    """Measured, and published with the number of observations."""
    B = "B"
    """A survey by somebody who sells something, or told at second hand."""
    C = "C"
    """Judgement: ours, or a published figure that says nothing of what it stands on."""


MOST_DEALS: Final = {Grade.A: 50.0, Grade.B: 8.0, Grade.C: 4.0}
"""How many deals of one's own a stage may count for, by the weaker of its two sources."""


@dataclass(frozen=True)
class Source:
    """Where a number comes from.

    Attributes:
        key: what the file's numbers call it.
        grade: how good it is.
        title: who has published what; or that it is a judgement.
        url: where it was read; empty: nowhere.
        n: observations that it stands on; None where that is not said.
        note: what one should know of it; None: nothing.

    """

    key: str
    grade: Grade
    title: str
    url: str = ""
    n: int | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Given:
    """A number and its source's key."""

    value: float
    source: str


@dataclass(frozen=True)
class PlaybookStage:
    """One stage of a playbook.

    Attributes:
        name: what it is called.
        exit: what must be true before a deal leaves it; None: nothing is said.
        conversion: the share of those that go on or are lost, that go on.
        median_days: working days after which half have left.
        deals: finished deals of one's own that the two numbers count for.
        abilities: what to train on this leg.
        activities: what moves a deal on this leg.

    """

    name: Text
    exit: Text | None
    conversion: Given
    median_days: Given
    deals: float
    abilities: tuple[Text, ...] = ()
    activities: tuple[Text, ...] = ()


@dataclass(frozen=True)
class PlaybookFile:
    """A playbook as its file has it.

    Attributes:
        name: what commands call it: small letters, digits and hyphens.
        title: what people call it.
        about: what it is for, and how good it is; None: nothing is said.
        sources: by key, in the file's order.
        stages: in order.

    """

    name: str
    title: Text
    about: Text | None
    sources: dict[str, Source]
    stages: tuple[PlaybookStage, ...] = field(default=())

    def source(self, given: Given) -> Source:
        """Where a number comes from."""
        return self.sources[given.source]
