"""Reading: the columns that the map names, cleaned and typed, as the engine's table `reading`.

It has the row's number, each named column's text under its key in the map, the moment of each date
as `<key>_at` (NULL where it cannot be read) with the wall-clock time as `<key>_local`, and the
amount as a number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import LAST_YEAR, MS_PER_DAY, date_number
from mellantid.errors import DataError
from mellantid.importing.amounts import amount_of, tell_decimal
from mellantid.importing.engine import identifier, literal, query
from mellantid.importing.moments import Form, Order, given, tell_form
from mellantid.importing.names import did_you_mean, listed
from mellantid.importing.order import tell_order
from mellantid.importing.refusal import refuse_without_dates
from mellantid.importing.zones import moment_of, zone_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.importing.mapping import Map
    from mellantid.importing.table import Table

# As programs write nothing. The case counts: NAN or NA may be somebody's identity.
MISSING: Final = (
    "", "-", "None", "none", "NULL", "Null", "null", "(null)", "NaT", "NaN", "nan", "N/A", "n/a",
    "#N/A", "<NA>", r"\N",
)  # fmt: skip
DATES: Final = ("at", "recorded", "created", "closed", "changed")
# Moments run from 1970 to 2069 in UTC; local time of their days a little further.
LATEST: Final = date_number(dt.date(LAST_YEAR + 1, 1, 1)) * MS_PER_DAY - 1


@dataclass(frozen=True)
class Reading:
    """What is known of the table `reading`.

    Attributes:
        columns: the file's column for each key: `deal`, `at`, `stage`, ..., `entered_<i>`.
        headers: the names of all the file's columns.
        forms: how each date column is written.
        order: whether the day or the month comes first.

    """

    columns: Mapping[str, int]
    headers: tuple[str, ...]
    forms: Mapping[str, Form]
    order: Order

    @property
    def dates(self) -> list[str]:
        """The keys of the date columns, in order."""
        return list(self.forms)

    def has(self, key: str) -> bool:
        """Whether the file has a column for a key."""
        return key in self.columns

    def header(self, key: str) -> str:
        """The name of a key's column in the file, as the engine's literal."""
        return literal(self.headers[self.columns[key]])

    def text(self, key: str) -> str:
        """The engine's expression for a text column that the file may lack."""
        return identifier(key) if self.has(key) else "NULL::VARCHAR"

    def form(self, key: str) -> str:
        """How a date column is written, as the engine's literal."""
        return literal(self.forms[key].words(self.order))


def bind(table: Table, mapping: Map) -> dict[str, int]:
    """The file's column for each key that the map names.

    Raises:
        DataError: the file lacks one; or it has no dates at all, and can be no movements.

    """
    bound = {key: table.find(name) for key, name in mapping.wanted.items()}
    missing = [key for key, index in bound.items() if index is None]
    if missing:
        refuse_without_dates(table)
        key = missing[0]
        name = mapping.wanted[key]
        section, _, what = key.partition(".")
        hint = did_you_mean(table.headers, name)
        raise DataError(
            f"{mapping.name}: {what} in [{section}]: {table.name} has no column "
            f'"{name}"{hint}; it has {listed(table.headers)}.'
        )
    return {_key(key, mapping): index for key, index in bound.items() if index is not None}


def _key(key: str, mapping: Map) -> str:
    """The name of a column within the engine."""
    section, _, what = key.partition(".")
    if section == "entered":
        return f"entered_{list(mapping.entered).index(what)}"
    return f"lookup_{what}" if section == "lookup" else what


