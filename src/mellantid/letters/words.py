"""The letter's words, and the writer of its tables and amounts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers
from mellantid.metrics.metric import check_language
from mellantid.report.wording import Wording, flattened, wording
from mellantid.report.writer import Amounts, TableWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup


@cache
def words_in(language: str) -> Wording:
    """The words of letter and band in a language.

    Raises:
        QuestionError: there are none.

    """
    name = f"{check_language(language)}.toml"
    file = files("mellantid.letters").joinpath("texts", name)
    return Wording(language, flattened(file.read_text(encoding="utf-8")))


class LetterWriter(TableWriter):
    """Writes a letter's tables in one language and currency.

    Args:
        language: the reader's.
        unit: of the amounts.

    """

    def __init__(self, language: str, unit: str) -> None:
        super().__init__(words_in(language), unit)

    def leg(self, name: str) -> str:
        """What to call a leg."""
        return wording(self.language).leg(name)

    def linked_leg(self, name: str) -> str | Markup:
        """What to call a leg in a table; a page that has one of its own for each leads there."""
        return self.leg(name)

    def worth(self, value: float | None, *, sign: bool = False) -> str:
        """A worth in a sentence; where deals are counted, parts of a deal have decimals."""
        if self.currency != PER_DEAL:
            return self.money(value, sign=sign)
        unit, written = self.worths([value], sign=sign)
        del unit
        return f"{written[0]}{numbers.NARROW}{PER_DEAL}"

    def worths(self, values: Iterable[float | None], *, sign: bool = False) -> Amounts:
        """Worths on one scale, the unit apart."""
        if self.currency != PER_DEAL:
            return self.amounts(values, sign=sign)
        written = [
            numbers.NONE if each is None else numbers.decimal(each, 2, self.language)
            for each in values
        ]
        return Amounts("", [numbers.signed(each) for each in written] if sign else written)
