"""Connections to the CRMs that deals live in, and the webhooks that have been taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()
JSON = ("given", "secrets", "courses", "people", "cursors", "results", "spent")


def upgrade() -> None:
    """Make the tables; what they hold is how things are, and is changed in place."""
    op.create_table(
        "connection",
        sa.Column("name", TEXT, primary_key=True, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("kind", "account", "owners")),
        *(sa.Column(name, TEXT, nullable=False) for name in JSON),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("next_try", WHOLE),
        sa.Column("heard_at", WHOLE),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "delivery",
        sa.Column("connection", TEXT, primary_key=True, nullable=False),
        sa.Column("key", TEXT, primary_key=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("delivery_at", "delivery", ["at"])
