"""The lines of an evaluation, and which of them are beyond chance.

A line is beyond chance where it is more than z standard deviations from nil, with z such that of a
plan that holds in everything one evaluation in ten, at most, names anything (Šidák, *Journal of the
American Statistical Association* 62, 1967, over the lines that can be judged).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from scipy.special import ndtri

from mellantid.core.standing.verdict import ENOUGH

FALSE_NAMING: Final = 0.1
"""Chance that anything is named where the plan holds in everything."""


class Kind(StrEnum):
    """What a line is about."""

    PACE = "pace"
    START = "where deals begin"
    SIZE = "size of new deals"
    CONVERSION = "conversion"
    TIME = "time"
    WON_FOR = "won for"
    AMOUNTS = "amounts on the way"
    OWNERS = "owner changes"
    CORRECTIONS = "corrections"
    REFITTED = "model fitted anew"
    BEFORE = "before"


class Said(StrEnum):
    """What is said of a line."""

    BEYOND = "beyond chance"
    WITHIN = "within chance"
    EARLY = "too early to say"
    NO_CHANCE = "no matter of chance"


@dataclass(frozen=True)
class Line:
    """A part of the gap.

    Attributes:
        kind: what it is about.
        leg: which leg; None: the line is of no leg.
        money: what it added: ahead where positive.
        sd: its standard deviation where the assumption holds; None: no matter of chance.
        chance_sd: the part of that which is chance alone, the plan's chances taken as true.
        expected: what the plan expected, in the line's own measure: deals created, exits, exits
            onward of those that left, amounts; NaN where it has none.
        seen: what was.
        number: how many events it stands on; judged where `expected` reaches `ENOUGH`.
        said: what is said of it.

    """

    kind: Kind
    leg: int | None
    money: float
    sd: float | None = None
    chance_sd: float | None = None
    expected: float = float("nan")
    seen: float = float("nan")
    number: float = 0.0
    said: Said = Said.NO_CHANCE


def judge(lines: list[Line]) -> tuple[float, list[Line]]:
    """Say of each line whether it is beyond chance, with all of them controlled together."""
    told = sum(each.number >= ENOUGH and bool(each.sd) for each in lines)
    level = 1.0 - (1.0 - FALSE_NAMING) ** (1.0 / max(told, 1))
    band = float(-ndtri(level / 2.0))

    def said(line: Line) -> Said:
        if line.number < ENOUGH or not line.sd:
            return Said.EARLY
        return Said.BEYOND if abs(line.money) > band * line.sd else Said.WITHIN

    return band, [replace(each, said=said(each)) for each in lines]
