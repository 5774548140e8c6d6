"""Keeping a ledger: copies made while it runs, their restoring, and whether it is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from mellantid.errors import DataError
from mellantid.ledger.kinds import KINDS
from mellantid.ledger.opening import damaged, inspect, read_only, write_ahead
from mellantid.ledger.schema import bring_up_to_date, refuse_newer, version

if TYPE_CHECKING:
    from pathlib import Path

PART: Final = ".part"
GUARDS: Final = (
    "entry_key",
    "entry_refuses_update",
    "entry_refuses_delete",
    "entry_refuses_replacement",
    "target_refuses_update",
    "target_refuses_delete",
    "target_refuses_replacement",
    "plan_refuses_update",
    "plan_refuses_delete",
    "plan_refuses_replacement",
    "next_step_refuses_update",
    "next_step_refuses_delete",
    "next_step_refuses_replacement",
    "note_refuses_update",
    "note_refuses_delete",
    "note_refuses_replacement",
    "evaluation_refuses_update",
    "evaluation_refuses_delete",
    "evaluation_refuses_replacement",
)
TABLES: Final = (
    "entry",
    "setting",
    "process",
    "team",
    "person",
    "target",
    "next_step",
    "note",
    "evaluation",
    "plan",
    "rate",
    "import_run",
)
MOST_NAMED: Final = 20


def back_up(connection: sqlite3.Connection, file: Path) -> None:
    """Copy a database, as it is at this moment, into a new file of its own.

    Raises:
        DataError: the file exists, or its folder does not.

    """
    if file.exists():
        raise DataError(f"{file} exists already: give the backup another name.")
    if not file.parent.is_dir():
        raise DataError(f"The folder {file.parent} does not exist: make it first.")
    part = file.with_name(file.name + PART)
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            connection.backup(copy)
            # One file without companions, which also a read-only medium can hold.
            copy.execute("PRAGMA journal_mode = DELETE")
        # A name is given only to what is whole.
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def restore(connection: sqlite3.Connection, name: str, file: Path) -> None:
    """Fill an empty database with a backup.

    Raises:
        QuestionError: there is no such file.
        DataError: the file is no ledger, or of a newer version; or the database is not empty.

    """
    filled = [table for table in TABLES if _has_rows(connection, table)]
    if filled:
        raise DataError(
            f"{name} is not empty (it has rows in {', '.join(filled)}): restore into a new file."
        )
    inspect(file, create=False)
    try:
        with closing(read_only(file)) as backup:
            refuse_newer(version(backup), str(file))
            backup.backup(connection)
    except sqlite3.DatabaseError as error:
        raise damaged(file, error) from error
    bring_up_to_date(connection, name)
    write_ahead(connection)


def problems(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with a database, a sentence each; empty where it is sound."""
    found = [
        f"The file is damaged ({row[0]}): restore it from a backup."
        for row in connection.execute(f"PRAGMA integrity_check({MOST_NAMED})")
        if row[0] != "ok"
    ]
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    found += [
        f"The guard {name} is gone, so that history can have been changed: restore a backup."
        for name in GUARDS
        if name not in there
    ]
    return found + _faults(connection)


def _faults(connection: sqlite3.Connection) -> list[str]:
    """Rows that an append would have refused."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    looks = {
        "has the key of another entry": "id NOT IN (SELECT min(id) FROM entry GROUP BY key)",
        "is of an unknown kind": f"kind NOT IN ({kinds})",
        "takes back an entry that is not there": (
            "kind = 'retracted' AND NOT EXISTS "
            "(SELECT 1 FROM entry AS taken WHERE taken.key = entry.refers_to)"
        ),
        "happened after it happened": "occurred_after >= occurred_at AND occurred_after > 0",
    }
    found = []
    for what, where in looks.items():
        query = f"SELECT id FROM entry WHERE {where} LIMIT {MOST_NAMED}"  # noqa: S608 (fixed)
        found += [
            f"Entry {row[0]} {what}: restore a backup, or retract it."
            for row in connection.execute(query)
        ]
    return found


def _has_rows(connection: sqlite3.Connection, table: str) -> bool:
    query = f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608 (a name of ours)
    return connection.execute(query).fetchone() is not None
