"""Which schema a database has, and how it comes to the present one.

Alembic is imported only when there is something to do: opening is the common case, and cheap.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mellantid.errors import DataError
from mellantid.ledger.transaction import transaction

if TYPE_CHECKING:
    import sqlite3

# The newest revision in `migrations/versions`, as a test makes sure of.
CURRENT: Final = "0012"
# "Mell", in the header of the file (see SQLite's list of application ids).
APPLICATION: Final = 0x4D656C6C
MIGRATIONS: Final = Path(__file__).parent / "migrations"


class Lent:
    """A connection for those who commit and roll back as they see fit: here the owner decides."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def commit(self) -> None:
        """Leave the transaction open."""

    def rollback(self) -> None:
        """Leave the transaction open."""


def application(connection: sqlite3.Connection) -> int:
    """The number by which a database says whose it is; 0 where it does not say."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def version(connection: sqlite3.Connection) -> str | None:
    """The schema's version; None where there is no schema yet."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.execute(query).fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether a database holds nothing at all."""
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def bring_up_to_date(connection: sqlite3.Connection, name: str) -> None:
    """Make or migrate the schema where it is not the present one; all of it or nothing.

    Args:
        connection: to the database.
        name: what to call the database in a message.

    Raises:
        DataError: a newer Mellantid has written the database.

    """
    found = version(connection)
    refuse_newer(found, name)
    if found == CURRENT:
        return
    with transaction(connection, name):
        # Looked at again behind the lock: another program may have done it in the meantime.
        found = version(connection)
        refuse_newer(found, name)
        if found != CURRENT:
            _migrate(connection)


def refuse_newer(found: str | None, name: str) -> None:
    """Refuse a schema that this version does not know.

    Raises:
        DataError: it is newer.

    """
    if found is not None and found > CURRENT:
        raise DataError(
            f"{name} was written by a newer Mellantid (schema {found}, this one knows "
            f"{CURRENT}): install the newer version to open it."
        )


def _migrate(connection: sqlite3.Connection) -> None:
    """Run Alembic's steps inside the transaction that is open on the connection."""
    import sqlalchemy as sa  # noqa: PLC0415 (a quarter of a second that opening does without)
    from alembic.config import Config  # noqa: PLC0415 (as above)
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 (as above)
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (as above)

    script = ScriptDirectory(str(MIGRATIONS))
    lent = Lent(connection)
    engine = sa.create_engine("sqlite://", creator=lambda: lent, poolclass=sa.StaticPool)
    with (
        engine.connect() as bound,
        EnvironmentContext(
            Config(),
            script,
            fn=lambda revision, _: script._upgrade_revs("head", revision),  # noqa: SLF001
        ) as environment,
    ):
        environment.configure(connection=bound)
        environment.run_migrations()
