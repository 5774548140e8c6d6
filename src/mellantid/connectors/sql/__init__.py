"""Any database: a query that gives rows of changes, or the tables in which a loader lands a CRM.

`database` is the way to it, `queries` and `loaders` say where it has what (`shapes`), `values` and
`histories` make deals of rows, `following` finds what is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mellantid.connectors.connector import Field, Kind, SourceError
from mellantid.connectors.sql.connector import Sql
from mellantid.connectors.sql.database import Database
from mellantid.connectors.sql.loaders import hubspot, salesforce, salesforce_versions
from mellantid.connectors.sql.queries import (
    SELECT,
    changes_of,
    columns_of,
    literal,
    map_of,
    selected,
    source_of,
)
from mellantid.connectors.sql.shapes import Shape, listed_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import Connection

    from mellantid.connectors.http import Http

CHANGES: Final = "changes"
LOADERS: Final = {
    "hubspot": hubspot,
    "salesforce": salesforce,
    "salesforce_versions": salesforce_versions,
}
OVERLAP: Final = "600"

FIELDS: Final = (
    Field("url", secret=True),
    Field("shape", required=False, default=CHANGES, choices=(CHANGES, *LOADERS)),
    Field("query", required=False),
    Field("columns", required=False),
    Field("stages", required=False),
    Field("people", required=False),
    Field("cursor", required=False),
    Field("overlap", required=False, default=OVERLAP),
    Field("schema", required=False),
    Field("currency", required=False),
    Field("timezone", required=False, default="UTC"),
)


def make(values: Mapping[str, str], http: Http, now: Callable[[], int]) -> Sql:
    """A connector from the values given.

    Raises:
        SourceError: a value cannot be used; the message says which.

    """
    del http
    shape = values.get("shape") or CHANGES
    if shape != CHANGES and shape not in LOADERS:
        raise SourceError(
            f"There is no shape {shape!r}: use one of {CHANGES}, {', '.join(LOADERS)}."
        )
    schema = values.get("schema", "").strip()

    def made(connection: Connection) -> Shape:
        if shape in LOADERS:
            return LOADERS[shape](connection, schema)
        return _queried(connection, values)

    zone = _zone(values.get("timezone") or "UTC")
    overlap = _number(values.get("overlap") or OVERLAP)
    currency = values.get("currency", "").strip().upper()
    return Sql(Database(values["url"]), made, zone, currency, overlap, now)


def _queried(connection: Connection, values: Mapping[str, str]) -> Shape:
    """The shape of a query that a person has written."""
    query = values.get("query", "").strip()
    if not query:
        raise SourceError(
            "Give a query, or a table's name, with one row for each change of a deal: its columns "
            "are deal, at and stage, and where there are pipeline, amount, currency and owner."
        )
    columns = columns_of(connection, query)
    changes = changes_of(
        source_of(query, columns),
        columns,
        map_of(values.get("columns", "")),
        values.get("cursor", "").strip(),
    )
    stages, people = values.get("stages", "").strip(), values.get("people", "").strip()
    asked = SELECT.match(stages) is not None
    return Shape(
        changes,
        sa.text(literal(selected(stages))) if asked else None,
        sa.text(literal(selected(people))) if people else None,
        () if asked else listed_stages(stages),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SourceError(
            f"There is no time zone {name!r}: use an IANA name such as Europe/Stockholm."
        ) from None


def _number(text: str) -> float:
    try:
        return max(float(text), 0.0)
    except ValueError:
        raise SourceError(
            f"The overlap {text!r} is no number: give seconds, such as 600."
        ) from None


KIND: Final = Kind("sql", "SQL", FIELDS, hooks=False, make=make)
