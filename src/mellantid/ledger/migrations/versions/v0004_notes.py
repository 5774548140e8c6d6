"""Notes on deals, and an index by which one deal's entries are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()


def upgrade() -> None:
    """Make the table, which refuses changes as the ledger does, and the indexes."""
    op.create_index("entry_deal", "entry", ["deal"])
    op.create_table(
        "note",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("deal", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("written_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("note_key", "note", ["key"], unique=True)
    op.create_index("note_deal", "note", ["deal"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER note_refuses_{verb.lower()} BEFORE {verb} ON note BEGIN "
            f"SELECT RAISE(ABORT, 'The table note is append-only and refuses {verb}: "
            "add a new row that corrects the old one.'); END"
        )
    op.execute(
        "CREATE TRIGGER note_refuses_replacement BEFORE INSERT ON note "
        "WHEN EXISTS (SELECT 1 FROM note WHERE id = NEW.id OR key = NEW.key) BEGIN "
        "SELECT RAISE(ABORT, 'The table note is append-only and has this row already: "
        "add one with a new key.'); END"
    )
