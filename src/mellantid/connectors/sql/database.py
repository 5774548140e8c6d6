"""A database of any make that SQLAlchemy speaks to: read only, in parts, and silent on secrets."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from mellantid.connectors.answer import redacted
from mellantid.connectors.connector import NotLetInError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL, Connection, Engine

Row = dict[str, Any]

MEMORY: Final = ":memory:"
ROWS: Final = 5_000
"""Rows that are fetched at once."""
SHUT_OUT: Final = (
    "password",
    "authentication",
    "access denied",
    "permission denied",
    "not authorized",
)
READ_ONLY: Final = {
    "sqlite": "PRAGMA query_only = ON",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
"""What a fresh connection is told; PostgreSQL and DuckDB are opened so."""


class Database:
    """The way to one database.

    Args:
        url: as SQLAlchemy has it, with user and password; never in what is told of an error.

    """

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self._hidden = [url, self._url.render_as_string(hide_password=False)]
        if self._url.password:
            password = str(self._url.password)
            self._hidden += [password, quote(password, safe=""), quote_plus(password)]
        self._engine: Engine | None = None

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    @property
    def name(self) -> str:
        """Which database, as it may be told to anybody."""
        place = self._url.database or self._url.host or ""
        return f"{self._url.get_backend_name()} {Path(place).name}".strip()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection in a transaction that only reads.

        Raises:
            NotLetInError: the database does not accept user or password, or what they may read.
            SourceError: it cannot be read.

        """
        try:
            with self._opened().connect() as connection:
                postgresql = self._url.get_backend_name() == "postgresql"
                options = {"postgresql_readonly": True} if postgresql else {}
                yield connection.execution_options(**options)
        except SQLAlchemyError as error:
            raise self._told(error) from None
        except ImportError as error:
            raise SourceError(
                f"This kind of database needs the Python package {error.name!r}: install it beside "
                "Mellantid, then try again."
            ) from None

    def _opened(self) -> Engine:
        if self._engine is None:
            backend = self._url.get_backend_name()
            place = self._url.database or MEMORY
            if backend == "sqlite" and place != MEMORY and not Path(place).exists():
                raise SourceError(f"There is no SQLite file {Path(place).name!r}: check its path.")
            more = {"read_only": True} if backend == "duckdb" else {}
            engine = sa.create_engine(self._url, poolclass=NullPool, connect_args=more)
            if backend in READ_ONLY:
                sa.event.listen(engine, "connect", _reader(READ_ONLY[backend]))
            self._engine = engine
        return self._engine

    def _told(self, error: SQLAlchemyError) -> SourceError:
        """An error in one sentence, without secrets, statements or values."""
        original = getattr(error, "orig", None) or error
        said = redacted(" ".join(str(original).split())[:300], self._hidden)
        if any(word in said.lower() for word in SHUT_OUT):
            return NotLetInError(
                f"The database {self.name} does not let us in ({said}): check user, password and "
                "what the user may read."
            )
        return SourceError(f"The database {self.name} cannot be read: {said}")


def _parsed(url: str) -> URL:
    try:
        found = sa.make_url(url.strip())
        found.get_dialect()
    except NoSuchModuleError:
        raise SourceError(
            f"There is no driver for {found.drivername!r} here: install the SQLAlchemy dialect "
            "beside Mellantid, or use another address."
        ) from None
    except (ArgumentError, ValueError):
        raise SourceError(
            "The database's address is none: give one such as postgresql+psycopg://user:password"
            "@host/database."
        ) from None
    except ImportError:
        pass  # said with the package's name when it is opened
    return found


def _reader(statement: str) -> Any:  # noqa: ANN401 (a listener of SQLAlchemy's)
    def listener(connection: Any, _: object) -> None:  # noqa: ANN401 (of any driver)
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()

    return listener


def streamed(
    connection: Connection, statement: sa.Executable, values: Row | None = None
) -> Iterator[Row]:
    """The rows of a statement, some thousands at a time."""
    options = {"stream_results": True, "yield_per": ROWS}
    found = connection.execution_options(**options).execute(statement, values or {})
    for row in found.mappings():
        yield dict(row)
