"""Queries that people write: which columns they give, and as which they are to be taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from mellantid.connectors.connector import SourceError
from mellantid.connectors.sql.histories import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

TABLE: Final = re.compile(r"[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*){0,2}")
SELECT: Final = re.compile(r"(?is)\s*(select|with)\b")
TEXT: Final = sa.String(255)
CURSOR: Final = "touched"
"""What the column is called here by which new rows are found."""


def selected(query: str) -> str:
    """A query, or a table's name, as a query.

    Raises:
        SourceError: it is neither.

    """
    query = query.strip().rstrip(";").rstrip()
    if TABLE.fullmatch(query):
        return f"SELECT * FROM {query}"  # noqa: S608 (a name and nothing else)
    if not SELECT.match(query):
        raise SourceError(
            "A query begins with SELECT or WITH, or is the name of a table: write it so."
        )
    return query


def columns_of(connection: Connection, query: str) -> tuple[str, ...]:
    """The columns that a query gives; it is run without giving a row."""
    nothing = f"SELECT * FROM ({selected(query)}) source WHERE 1 = 0"  # noqa: S608 (of an administrator)
    return tuple(connection.execute(sa.text(literal(nothing))).keys())


def literal(query: str) -> str:
    """A query whose colons are its own, and name no values."""
    return query.replace(":", r"\:")


def source_of(query: str, columns: Sequence[str]) -> sa.Subquery:
    """A query as something to select from."""
    named: list[sa.ColumnClause[Any]] = [sa.column(name) for name in columns]
    return sa.text(literal(selected(query))).columns(*named).subquery("source")


def map_of(text: str) -> dict[str, str]:
    """What is called how, from `deal=opportunity_id, at=changed_at`.

    Raises:
        SourceError: it is not in that form, or names what no row of changes has.

    """
    found = {}
    for part in filter(None, (each.strip() for each in re.split(r"[,\n]", text))):
        name, mark, column = (each.strip() for each in part.partition("="))
        if not mark or not column or name not in COLUMNS:
            raise SourceError(
                f"{part[:60]!r} is no column: write such as deal=opportunity_id, at=changed_at, "
                f"with the names {', '.join(COLUMNS)}."
            )
        found[name] = column
    return found


def changes_of(
    source: sa.FromClause, columns: Sequence[str], called: Mapping[str, str], cursor: str
) -> sa.Subquery:
    """A source's rows under the names that rows of changes have.

    Args:
        source: to select from.
        columns: that it has.
        called: its names for them, where they are others.
        cursor: its name for the column by which new rows are found; empty: none.

    Raises:
        SourceError: it lacks a column.

    """
    there = {name.lower(): name for name in columns}
    picked: list[sa.ColumnElement[Any]] = []
    for name in COLUMNS:
        wanted = called.get(name, name)
        if wanted.lower() in there:
            column: sa.ColumnElement[Any] = source.c[there[wanted.lower()]]
            # Ids of any type are compared and put in order as text.
            said = sa.cast(column, TEXT) if name == "deal" else column
            picked.append(said.label(name))
        elif name in called or name in {"deal", "at"}:
            raise SourceError(
                f"The query has no column {wanted!r}; it has {', '.join(columns)}: name it there, "
                f"or say which one it is, such as {name}={columns[0]}."
            )
    if cursor:
        if cursor.lower() not in there:
            raise SourceError(
                f"The query has no column {cursor!r} to find new rows by; it has "
                f"{', '.join(columns)}."
            )
        picked.append(source.c[there[cursor.lower()]].label(CURSOR))
    return sa.select(*picked).subquery("changes")
