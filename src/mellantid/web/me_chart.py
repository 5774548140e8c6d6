"""The way of a seller, drawn: what is won, what is in hand, the milestones and the goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mellantid.web.me_writer import OwnWriter
    from mellantid.workspace.own_race import OwnRace

WIDTH: Final = 1000.0
LEFT: Final = 14.0
ROOM: Final = 90.0
"""Least distance between two labels."""
ROOM_ON_TELEPHONE: Final = 260.0
"""The same where the drawing is small."""


@dataclass(frozen=True)
class Mark:
    """A milestone on the line.

    Attributes:
        x: where.
        text: what it says; empty where there is no room.
        kind: `passed`, `ahead` or `goal`.
        wide: whether a telephone has no room for what it says.

    """

    x: float
    text: str
    kind: str
    wide: bool


@dataclass(frozen=True)
class Way:
    """The line in the drawing's units.

    Attributes:
        start: where it begins.
        end: where it ends.
        won: how far what is won goes.
        hand: how far what is in hand goes.
        marks: milestones and goal.
        title: what it says, for those who do not see it.

    """

    start: float
    end: float
    won: float
    hand: float
    marks: tuple[Mark, ...]
    title: str


def way(w: OwnWriter, found: OwnRace) -> Way:
    """Lay out the line from nothing to the goal, or to what is in hand where that is more."""
    top = max([found.goal, found.in_hand, *(each.value for each in found.milestones)])
    scale = (WIDTH - 2 * LEFT) / top if top > 0 else 0.0

    def place(value: float) -> float:
        return round(LEFT + max(value, 0.0) * scale, 1)

    marks: list[Mark] = []
    labelled: list[float] = []
    # The goal and the next milestone have their labels first; others where there is room.
    following = next((each.value for each in found.milestones if each.ahead), None)
    order = sorted(found.milestones, key=lambda m: (not m.goal, m.value != following, m.value))
    for each in order:
        x = place(each.value)
        free = all(abs(x - other) >= ROOM for other in labelled)
        text = w.round_amount(each.value) if free else ""
        if free:
            labelled.append(x)
        kind = "goal" if each.goal else "ahead" if each.ahead else "passed"
        wide = not each.goal and (
            each.value != following or abs(x - place(found.goal)) < ROOM_ON_TELEPHONE
        )
        marks.append(Mark(x, text, kind, wide))
    return Way(
        start=LEFT,
        end=place(top),
        won=place(found.won),
        hand=place(found.in_hand),
        marks=tuple(marks),
        title=w.say(
            "way",
            hand=w.amount(found.in_hand),
            won=w.amount(found.won),
            goal=w.round_amount(found.goal),
        ),
    )
