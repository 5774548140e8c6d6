"""A letter on paper: the words of the letter, laid out on sheets of A4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.letters.paper.fonts import PLAIN, STRONG, width, wrapped
from mellantid.letters.paper.sheet import INK, MM, MUTED, RULE, Paper
from mellantid.letters.words import words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.letters.paper.sheet import Colour
    from mellantid.letters.telling import Told
    from mellantid.report.writer import Cell, Table

SIDE: Final = 22 * MM
TOP: Final = 16 * MM
LOW: Final = 14 * MM
LINE: Final = 1.38
"""Height of a line over the size of its letters."""
BODY: Final = 10.5
SMALL: Final = 9.0
HEAD: Final = 12.5
TITLE: Final = 17.0
LEFT: Final = ("name", "words")
BETWEEN: Final = 12.0
"""Points between the columns of a table."""


def letter_pdf(told: Told) -> bytes:
    """A letter as a PDF."""
    t = words_in(told.language)
    flow = Flow(Paper(told.subject, told.language))
    flow.words(told.title, SMALL, STRONG, MUTED)
    flow.words(told.sentence, TITLE, STRONG, after=4)
    flow.words(told.where, SMALL, PLAIN, MUTED)
    if told.chance:
        flow.words(told.chance)
    flow.heading(t("headings.changed"))
    flow.words(" ".join(told.changed))
    flow.table(told.lines)
    flow.words(told.lead, SMALL, PLAIN, MUTED)
    flow.heading(t("headings.things"))
    for number, each in enumerate(told.things, 1):
        flow.item(f"{number}.", each.text)
    flow.heading(t("headings.caught"))
    flow.words(" ".join(told.rope))
    if told.caught is not None:
        flow.table(told.caught)
    for said in filter(None, (told.caught_more, told.hidden)):
        flow.words(said, SMALL, PLAIN, MUTED)
    if told.abilities:
        flow.heading(t("headings.abilities"))
        for said in told.abilities:
            flow.item("–", said)
    return flow.paper.pdf()


class Flow:
    """Words put on paper one below the other; what does not fit goes to the next sheet.

    Args:
        paper: empty.

    """

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.wide = paper.width - 2 * SIDE
        self._turn()

    def _turn(self) -> None:
        self.paper.sheet()
        self.y = TOP

    def _room(self, high: float) -> None:
        """See that there is so much room left on the sheet."""
        if self.y + high > self.paper.height - LOW:
            self._turn()

    def words(
        self,
        text: str,
        size: float = BODY,
        style: str = PLAIN,
        colour: Colour = INK,
        *,
        after: float = 6.0,
        indent: float = 0.0,
    ) -> None:
        """Put a paragraph."""
        for line in wrapped(text, size, self.wide - indent, style):
            self._room(size * LINE)
            self.y += size * LINE
            self.paper.text(SIDE + indent, self.y, line, size, style, colour)
        self.y += after

    def heading(self, text: str) -> None:
        """Put a heading, with room for something below it on the same sheet."""
        self.y += 12
        self._room(6 * BODY * LINE)
        self.words(text, HEAD, STRONG, after=4)

    def item(self, mark: str, text: str) -> None:
        """Put an item of a list."""
        self._room(2 * BODY * LINE)
        self.paper.text(SIDE, self.y + BODY * LINE, mark, BODY, PLAIN, MUTED)
        self.words(text, after=3, indent=16)

    def table(self, table: Table) -> None:
        """Put a table; its columns are as wide as what stands in them."""
        rows = [[cell.text for cell in row] for row in (*table.rows, *table.foot)]
        titles = [column.title for column in table.columns]
        wide = [
            max(width(str(row[place]), SMALL + 0.5, STRONG) for row in (titles, *rows)) + BETWEEN
            for place in range(len(titles))
        ]
        squeezed = min(self.wide / sum(wide), 1.0)
        ends = [sum(wide[: place + 1]) * squeezed for place in range(len(wide))]
        starts = [0.0, *ends[:-1]]
        # Figures stand at the right end of their column, words at the left.
        left = [column.kind in LEFT for column in table.columns]
        places = [
            SIDE + (start + (BETWEEN / 2 if start else 0) if begins else end - BETWEEN / 2)
            for start, end, begins in zip(starts, ends, left, strict=True)
        ]
        self._row(titles, places, left, PLAIN, MUTED)
        self._rule(ends[-1])
        for row in table.rows:
            self._cells(row, places, left, PLAIN)
        for number, row in enumerate(table.foot, 1):
            last = number == len(table.foot)
            if last:
                self._rule(ends[-1])
            self._cells(row, places, left, STRONG if last else PLAIN)
        self.y += 8

    def _cells(
        self, row: Sequence[Cell], places: Sequence[float], left: Sequence[bool], style: str
    ) -> None:
        self._row([str(cell.text) for cell in row], places, left, style, INK)

    def _row(
        self,
        row: Sequence[str],
        places: Sequence[float],
        left: Sequence[bool],
        style: str,
        colour: Colour,
    ) -> None:
        size = SMALL + 0.5
        self._room(size * LINE + 2)
        self.y += size * LINE + 1.5
        for text, x, begins in zip(row, places, left, strict=True):
            self.paper.text(x, self.y, text, size, style, colour, right=not begins)

    def _rule(self, wide: float) -> None:
        self.paper.line((SIDE, self.y + 4), (SIDE + wide, self.y + 4), RULE)
        self.y += 3
