"""A pace band on paper: strips of 6 x 25 cm, as skiers wear them on the wrist."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mellantid.letters.paper.fonts import PLAIN, STRONG, fitted, width, wrapped
from mellantid.letters.paper.sheet import A4, ACCENT, INK, MM, MUTED, RAISED, RULE, Paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.letters.band_told import BandTold, Line

WIDE: Final = 60 * MM
HIGH: Final = 250 * MM
MARGIN: Final = 3 * MM
SIDE: Final = 15 * MM
TOP: Final = 20 * MM
ON_SHEET: Final = 3
"""Strips beside each other on A4."""
HEAD: Final = 26 * MM
"""The longest that the name of a leg may be, which runs upward."""
WEEK: Final = 13.5 * MM
"""Room for the week and its date."""
LARGEST: Final = 9.0
LINE: Final = 1.32


def band_pdf(told: BandTold) -> bytes:
    """A band as a PDF on A4, with lines to cut along."""
    paper = Paper(f"{told.title}: {told.of}", told.language, A4)
    for number, strip in enumerate(told.strips):
        place = number % ON_SHEET
        if not place:
            paper.sheet()
            paper.text(SIDE, TOP - 6 * MM, told.cut, 8.5, PLAIN, MUTED)
        part = f"{number + 1}/{len(told.strips)}" if len(told.strips) > 1 else ""
        _strip(paper, told, strip, SIDE + place * WIDE, part)
    return paper.pdf()


def _strip(paper: Paper, told: BandTold, lines: Sequence[Line], x: float, part: str) -> None:
    """One strip with its dashed edge."""
    corners = [(x, TOP), (x + WIDE, TOP), (x + WIDE, TOP + HIGH), (x, TOP + HIGH), (x, TOP)]
    for start, end in pairwise(corners):
        paper.line(start, end, MUTED, 0.6, dashed=True)
    left, right = x + MARGIN, x + WIDE - MARGIN
    inner = right - left
    y = TOP + MARGIN + 9
    paper.text(left, y, told.title, 11, STRONG)
    paper.text(right, y, part, 8, PLAIN, MUTED, right=True)
    for line in wrapped(told.of, 7.5, inner):
        y += 9.5
        paper.text(left, y, line, 7.5, PLAIN, INK)
    for line in wrapped(told.lead, 6.5, inner):
        y += 8
        paper.text(left, y, line, 6.5, PLAIN, MUTED)
    _lines(paper, told, lines, (left, y + 4, inner, TOP + HIGH - MARGIN))


def _lines(
    paper: Paper, told: BandTold, lines: Sequence[Line], room: tuple[float, float, float, float]
) -> None:
    """The names of the legs, then a line for each week, as large as there is room for."""
    left, top, inner, low = room
    column = (inner - WEEK) / len(told.legs)
    ends = [left + WEEK + column * (place + 1) for place in range(len(told.legs))]
    base = top + 6 + min(HEAD, max(width(leg, 7.5, STRONG) for leg in told.legs))
    size = min(LARGEST, (low - base - 4) / len(lines) / LINE, _widest(lines, column))
    for end, leg in zip(ends, told.legs, strict=True):
        name = fitted(leg, 7.5, HEAD, STRONG)
        paper.text(end - (column - 7.5) / 2 - 1.5, base - 3, name, 7.5, STRONG, upward=True)
    paper.line((left, base), (left + inner, base), INK, 0.7)
    high = min(size * 1.9, (low - base - 4) / len(lines))
    y = base
    for number, line in enumerate(lines, 1):
        if line.now:
            paper.block(left - 2, y + 0.5, inner + 4, high - 0.5, RAISED)
        y += high
        text = y - (high - size * 0.7) / 2
        style, colour = (STRONG, ACCENT) if line.now else (PLAIN, INK)
        paper.text(left, text, f"{told.week}{line.week}", size, STRONG, colour)
        paper.text(left + WEEK - 2, text, line.date, size * 0.78, PLAIN, MUTED, right=True)
        for end, cell in zip(ends, line.cells, strict=True):
            paper.text(end - 1, text, cell, size, style, INK, right=True)
        if not number % 4 and number < len(lines):
            paper.line((left, y), (left + inner, y), RULE, 0.4)


def _widest(lines: Sequence[Line], column: float) -> float:
    """The largest size at which every number fits its column."""
    widest = max(width(cell, 1.0, STRONG) for line in lines for cell in line.cells)
    return (column - 2.5) / widest
