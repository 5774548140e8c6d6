"""Sellers who have chosen to take part in the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ranked",
        sa.Column("person", sa.Text(), primary_key=True, nullable=False),
        sa.Column("since", WHOLE, nullable=False),
        sqlite_strict=True,
    )
