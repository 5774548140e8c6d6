"""Which rows of changes are new: by a column that grows, or by whether there are more at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from mellantid.connectors.connector import SourceError
from mellantid.connectors.sql.queries import CURSOR

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from mellantid.connectors.sql.shapes import Shape
    from mellantid.connectors.told import Cursor

NUMBER, MOMENT, TEXT, NONE = "number", "moment", "text", "none"
SAMPLE: Final = 26
"""Characters of a moment to the millionth of a second."""


def newest(connection: Connection, shape: Shape) -> Cursor:
    """How far the rows go: the newest value of the column, or how many there are and the latest."""
    changes = shape.changes.c
    if shape.followed:
        return kept(connection.scalar(sa.select(sa.func.max(changes[CURSOR]))))
    count, latest = connection.execute(sa.select(sa.func.count(), sa.func.max(changes.at))).one()
    return {"count": int(count), "latest": str(latest)}


def fresh(connection: Connection, shape: Shape, cursor: Cursor, overlap: float) -> list[str]:
    """The deals of rows that are newer than a cursor, or no older than it by the overlap."""
    changes = shape.changes.c
    wanted = sa.select(changes.deal).where(changes.deal.is_not(None)).distinct()
    if cursor["kind"] != NONE:
        wanted = wanted.where(changes[CURSOR] >= begins(cursor, overlap))
    return sorted(str(each) for each in connection.scalars(wanted))


def kept(value: Any) -> Cursor:  # noqa: ANN401 (any column)
    """A value of the column as JSON.

    Raises:
        SourceError: it is neither a moment nor a number.

    """
    if value is None:
        return {"kind": NONE, "value": ""}
    if isinstance(value, dt.datetime):
        return {"kind": MOMENT, "value": value.isoformat()}
    if isinstance(value, (int, float, Decimal)):
        return {"kind": NUMBER, "value": int(value)}
    try:
        dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise SourceError(
            f"New rows cannot be found by {str(value)[:40]!r}: choose a column that holds moments "
            "or numbers that grow, or none."
        ) from None
    return {"kind": TEXT, "value": str(value)}


def begins(cursor: Cursor, overlap: float) -> Any:  # noqa: ANN401 (as the column has it)
    """From where rows are taken for new: the cursor less the overlap, as the column has it."""
    value = cursor["value"]
    if cursor["kind"] == NUMBER:
        return int(value) - int(overlap)
    moment = dt.datetime.fromisoformat(value) - dt.timedelta(seconds=overlap)
    if cursor["kind"] == MOMENT:
        return moment
    # Text is compared letter by letter, so it is written as the column writes it.
    return moment.isoformat(sep=value[10] if len(value) > 10 else " ")[: min(len(value), SAMPLE)]
