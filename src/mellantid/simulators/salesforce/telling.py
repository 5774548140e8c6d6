"""Rows as Salesforce writes them: JSON records of a query, CSV of a bulk job."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from mellantid.simulators.salesforce.objects import MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.simulators.salesforce.tables import Row


def records(rows: Iterable[Row], source: str, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows as JSON records: each with `attributes`, a parent's fields within the parent."""
    found = []
    for row in rows:
        record: dict[str, Any] = {"attributes": {"type": source}}
        for name, value in row.items():
            parent, _, own = name.rpartition(".")
            when = value is not None and fields.get(name) == MOMENT
            told = _moment(value, "+0000") if when else value
            if not parent:
                record[own] = told
            elif told is None:
                record.setdefault(parent, None)
            else:
                record[parent] = {**(record.get(parent) or {"attributes": {}}), own: told}
        found.append(record)
    return found


def table(rows: Iterable[Row], names: Sequence[str], fields: Mapping[str, str]) -> str:
    """Rows as CSV with a line of names; what is null is empty."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name], fields[name]) for name in names])
    return text.getvalue()


def _cell(value: object, form: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return _moment(int(str(value)), "Z") if form == MOMENT else str(value)


def _moment(value: int, zone: str) -> str:
    when = dt.datetime.fromtimestamp(value / 1_000, dt.UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{value % 1_000:03d}{zone}"
