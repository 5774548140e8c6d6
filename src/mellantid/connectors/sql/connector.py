"""A database's deals as a source."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.sql.database import streamed
from mellantid.connectors.sql.following import fresh, newest
from mellantid.connectors.sql.histories import Reading, deal_of
from mellantid.connectors.sql.shapes import (
    PIPELINE,
    Shape,
    people_of,
    pipelines_of,
    unlisted,
)
from mellantid.connectors.sql.values import text_of
from mellantid.connectors.told import DealTold, Glimpse, Page, PersonTold, PipelineTold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy.engine import Connection

    from mellantid.connectors.connector import Window
    from mellantid.connectors.sql.database import Database
    from mellantid.connectors.told import Cursor, Delivery, Hint

Row = dict[str, Any]

DEALS: Final = 500
"""Deals in one page, and in one statement that asks for some."""
ALL_AGAIN: Final = (
    "; without a column to find new rows by, so that all is read again when there are more"
)


class Sql:
    """One database.

    Args:
        database: the way to it.
        shape: where it has what, from an open connection.
        zone: of moments that say none.
        currency: of amounts that have none; empty: unknown.
        overlap: how far each look goes back before the newest row seen: seconds, or the unit of
            a column that counts.
        now: gives the present moment, ms UTC.

    """

    def __init__(
        self,
        database: Database,
        shape: Callable[[Connection], Shape],
        zone: ZoneInfo,
        currency: str,
        overlap: float,
        now: Callable[[], int],
    ) -> None:
        self._database = database
        self._make = shape
        self._made: Shape | None = None
        self._zone = zone
        self._currency = currency
        self._overlap = overlap
        self._now = now

    @property
    def limits(self) -> tuple[Window, ...]:
        """None: a database is not asked by requests."""
        return ()

    def account(self) -> str:
        """Which database, and how many deals it has."""
        with self._database.connected() as connection:
            shape = self._shape(connection)
            deals = _deals(connection, shape)
            return f"{self._database.name}, {deals} deals{'' if shape.followed else ALL_AGAIN}"

    def _shape(self, connection: Connection) -> Shape:
        if self._made is None:
            self._made = self._make(connection)
        return self._made

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """The pipelines with their stages."""
        with self._database.connected() as connection:
            return self._lines(connection, self._shape(connection))

    def _lines(self, connection: Connection, shape: Shape) -> tuple[PipelineTold, ...]:
        if shape.listed:
            return (PipelineTold(PIPELINE, "Deals", shape.listed),)
        if shape.stages is None:
            raise unlisted(_distinct(connection, shape, "stage"))
        return pipelines_of(_rows(connection, shape.stages))

    def people(self) -> tuple[PersonTold, ...]:
        """Everybody of the people's table, or whoever the rows of changes name."""
        with self._database.connected() as connection:
            shape = self._shape(connection)
            if shape.people is not None:
                return people_of(_rows(connection, shape.people))
            return people_of({"id": each} for each in _distinct(connection, shape, "owner"))

    def start(self) -> Cursor:
        """The newest row there is."""
        with self._database.connected() as connection:
            return newest(connection, self._shape(connection))

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All deals, in the order of their ids in the database."""
        after, done = (cursor or {}).get("after"), (cursor or {}).get("done", 0)
        with self._database.connected() as connection:
            shape = self._shape(connection)
            total = _deals(connection, shape)
            histories = self._histories(connection, shape, after)
            while part := list(islice(histories, DEALS)):
                done += len(part)
                deals = tuple(deal for _, deal in part if deal is not None)
                yield Page(deals, {"after": part[-1][0], "done": done}, done, max(total, done))

    def _histories(
        self, connection: Connection, shape: Shape, after: str | None = None
    ) -> Iterator[tuple[str, DealTold | None]]:
        """Deals one after another, each of its rows."""
        key = shape.changes.c.deal
        wanted = sa.select(shape.changes).where(key.is_not(None)).order_by(key)
        if after is not None:
            wanted = wanted.where(key > after)
        return self._told(connection, shape, streamed(connection, wanted))

    def _told(
        self, connection: Connection, shape: Shape, rows: Iterable[Row]
    ) -> Iterator[tuple[str, DealTold | None]]:
        reading = self._reading(connection, shape)
        for deal, several in groupby(rows, key=lambda row: str(row["deal"])):
            yield deal, deal_of(deal, several, reading)

    def _reading(self, connection: Connection, shape: Shape) -> Reading:
        lines = self._lines(connection, shape)
        return Reading(
            self._zone,
            self._now(),
            {stage.id: line.id for line in lines for stage in line.stages},
            lines[0].id if lines else PIPELINE,
            self._currency,
            {stage.id: place for line in lines for place, stage in enumerate(line.stages)},
        )

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """The deals of new rows; all deals, where new rows cannot be found but there are some."""
        with self._database.connected() as connection:
            shape = self._shape(connection)
            now = newest(connection, shape)
            if not shape.followed:
                yield from self._all_again(connection, shape, cursor, now)
                return
            ids = fresh(connection, shape, cursor, self._overlap)
            for part in _parts(ids):
                yield Page(self._some(connection, shape, part), cursor)
            if now != cursor:
                yield Page((), now)

    def _all_again(
        self, connection: Connection, shape: Shape, cursor: Cursor, now: Cursor
    ) -> Iterator[Page]:
        if now == cursor:
            return
        histories = self._histories(connection, shape)
        while part := list(islice(histories, DEALS)):
            yield Page(tuple(deal for _, deal in part if deal is not None), cursor)
        yield Page((), now)

    def _some(
        self, connection: Connection, shape: Shape, ids: Sequence[str]
    ) -> tuple[DealTold, ...]:
        key = shape.changes.c.deal
        wanted = sa.select(shape.changes).where(key.in_(ids)).order_by(key)
        told = self._told(connection, shape, streamed(connection, wanted))
        return tuple(deal for _, deal in told if deal is not None)

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Some deals, of all their rows."""
        with self._database.connected() as connection:
            shape = self._shape(connection)
            return tuple(
                deal for part in _parts(deals) for deal in self._some(connection, shape, part)
            )

    def glimpses(self) -> Iterator[Glimpse]:
        """How every deal stands by its rows; there is no cheaper way to tell."""
        with self._database.connected() as connection:
            for _, deal in self._histories(connection, self._shape(connection)):
                if deal is not None and deal.removed_at is None:
                    yield _glimpse(deal)

    def hint(self, delivery: Delivery) -> Hint:
        """A database sends nothing."""
        del delivery
        raise ForgedError("A database sends no webhooks.")


def _glimpse(deal: DealTold) -> Glimpse:
    said: dict[str, Any] = {}
    for change in deal.changes:
        for name in ("pipeline", "stage", "amount", "owner"):
            value = getattr(change, name)
            said[name] = said.get(name) if value is None else value
    return Glimpse(deal.id, **said)


def _rows(connection: Connection, wanted: sa.Executable) -> list[Row]:
    return [
        {name.lower(): value for name, value in row.items()} for row in streamed(connection, wanted)
    ]


def _deals(connection: Connection, shape: Shape) -> int:
    return int(connection.scalar(sa.select(sa.func.count(sa.distinct(shape.changes.c.deal)))) or 0)


def _distinct(connection: Connection, shape: Shape, name: str) -> list[str]:
    """The values of a column; none where the rows have no such column."""
    if name not in shape.changes.c:
        return []
    column = shape.changes.c[name]
    wanted = sa.select(column).where(column.is_not(None)).distinct().order_by(column)
    return [text for value in connection.scalars(wanted) if (text := text_of(value)) is not None]


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), DEALS):
        yield ids[first : first + DEALS]
