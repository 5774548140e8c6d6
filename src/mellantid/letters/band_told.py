"""A pace band in words: titles and written numbers, the same for the page and the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.letters.words import words_in
from mellantid.metrics import numbers
from mellantid.report.wording import wording

if TYPE_CHECKING:
    from mellantid.workspace.band import Band

MOST_WEEKS: Final = 53
"""Lines of one strip: a year and its odd week on 25 cm."""


@dataclass(frozen=True)
class Line:
    """One week as it is written: its number, its last date, the numbers of each leg."""

    week: str
    date: str
    cells: tuple[str, ...]
    now: bool


@dataclass(frozen=True)
class BandTold:
    """A band as it is written.

    Attributes:
        language: of the words.
        title: over it.
        of: whose, and of which plan.
        lead: what the numbers are.
        cut: what to do with it.
        week: the title of the weeks.
        date: the title of their dates.
        legs: the titles of the legs.
        strips: lines of each strip; a long plan has several.

    """

    language: str
    title: str
    of: str
    lead: str
    cut: str
    week: str
    date: str
    legs: tuple[str, ...]
    strips: tuple[tuple[Line, ...], ...]


def tell_band(band: Band, whose: str, language: str) -> BandTold:
    """Put a band into words.

    Args:
        band: it.
        whose: what people call its owner.
        language: the reader's.

    """
    t = words_in(language)
    lines = [
        Line(
            week=each.week.rpartition("W")[2].lstrip("0"),
            date=f"{each.last.day}/{each.last.month}",
            cells=tuple(numbers.movements(n, language) for n in each.planned),
            now=each.week == band.now,
        )
        for each in band.weeks
    ]
    return BandTold(
        language=language,
        title=t("band.title"),
        of=t("band.of", whose=whose, n=band.plan_version),
        lead=t("band.lead"),
        cut=t("band.cut"),
        week=t("band.week"),
        date=t("columns.date"),
        legs=tuple(wording(language).leg(each) for each in band.legs),
        strips=tuple(tuple(lines[at : at + MOST_WEEKS]) for at in range(0, len(lines), MOST_WEEKS)),
    )
