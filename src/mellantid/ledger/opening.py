"""Opening a database: is it one of ours, and how it is read and written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from mellantid.errors import DataError, QuestionError
from mellantid.ledger.schema import APPLICATION, application, bring_up_to_date, is_empty

PATIENCE: Final = 10.0
MAGIC: Final = b"SQLite format 3\x00"
SQLITE_URL: Final = "sqlite:///"
# A negative number is in KiB: 64 MiB hold the index of some million keys.
CACHE: Final = -65_536
WAL_LEFT_ON_DISK: Final = 64 * 2**20


def path_of(where: str | Path) -> Path:
    """The file that a path or a `sqlite:///` URL means.

    Raises:
        QuestionError: the URL is of a database that is not supported.

    """
    text = str(where)
    if text.startswith(SQLITE_URL):
        return Path(text.removeprefix(SQLITE_URL))
    if "://" in text:
        scheme = text.partition("://")[0]
        raise QuestionError(
            f"Databases of the kind {scheme}:// are not supported yet: give the path of a file."
        )
    return Path(where)


def connect(path: Path, *, create: bool, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open a database file, bring its schema up to date, and set how it is written.

    Args:
        path: the file.
        create: whether to make it where it does not exist or is empty.
        patience: seconds to wait for another program that writes.

    Raises:
        QuestionError: there is no such file, and it is not to be made.
        DataError: the file is not a Mellantid database, or of a newer version; it is left as it is.

    """
    inspect(path, create=create)
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        connection.execute(f"PRAGMA cache_size = {CACHE}")
        bring_up_to_date(connection, str(path))
        write_ahead(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def write_ahead(connection: sqlite3.Connection) -> None:
    """Readers never wait for the writer, and what is committed survives a power cut."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LEFT_ON_DISK}")


def inspect(path: Path, *, create: bool) -> None:
    """Refuse what is not ours, before anything could change in it; see `connect`."""
    if path.is_dir():
        raise DataError(f"{path} is a folder: give the path of a database file in it.")
    if not path.exists() or path.stat().st_size == 0:
        if not create:
            raise QuestionError(
                f"There is no ledger at {path}: import a file first, or give the right path."
            )
        if not path.parent.is_dir():
            raise DataError(f"The folder {path.parent} does not exist: make it first.")
        return
    _check_file(path, create=create)


def _check_file(path: Path, *, create: bool) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except PermissionError as error:
        raise DataError(f"{path} cannot be read: give yourself the right to read it.") from error
    if not header.startswith(MAGIC):
        raise DataError(f"{path} is not a database: give the path of a Mellantid database.")
    if int.from_bytes(header[68:72], "big") == APPLICATION:
        return
    # The header's newest version may still be in the write-ahead log; mode=ro leaves that as it is.
    try:
        with closing(read_only(path)) as probe:
            ours = application(probe) == APPLICATION or (create and is_empty(probe))
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error
    if not ours:
        raise DataError(
            f"{path} is a database of another program: give the path of a Mellantid database."
        )


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that leaves the file as it is."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def damaged(path: Path, error: sqlite3.DatabaseError) -> DataError:
    """What to say of a file that SQLite cannot use."""
    return DataError(f"{path} cannot be opened ({error}): restore it from a backup.")
