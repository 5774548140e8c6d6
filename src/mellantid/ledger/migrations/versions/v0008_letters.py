"""Who wants the Monday letter, and which letters have gone out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "letter_choice",
        sa.Column("account", TEXT, primary_key=True, nullable=False),
        sa.Column("weekly", WHOLE, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "letter_sent",
        sa.Column("week", TEXT, primary_key=True, nullable=False),
        sa.Column("account", TEXT, primary_key=True, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sqlite_strict=True,
    )
