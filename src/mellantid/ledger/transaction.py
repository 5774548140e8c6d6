"""Writing all or nothing, one writer at a time."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mellantid.errors import DataError, MellantidError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def transaction(connection: sqlite3.Connection, name: str) -> Iterator[None]:
    """Hold the one write lock of a database; commit at the end, roll back on any exception.

    Inside another transaction on the same connection it is a part of that one, which can be undone
    alone.

    Args:
        connection: in autocommit mode.
        name: what to call the database in a message.

    Raises:
        MellantidError: another program has held the lock for longer than the connection waits.
        DataError: the database cannot be written to.

    """
    if connection.in_transaction:
        connection.execute("SAVEPOINT part")
        commit, undo = "RELEASE part", ["ROLLBACK TO part", "RELEASE part"]
    else:
        _begin(connection, name)
        commit, undo = "COMMIT", ["ROLLBACK"]
    try:
        yield
        connection.execute(commit)
    except BaseException:
        # A full disk has SQLite roll back by itself.
        for statement in undo if connection.in_transaction else []:
            connection.execute(statement)
        raise


def _begin(connection: sqlite3.Connection, name: str) -> None:
    try:
        # A lock that is taken at once cannot fail half-way, when a read has become a write.
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise MellantidError(
                f"Another program is writing to {name}: wait until it has finished, then try again."
            ) from error
        if code == sqlite3.SQLITE_READONLY:
            raise DataError(
                f"{name} cannot be written to: give yourself the right to write there, "
                "or use a copy."
            ) from error
        raise
