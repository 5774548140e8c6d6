"""Who may log in."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from mellantid.ledger.tables.columns import Whole, key, metadata, must

# Who may log in. These three are changed in place: they say how things are, not what happened.
account = Table(
    "account",
    metadata,
    key("email", Text()),
    must("name", Text()),
    must("role", Text()),
    Column("person", Text),
    Column("language", Text),
    must("password", Text()),  # Argon2id
    must("created_at", Whole),
    sqlite_strict=True,
)

session = Table(
    "session",
    metadata,
    key("secret", Text()),  # SHA-256
    must("account", Text()),
    must("begun_at", Whole),
    must("ends_at", Whole),
    sqlite_strict=True,
)

token = Table(
    "token",
    metadata,
    key("id", Whole),
    must("secret", Text()),  # SHA-256
    must("account", Text()),
    must("name", Text()),
    must("scopes", Text()),
    must("created_at", Whole),
    Index("token_secret", "secret", unique=True),
    sqlite_strict=True,
)
