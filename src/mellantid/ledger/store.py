"""The ledger in one SQLite file."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mellantid.errors import DataError
from mellantid.ledger.chunk import LAST_MOMENT
from mellantid.ledger.entries import Entries
from mellantid.ledger.follow import Entry, entries_of, follow
from mellantid.ledger.keeping import back_up, problems, restore
from mellantid.ledger.latest import Latest, latest
from mellantid.ledger.opening import PATIENCE, connect, path_of
from mellantid.ledger.reading import read
from mellantid.ledger.survey import Survey, survey
from mellantid.ledger.transaction import transaction
from mellantid.ledger.writing import Appending

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Any

    from sqlalchemy import Engine

    from mellantid.core.process import Process
    from mellantid.ledger.appended import Appended
    from mellantid.ledger.records import Records


class Ledger:
    """An append-only log of what happened to deals, and the workspace's small tables beside it.

    One object belongs to one thread. Any number may be open on a file at once, in any number of
    programs: readers never wait, writers wait for each other.

    Args:
        path: the database file.
        connection: to it, from `opening.connect`.

    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, where: str | Path, *, create: bool = False, patience: float = PATIENCE) -> Self:
        """Open a ledger.

        Args:
            where: a path, or a `sqlite:///` URL.
            create: whether to make it where there is none.
            patience: seconds to wait for another program that writes.

        Raises:
            QuestionError: there is none, or the URL is of a database that is not supported.
            DataError: the file is not a ledger, or was written by a newer version.

        """
        path = path_of(where)
        return cls(path, connect(path, create=create, patience=patience))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, entries: Entries | Iterable[Entries], recorded_at: int) -> Appended:
        """Add what is new; all of it or, on any error, nothing.

        Args:
            entries: a batch, or batches one after another in one transaction.
            recorded_at: the moment (ms UTC) of recording.

        Returns:
            How many were added and how many were there already. An entry whose key stands for
            something else is left out and named as a conflict.

        Raises:
            DataError: an entry cannot be one, or takes back an entry that is not there.
            MellantidError: another program is writing, for longer than patience lasts.

        """
        if not 0 <= recorded_at < LAST_MOMENT:
            raise DataError(
                f"{recorded_at} is no moment of recording: give milliseconds since 1970 in UTC."
            )
        batches = (entries,) if isinstance(entries, Entries) else entries
        with self.writing() as connection:
            return Appending(connection, recorded_at).append(batches)

    def read(
        self,
        process: str | None = None,
        as_of: int | None = None,
        deals: Sequence[str] | None = None,
    ) -> Records:
        """What was known, and had happened, before a moment.

        Args:
            process: a process's name; None: all.
            as_of: the moment (ms, exclusive); None: all there is.
            deals: of which deals; None: of all.

        """
        return read(self._connection, process, as_of, deals)

    def entries_of(self, process: str, deal: str) -> list[Entry]:
        """All entries of one deal, taken back or not, in the order of commits."""
        return entries_of(self._connection, process, deal)

    def latest(self, process: str, course: Process | None = None) -> Latest:
        """How every deal of a process stands; `course` orders what happened in one moment."""
        return latest(self.read(process), course)

    def processes(self) -> tuple[str, ...]:
        """Names of the processes that have entries, sorted."""
        rows = self._connection.execute("SELECT DISTINCT process FROM entry ORDER BY process")
        return tuple(str(row[0]) for row in rows)

    def survey(self, process: str | None = None) -> Survey:
        """How much there is, over which time and in which currencies."""
        return survey(self._connection, process)

    def follow(self, after: int = 0, limit: int = 10_000) -> list[Entry]:
        """The next entries after a number, in the order in which they were committed."""
        return follow(self._connection, after, limit)

    def position(self) -> int:
        """The number of the newest entry; 0 where there is none."""
        return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()[0])

    def back_up(self, file: str | Path) -> None:
        """Copy the database as it is now into a new file, while others read and write."""
        back_up(self._connection, Path(file))

    def restore(self, file: str | Path) -> None:
        """Fill this database, which must be empty, with a backup."""
        restore(self._connection, str(self.path), Path(file))

    def problems(self) -> list[str]:
        """What is wrong with the database, a sentence each; empty where it is sound."""
        return problems(self._connection)

    def rows(
        self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """The rows that a SELECT on any of the tables finds, without SQLAlchemy's start-up time."""
        return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock: what is executed inside is committed at the end, or not at all."""
        with transaction(self._connection, str(self.path)):
            try:
                yield self._connection
            except UnicodeEncodeError as error:
                raise DataError(
                    f"A text cannot be stored ({error.reason}): correct it in the source."
                ) from error
            except OverflowError as error:
                raise DataError(
                    f"A number is too large to be stored ({error}): correct it in the source."
                ) from error

    def engine(self) -> Engine:
        """A SQLAlchemy engine on the same file, for statements on `tables`."""
        from mellantid.ledger.engine import engine_on  # noqa: PLC0415 (SQLAlchemy is slow to start)

        return engine_on(self.path)
