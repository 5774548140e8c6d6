"""SQLAlchemy on a ledger's file, for statements on `tables`; all else does without its start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from mellantid.ledger.opening import connect

if TYPE_CHECKING:
    from pathlib import Path


def engine_on(path: Path) -> Engine:
    """An engine whose transactions take the write lock at once."""
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, create=False), poolclass=NullPool
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # The driver is in autocommit mode, where it begins nothing by itself.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
