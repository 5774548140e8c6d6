"""Moments: how the dates of a column are written, and how the engine reads them.

Nothing is decided row by row: the form is told from a sample, and whether the day or the month
comes first from all of the file's date columns together. A value in another form is not read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from mellantid.importing.engine import literal

Family = Literal["iso", "numeric", "named", "compact", "serial", "epoch", "given"]
Order = Literal["day first", "month first"]

CLOCK: Final = r"(?P<clock>[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
ZONE: Final = r"(?P<zone> ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?"
MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
NAME: Final = rf"(?P<name>(?:{MONTHS})[a-z]*)"
WRITTEN: Final[tuple[tuple[Family, str], ...]] = (
    ("iso", rf"\d{{4}}(?P<mark>[-/])\d{{1,2}}(?P=mark)\d{{1,2}}{CLOCK}{ZONE}$"),
    ("numeric", rf"\d{{4}}(?P<mark>\.)\d{{1,2}}\.\d{{1,2}}(?P<year_first>){CLOCK}$"),
    (
        "numeric",
        rf"\d{{1,2}}(?P<mark>[-/.])\d{{1,2}}(?P=mark)(?P<year>\d{{4}}|\d{{2}}){CLOCK}$",
    ),
    ("named", rf"\d{{1,2}}(?P<mark>[- .]+){NAME}\.?[- ,]+(?P<year>\d{{4}}|\d{{2}}){CLOCK}$"),
    ("named", rf"{NAME}\.? \d{{1,2}}(?P<comma>,?) (?P<year>\d{{4}}){CLOCK}$"),
    ("compact", r"(?:19[7-9]\d|20[0-6]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"),
    ("epoch", r"\d{12,13}$"),
    ("serial", r"[2-7]\d{4}(?:\.\d+)?$"),
)
FORMS: Final = [(family, re.compile(form, re.IGNORECASE)) for family, form in WRITTEN]
# How local time of day is written after the date, in the order in which it is tried.
CLOCKS: Final = (
    "", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p", ", %H:%M",
    ", %H:%M:%S", ", %I:%M %p", ", %I:%M:%S %p", "T%H:%M:%S", "T%H:%M",
)  # fmt: skip
OFFSET: Final = r"[T ]\d.*([-+]|[Zz]$|UTC$)"
SHARE: Final = 0.5
WORDS: Final[dict[Family, str]] = {
    "iso": "year-month-day",
    "named": "day and month by name",
    "compact": "yyyymmdd",
    "serial": "spreadsheet day number",
    "epoch": "milliseconds since 1970",
}


@dataclass(frozen=True)
class Form:
    """How the dates of one column are written.

    Attributes:
        family: the kind of writing.
        mark: what stands between day, month and year, where the family has several.
        year: `%Y`, `%y`, or the two.
        shape: strptime formats without clock; `{order}` stands for day and month where open.
        share: the part of the sample that is written so.

    """

    family: Family
    shapes: tuple[str, ...]
    share: float
    ambiguous: bool = False

    def words(self, order: Order) -> str:
        """The form for the report."""
        if self.family == "given":
            return self.shapes[0]
        if not self.ambiguous:
            return WORDS.get(self.family, "year.month.day")
        mark = self.shapes[0][2]
        year = "yyyy" if "%Y" in self.shapes[0] else "yy"
        parts = ("d", "m") if order == "day first" else ("m", "d")
        return mark.join((*parts, year))

    def formats(self, order: Order) -> list[str]:
        """The strptime formats to try, with every clock."""
        pair = ("%d", "%m") if order == "day first" else ("%m", "%d")
        shapes = [shape.replace("%1", pair[0]).replace("%2", pair[1]) for shape in self.shapes]
        if self.family == "given":
            return shapes
        return [shape + clock for shape in shapes for clock in CLOCKS]

    def local(self, text: str, order: Order) -> str:
        """The engine's expression for the wall-clock time of a text, in ms; NULL if not read."""
        if self.family == "iso":
            plain = f"CASE WHEN {text} LIKE '%:%M' OR {text} LIKE '%:%m' THEN NULL ELSE {text} END"
            iso = f"epoch_ms(TRY_CAST({plain} AS TIMESTAMP))"
            twelve = [f"%Y-%m-%d{clock}" for clock in CLOCKS if "%p" in clock]
            return f"coalesce({iso}, {_strptime(text, twelve)})"
        if self.family == "epoch":
            return f"TRY_CAST({text} AS BIGINT)"
        if self.family == "serial":
            # Day 25569 of a spreadsheet is 1970-01-01; to the millisecond the number is not exact.
            days = f"TRY_CAST({text} AS DOUBLE)"
            return f"CAST(round(({days} - 25569) * 86400) AS BIGINT) * 1000"
        return _strptime(text, self.formats(order))

    def moment(self, text: str, local: str, zoned: str) -> str:
        """The engine's expression for the moment of a text.

        Args:
            text: the expression for the text, which may carry an offset of its own.
            local: the expression for its wall-clock time in ms.
            zoned: the expression for the moment where it has no offset of its own.

        """
        if self.family == "epoch":
            return local
        if self.family != "iso":
            return zoned
        offset = f"regexp_matches({text}, {literal(OFFSET)})"
        return f"CASE WHEN {offset} THEN epoch_ms(TRY_CAST({text} AS TIMESTAMPTZ)) ELSE {zoned} END"


def _strptime(text: str, formats: list[str]) -> str:
    listed = ", ".join(literal(form) for form in formats)
    return f"epoch_ms(TRY_CAST(try_strptime({text}, [{listed}]) AS TIMESTAMP))"


def tell_form(values: list[str]) -> Form | None:
    """How most values of a sample are written; None where they are no dates.

    Args:
        values: texts that are not empty.

    """
    found: Counter[tuple[Family, str]] = Counter()
    for value in values:
        told = _tell(value)
        if told is not None:
            found[told] += 1
    if not found:
        return None
    family = Counter[Family]()
    for (kind, _), count in found.items():
        family[kind] += count
    chosen, count = family.most_common(1)[0]
    share = count / len(values)
    if share < SHARE:
        return None
    shapes = tuple(shape for (kind, shape), _ in found.most_common() if kind == chosen)
    return Form(chosen, shapes, share, ambiguous=any("%1" in shape for shape in shapes))


def _tell(value: str) -> tuple[Family, str] | None:
    for family, form in FORMS:
        match = form.match(value)
        if match:
            return family, _shape(family, match.groupdict())
    return None


def _shape(family: Family, parts: dict[str, str | None]) -> str:
    """The strptime format of a matched date, without its clock."""
    year = "%Y" if len(parts.get("year") or "0000") == 4 else "%y"
    if family == "numeric":
        mark = parts["mark"] or ""
        return f"%Y{mark}%m{mark}%d" if "year_first" in parts else f"%1{mark}%2{mark}{year}"
    if family == "named":
        month = "%b" if len(parts["name"] or "") == 3 else "%B"
        if "comma" in parts:
            return f"{month} %d{parts['comma']} {year}"
        mark = parts["mark"] or " "
        return f"%d{mark}{month}{mark.strip('.') or ' '}{year}"
    return "%Y%m%d" if family == "compact" else ""


def given(date_format: str) -> Form:
    """The form that a map prescribes."""
    return Form("given", (date_format,), 1.0)