def read(table: Table, mapping: Map) -> Reading:
    """Load what the map names and make the table `reading`.

    Raises:
        DataError: a column is missing, or a date column holds no dates.

    """
    columns = bind(table, mapping)
    table.load(columns.values())
    forms = _forms(table, mapping, columns)
    order = tell_order(table, {columns[key]: form for key, form in forms.items()}, mapping.timezone)
    reading = Reading(columns, table.headers, forms, order)
    missing = _missing_by_column(table, columns)
    texts = ", ".join(
        f"{_clean(f'c{index}', missing[index])} AS {_name(key)}" for key, index in columns.items()
    )
    amount = "NULL::DOUBLE"
    if reading.has("amount"):
        decimal = mapping.decimal or tell_decimal(table.db, f"c{columns['amount']}")
        table.detected["decimal_mark"] = "comma" if decimal == "," else "point"
        amount = amount_of("amount", decimal)
    moments = _moments(table, reading, mapping)
    parts = {"texts": texts, "locals": _locals(reading), "moments": moments, "amount": amount}
    table.db.execute(query("reading", **parts))
    table.detected["dates"] = {
        table.headers[columns[key]]: form.words(order) for key, form in forms.items()
    }
    table.detected["timezone"] = mapping.timezone
    return reading


def _missing_by_column(table: Table, columns: Mapping[str, int]) -> dict[int, list[str]]:
    """How missing values are written in each column, other than by an empty cell; reported too."""
    spelled = ", ".join(literal(text) for text in MISSING if text)
    found: dict[int, list[str]] = {}
    counts: dict[str, int] = {}
    for index in sorted(set(columns.values())):
        table.db.execute(query("missing", column=f"c{index}", spelled=spelled))
        rows = table.db.fetchall()
        found[index] = [text for text, _ in rows]
        for text, count in rows:
            counts[text] = counts.get(text, 0) + count
    if counts:
        table.detected["missing"] = counts
    return found


def _clean(column: str, missing: list[str]) -> str:
    """The text of a cell without blanks around it; NULL where it is missing."""
    text = f"nullif(trim({column}), '')"
    if not missing:
        return text
    spelled = ", ".join(literal(spelling) for spelling in missing)
    return f"CASE WHEN trim({column}) IN ({spelled}) THEN NULL ELSE {text} END"


def _name(key: str) -> str:
    return identifier(key)


def _forms(table: Table, mapping: Map, columns: Mapping[str, int]) -> dict[str, Form]:
    """How each date column is written; one that nothing is told of, as another one is."""
    keys = [key for key in columns if key in DATES or key.startswith("entered_")]
    if mapping.date_format is not None:
        return dict.fromkeys(keys, given(mapping.date_format))
    told: dict[str, Form | None] = {}
    odd = ""
    for key in keys:
        values = [value for value in table.values(columns[key]) if value not in MISSING]
        told[key] = tell_form(values)
        if told[key] is None and values and not odd:
            name = table.headers[columns[key]]
            odd = f'"{name}" holds no dates that can be read, such as "{values[0]}"'
    known = next((form for form in told.values() if form is not None), None)
    if known is None and odd:
        raise DataError(f"The column {odd}: name another one in {mapping.name}, or date_format.")
    return {key: form or known or given("%Y-%m-%d") for key, form in told.items()}


def _locals(reading: Reading) -> str:
    parts = [
        f"{form.local(_name(key), reading.order)} AS {_name(key + '_local')}"
        for key, form in reading.forms.items()
    ]
    return ", ".join(parts)


def _moments(table: Table, reading: Reading, mapping: Map) -> str:
    zone = zone_named(mapping.timezone)
    parts = []
    for key, form in reading.forms.items():
        local = _name(key + "_local")
        zoned = moment_of(local, zone, *_span(table, reading, key))
        moment = form.moment(_name(key), local, zoned)
        parts.append(f"{moment} AS {_name(key + '_at')}")
    return ", ".join(parts)


def _span(table: Table, reading: Reading, key: str) -> tuple[int, int]:
    """The first and last wall-clock time of a date column: few changes of the clock lie between."""
    local = reading.forms[key].local(f"trim(c{reading.columns[key]})", reading.order)
    table.db.execute(query("span", local=local))
    low, high = table.db.fetchone() or (None, None)
    return (0, 0) if low is None else (max(int(low), 0), min(int(high), LATEST + MS_PER_DAY))
