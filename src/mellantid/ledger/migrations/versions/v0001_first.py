"""The first schema: the ledger, what makes it refuse changes, and the workspace's small tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# "Mell": how a file says that it is a Mellantid database.
APPLICATION = 0x4D656C6C

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NUMBER: TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
TEXT = sa.Text()
WHERE_RETRACTED = sa.text("kind = 'retracted'")


def upgrade() -> None:
    """Make everything."""
    _make_entry()
    _make_workspace()
    _make_history_of_aims()
    for table in ("entry", "target", "plan"):
        for verb in ("UPDATE", "DELETE"):
            _refuse(table, verb)
    _refuse_replacement("entry", "key = NEW.key OR id = NEW.id")
    _refuse_replacement("target", "id = NEW.id")
    _refuse_replacement("plan", "process = NEW.process AND version = NEW.version")
    op.execute(f"PRAGMA application_id = {APPLICATION}")


def _make_entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("process_version", WHOLE, nullable=False),
        sa.Column("deal", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("stage", TEXT),
        sa.Column("occurred_at", WHOLE, nullable=False),
        sa.Column("occurred_after", WHOLE),
        sa.Column("known_at", WHOLE, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("sequence", WHOLE, nullable=False),
        sa.Column("amount", NUMBER),
        sa.Column("currency", TEXT),
        sa.Column("owner", TEXT),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("refers_to", TEXT),
        sa.Column("reason", TEXT),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("entry_key", "entry", ["key"], unique=True)
    op.create_index(
        "entry_retraction",
        "entry",
        ["refers_to"],
        sqlite_where=WHERE_RETRACTED,
        postgresql_where=WHERE_RETRACTED,
    )


def _make_workspace() -> None:
    op.create_table(
        "setting",
        sa.Column("name", TEXT, primary_key=True, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "process",
        sa.Column("name", TEXT, primary_key=True, nullable=False),
        sa.Column("version", WHOLE, primary_key=True, nullable=False),
        sa.Column("definition", TEXT, nullable=False),
        sa.Column("valid_from", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "team",
        sa.Column("name", TEXT, primary_key=True, nullable=False),
        sa.Column("parent", TEXT),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", TEXT, primary_key=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("team", TEXT),
        sqlite_strict=True,
    )
    op.create_table(
        "rate",
        sa.Column("currency", TEXT, primary_key=True, nullable=False),
        sa.Column("date", TEXT, primary_key=True, nullable=False),
        sa.Column("rate", NUMBER, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "import_run",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("rows", WHOLE, nullable=False),
        sa.Column("added", WHOLE, nullable=False),
        sa.Column("unchanged", WHOLE, nullable=False),
        sa.Column("rejected", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _make_history_of_aims() -> None:
    op.create_table(
        "target",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("amount", NUMBER, nullable=False),
        sa.Column("first", TEXT, nullable=False),
        sa.Column("last", TEXT, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("withdrawn", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "plan",
        sa.Column("process", TEXT, primary_key=True, nullable=False),
        sa.Column("version", WHOLE, primary_key=True, nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("start", TEXT, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )


def _refuse(table: str, verb: str) -> None:
    """Let the database itself refuse a verb on a table."""
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, 'The table {table} is append-only and refuses {verb}: "
        "add a new row that corrects the old one.'); END"
    )


def _refuse_replacement(table: str, same: str) -> None:
    """Refuse INSERT OR REPLACE, which deletes a row without asking the triggers on DELETE."""
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "  # noqa: S608 (names of ours)
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN "
        f"SELECT RAISE(ABORT, 'The table {table} is append-only and has this row already: "
        "add one with a new key.'); END"
    )
