"""Next steps: when something is to happen with a deal, as known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()


def upgrade() -> None:
    """Make the table, which refuses changes as the ledger does."""
    op.create_table(
        "next_step",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("deal", TEXT, nullable=False),
        sa.Column("due", TEXT),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER next_step_refuses_{verb.lower()} BEFORE {verb} ON next_step BEGIN "
            f"SELECT RAISE(ABORT, 'The table next_step is append-only and refuses {verb}: "
            "add a new row that corrects the old one.'); END"
        )
    op.execute(
        "CREATE TRIGGER next_step_refuses_replacement BEFORE INSERT ON next_step "
        "WHEN EXISTS (SELECT 1 FROM next_step WHERE id = NEW.id) BEGIN "
        "SELECT RAISE(ABORT, 'The table next_step is append-only and has this row already: "
        "add one with a new key.'); END"
    )
