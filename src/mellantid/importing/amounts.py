"""Amounts: numbers as people and spreadsheets write them, with the decimal mark told from all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.importing.engine import literal, query

if TYPE_CHECKING:
    import duckdb

POINT: Final = "."
COMMA: Final = ","
# Brackets and a trailing minus are how accounts write a negative amount.
NEGATIVE: Final = r"^\(.*\)$|-\s*\d|\d\s*-$"
NO_NUMBER: Final = r"\d[^0-9.,]*[^0-9.,'’\s\x{a0}\x{202f}][^0-9.,]*\d|^\D*$"


def tell_decimal(db: duckdb.DuckDBPyConnection, column: str) -> str:
    """The decimal mark of a column of the view `source`: what most of its telling values say."""
    row = db.execute(query("decimal_mark", column=column)).fetchone()
    commas, points = row or (0, 0)
    return COMMA if commas > points else POINT


def amount_of(text: str, decimal: str) -> str:
    """The engine's expression for the number in a text; NULL where there is none.

    Args:
        text: the expression for the text.
        decimal: the decimal mark; the other one only groups.

    """
    grouping = COMMA if decimal == POINT else POINT
    digits = f"regexp_replace({text}, {literal('[^0-9.,]')}, '', 'g')"
    digits = f"replace({digits}, {literal(grouping)}, '')"
    digits = f"replace({digits}, {literal(decimal)}, '.')"
    sign = f"CASE WHEN regexp_matches({text}, {literal(NEGATIVE)}) THEN -1 ELSE 1 END"
    odd = f"regexp_matches({text}, {literal(NO_NUMBER)})"
    number = f"CASE WHEN {odd} THEN NULL ELSE TRY_CAST({digits} AS DOUBLE) * {sign} END"
    if decimal == COMMA:
        return number
    plain = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN isfinite({plain}) THEN {plain} ELSE {number} END"
