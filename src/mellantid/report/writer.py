"""Tables written out: cells, columns with their definitions, amounts on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mellantid.metrics import metrics, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from mellantid.report.data import ReportData
    from mellantid.report.wording import Wording


@dataclass(frozen=True)
class Cell:
    """One cell of a table: what it says, how it looks, what number it is, its column's title."""

    text: str | Markup
    kind: str = "number"
    label: str = ""


@dataclass(frozen=True)
class Column:
    """One column: its title, how its cells look, and the metric that defines it."""

    title: str
    kind: str = "number"
    metric: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Table:
    """A table as it is shown: columns, rows, and rows that sum up."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Sequence[Cell]] = ()
    caption: str = ""
    kind: str = ""


class Amounts(NamedTuple):
    """A column of amounts on one scale: the unit, and each written."""

    unit: str
    written: list[str]


class TableWriter:
    """Writes tables in one language and currency."""

    def __init__(self, words: Wording, currency: str) -> None:
        self.words = words
        self.language = words.language
        self.currency = currency

    def title(self, key: str) -> str:
        """A column's title; pages that have their own words give it from there."""
        return self.words(f"columns.{key}")

    def leg(self, name: str) -> str | Markup:
        """What to call a leg; a page that has one of its own for each leg leads there."""
        return self.words.leg(name)

    def deal(self, deal: str) -> str | Markup:
        """What to call a deal; likewise."""
        return deal

    def money(self, x: float | None, *, sign: bool = False) -> str:
        """Write an amount, with its sign where it is a difference."""
        written = numbers.money(x, self.currency, self.language)
        return numbers.signed(written) if sign else written

    def amounts(self, values: Iterable[float | None], *, sign: bool = False) -> Amounts:
        """Write amounts on one scale, its unit apart."""
        unit, written = numbers.money_column(values, self.currency, self.language)
        return Amounts(unit, [numbers.signed(text) for text in written] if sign else written)

    def column(self, key: str, kind: str = "number", metric: str = "", unit: str = "") -> Column:
        """Make a column with its title, unit and definition."""
        definition = metrics()[metric].definition(self.language) if metric else ""
        title = self.title(key)
        return Column(f"{title}, {unit}" if unit else title, kind, metric, definition)

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str | Markup | Cell]],
        foot: Sequence[Sequence[str | Markup | Cell]] = (),
        caption: str = "",
        kind: str = "",
    ) -> Table:
        """Make a table whose cells look as their columns do."""

        def cells(row: Sequence[str | Markup | Cell]) -> list[Cell]:
            return [
                cell if isinstance(cell, Cell) else Cell(cell, column.kind, column.title)
                for cell, column in zip(row, columns, strict=True)
            ]

        return Table(columns, [cells(r) for r in rows], [cells(r) for r in foot], caption, kind)


class Writer(TableWriter):
    """Writes the report's tables: it has its data."""

    def __init__(self, data: ReportData, words: Wording) -> None:
        super().__init__(words, data.meta.currency)
        self.data = data
