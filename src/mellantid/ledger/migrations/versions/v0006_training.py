"""The training week: what sellers answer, what is said of it, the abilities of each leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()
REFUSING = ("training", "training_comment")


def upgrade() -> None:
    """Make the tables; answers and comments refuse changes, as the ledger does."""
    op.create_table(
        "training",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("process", "seller", "week", "leg", "ability", "how", "noticed")
        ),
        sa.Column("next_leg", TEXT),
        sa.Column("next_ability", TEXT),
        sa.Column("shared", WHOLE, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("training_seller", "training", ["process", "seller"])
    op.create_table(
        "training_comment",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("key", "process", "seller", "week", "text", "author")
        ),
        sa.Column("written_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("training_comment_key", "training_comment", ["key"], unique=True)
    op.create_index("training_comment_seller", "training_comment", ["process", "seller"])
    op.create_table(
        "ability",
        sa.Column("process", TEXT, primary_key=True, nullable=False),
        sa.Column("leg", TEXT, primary_key=True, nullable=False),
        sa.Column("place", WHOLE, primary_key=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sqlite_strict=True,
    )
    for table in REFUSING:
        _refuse(table, "id = NEW.id" if table == "training" else "id = NEW.id OR key = NEW.key")


def _refuse(table: str, same: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, 'The table {table} is append-only and refuses {verb}: "
            "add a new row that corrects the old one.'); END"
        )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "  # noqa: S608 (ours)
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN "
        f"SELECT RAISE(ABORT, 'The table {table} is append-only and has this row already: "
        "add a new one.'); END"
    )
