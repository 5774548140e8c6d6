"""Tables that fit the screen: headings fold first, then the least important columns go."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE_WIDTH: Final = 160
"""Columns of text in a file or a pipe, where there is no screen to fit."""
GAP: Final = 2
RULE: Final[tuple[str, ...]] = ()
"""In place of a row: a line between the rows above and those below."""


def screen_width() -> int:
    """The columns that there are to write in."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return max(shutil.get_terminal_size().columns, 20)
    return FILE_WIDTH


@dataclass(frozen=True)
class Table:
    """A table; see `output.print_table` for what its parts are."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    text_columns: int
    spare: tuple[str, ...] = ()

    def written(self, width: int) -> str:
        """The table as lines of at most so many columns, if its words can be folded that far."""
        from rich.console import Console  # noqa: PLC0415 (--json does without Rich)
        from rich.text import Text  # noqa: PLC0415 (as above)

        gone = self._too_much(width)
        console = Console(width=width, highlight=False, emoji=False, markup=False)
        with console.capture() as captured:
            if self.title:
                console.print(Text(self.title, style="bold"))
            console.print(self._without(gone).drawn(width))
            if gone:
                names = ", ".join(name for name in self.headings if name in gone)
                console.print(Text(f"(no room here for {names})", style="dim"))
        return "\n".join(line.rstrip() for line in captured.get().splitlines())

    def _too_much(self, width: int) -> list[str]:
        """Headings of the columns that there is no room for."""
        gone: list[str] = []
        for name in self.spare:
            if self._without(gone).needs(folded=True) > width:
                gone.append(name)
        # A column that turns out to fit beside a wider one that had to go comes back.
        for name in reversed(gone[:-1]):
            others = [each for each in gone if each != name]
            if self._without(others).needs(folded=True) <= width:
                gone = others
        return gone

    def _without(self, names: Sequence[str]) -> Table:
        kept = [place for place, name in enumerate(self.headings) if name not in names]
        return replace(
            self,
            headings=tuple(self.headings[place] for place in kept),
            rows=[tuple(row[place] for place in kept) if row else RULE for row in self.rows],
            text_columns=sum(place < self.text_columns for place in kept),
        )

    def needs(self, *, folded: bool) -> int:
        """The columns of text that the table takes, with its headings folded or in one line."""
        headings = tuple(_folded(name) if folded else name for name in self.headings)
        cells = [headings, *(row for row in self.rows if row)]
        return sum(max(map(_width, column)) + GAP for column in zip(*cells, strict=True))

    def drawn(self, width: int) -> object:
        """The table as Rich draws it."""
        from rich import box  # noqa: PLC0415 (as above)
        from rich.table import Table as Drawn  # noqa: PLC0415 (as above)

        fits = self.needs(folded=False) <= width
        drawn = Drawn(
            show_header=any(self.headings),
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            collapse_padding=True,
            padding=(0, 1, 0, 0),
        )
        for place, heading in enumerate(self.headings):
            words = place < self.text_columns
            name = heading if fits else _folded(heading)
            drawn.add_column(name, justify="left" if words else "right", no_wrap=not words)
        for row in self.rows:
            if row:
                drawn.add_row(*row)
            else:
                drawn.add_section()
        return drawn


def _folded(heading: str) -> str:
    """A heading with a word a line."""
    return "\n".join(heading.split(" "))


def _width(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415 (as above)

    return max(map(cell_len, text.split("\n")))
