"""The ledger itself: one row for each thing that happened to a deal."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, text

from mellantid.ledger.tables.columns import Number, Whole, key, metadata, must

entry = Table(
    "entry",
    metadata,
    key("id", Whole),
    must("key", Text()),
    must("process", Text()),
    must("process_version", Whole),
    must("deal", Text()),
    must("kind", Text()),
    Column("stage", Text),
    must("occurred_at", Whole),
    Column("occurred_after", Whole),
    must("known_at", Whole),
    must("recorded_at", Whole),
    must("sequence", Whole),
    Column("amount", Number),
    Column("currency", Text),
    Column("owner", Text),
    must("source", Text()),
    Column("refers_to", Text),
    Column("reason", Text),
    Index("entry_key", "key", unique=True),
    # The page of one deal, and what is checked before it moves, read that deal alone.
    Index("entry_deal", "deal"),
    # Retractions are few, and every reading asks for them.
    Index(
        "entry_retraction",
        "refers_to",
        sqlite_where=text("kind = 'retracted'"),
        postgresql_where=text("kind = 'retracted'"),
    ),
    # An id that has been used is never given again, so that who follows the ledger misses nothing.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
