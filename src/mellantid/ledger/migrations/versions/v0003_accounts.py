"""Who may log in: accounts, sessions and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "account",
        sa.Column("email", TEXT, primary_key=True, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("person", TEXT),
        sa.Column("language", TEXT),
        sa.Column("password", TEXT, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "session",
        sa.Column("secret", TEXT, primary_key=True, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("begun_at", WHOLE, nullable=False),
        sa.Column("ends_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "token",
        sa.Column("id", WHOLE, primary_key=True, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("scopes", TEXT, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("token_secret", "token", ["secret"], unique=True)
