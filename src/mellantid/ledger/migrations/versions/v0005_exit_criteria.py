"""What must be true for a deal to leave a stage: the exit criteria of a process's controls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text()


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exit_criterion",
        sa.Column("process", TEXT, primary_key=True, nullable=False),
        sa.Column("stage", TEXT, primary_key=True, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sqlite_strict=True,
    )
