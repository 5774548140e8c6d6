"""Evaluations that were closed, with what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()


def upgrade() -> None:
    """Make the table, which refuses changes as the ledger does."""
    op.create_table(
        "evaluation",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("plan_version", WHOLE, nullable=False),
        sa.Column("closed_on", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("evaluation_key", "evaluation", ["key"], unique=True)
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER evaluation_refuses_{verb.lower()} BEFORE {verb} ON evaluation BEGIN "
            f"SELECT RAISE(ABORT, 'The table evaluation is append-only and refuses {verb}: "
            "add a new row that corrects the old one.'); END"
        )
    op.execute(
        "CREATE TRIGGER evaluation_refuses_replacement BEFORE INSERT ON evaluation "
        "WHEN EXISTS (SELECT 1 FROM evaluation WHERE id = NEW.id OR key = NEW.key) BEGIN "
        "SELECT RAISE(ABORT, 'The table evaluation is append-only and has this row already: "
        "add one with a new key.'); END"
    )
