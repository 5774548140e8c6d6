"""Notices: addresses, choices, what has been told of a race, and what is to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NUMBER: TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
TEXT = sa.Text()


def _must(name: str, kind: TypeEngine[int] | TypeEngine[float] | sa.Text) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str, kind: TypeEngine[int] | sa.Text) -> sa.Column[object]:
    return sa.Column(name, kind, primary_key=True, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notice_address",
        _key("id", WHOLE),
        _must("account", TEXT),
        _must("way", TEXT),
        _must("title", TEXT),
        _must("shown", TEXT),
        _must("sealed", TEXT),
        _must("is_off", WHOLE),
        _must("why", TEXT),
        _must("created_at", WHOLE),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "notice_choice",
        _key("account", TEXT),
        _key("event", TEXT),
        _key("place", WHOLE),
        sqlite_strict=True,
    )
    op.create_table(
        "notice_manner",
        _key("account", TEXT),
        _must("line", NUMBER),
        _must("quiet_from", TEXT),
        _must("quiet_to", TEXT),
        _must("free_days", WHOLE),
        _must("most", WHOLE),
        _must("language", TEXT),
        sqlite_strict=True,
    )
    op.create_table(
        "notice_seen",
        _key("process", TEXT),
        _must("document", TEXT),
        _must("at", WHOLE),
        sqlite_strict=True,
    )
    op.create_table(
        "notice_crossing",
        _key("account", TEXT),
        _key("process", TEXT),
        _must("owner", TEXT),
        _must("until", TEXT),
        _must("line", NUMBER),
        _must("is_below", WHOLE),
        _must("at", WHOLE),
        sqlite_strict=True,
    )
    op.create_table(
        "notice",
        _key("id", WHOLE),
        _must("key", TEXT),
        _must("account", TEXT),
        _must("place", WHOLE),
        _must("choice", TEXT),
        _must("document", TEXT),
        _must("created_at", WHOLE),
        _must("state", TEXT),
        _must("tries", WHOLE),
        _must("due_at", WHOLE),
        _must("changed_at", WHOLE),
        _must("message", TEXT),
        _must("why", TEXT),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("notice_key", "notice", ["key"], unique=True)
    op.create_index("notice_state", "notice", ["state"])
    op.create_index("notice_account", "notice", ["account"])
