"""Activities: calls, meetings and proposals, and the words that the organisation has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()


def upgrade() -> None:
    """Make the tables; activities refuse changes, as the ledger does."""
    op.create_table(
        "activity",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("key", "process", "seller", "kind")),
        sa.Column("deal", TEXT),
        sa.Column("leg", TEXT),
        sa.Column("occurred_at", WHOLE, nullable=False),
        sa.Column("occurred_after", WHOLE),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("takes_back", TEXT),
        sqlite_strict=True,
    )
    op.create_index("activity_key", "activity", ["key"], unique=True)
    op.create_index("activity_deal", "activity", ["deal"])
    op.create_table(
        "activity_kind",
        sa.Column("place", WHOLE, primary_key=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sqlite_strict=True,
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER activity_refuses_{verb.lower()} BEFORE {verb} ON activity BEGIN "
            f"SELECT RAISE(ABORT, 'The table activity is append-only and refuses {verb}: "
            "add a new row that corrects the old one.'); END"
        )
    op.execute(
        "CREATE TRIGGER activity_refuses_replacement BEFORE INSERT ON activity "
        "WHEN EXISTS (SELECT 1 FROM activity WHERE id = NEW.id OR key = NEW.key) BEGIN "
        "SELECT RAISE(ABORT, 'The table activity is append-only and has this row already: "
        "add a new one.'); END"
    )
