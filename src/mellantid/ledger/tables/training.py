"""The training week and the miles in the body: answers, abilities and activities."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from mellantid.ledger.tables.columns import Whole, key, metadata, must

# What a seller has answered about a week, named by its Monday: the newest row of a week holds.
training = Table(
    "training",
    metadata,
    key("id", Whole),
    must("process", Text()),
    must("seller", Text()),
    must("week", Text()),
    must("leg", Text()),
    must("ability", Text()),
    must("how", Text()),
    must("noticed", Text()),
    Column("next_leg", Text),
    Column("next_ability", Text),
    must("shared", Whole),
    must("recorded_at", Whole),
    Index("training_seller", "process", "seller"),
    sqlite_strict=True,
)

# What is said about an answer.
training_comment = Table(
    "training_comment",
    metadata,
    key("id", Whole),
    must("key", Text()),
    must("process", Text()),
    must("seller", Text()),
    must("week", Text()),
    must("text", Text()),
    must("author", Text()),
    must("written_at", Whole),
    Index("training_comment_key", "key", unique=True),
    Index("training_comment_seller", "process", "seller"),
    sqlite_strict=True,
)

# The abilities of a leg, as the organisation has edited them; changed in place.
ability = Table(
    "ability",
    metadata,
    key("process", Text()),
    key("leg", Text()),
    key("place", Whole),
    must("name", Text()),
    sqlite_strict=True,
)

# What was done: a call, a meeting. A row that takes back another has its key in `takes_back`; of a
# deal the leg is where the deal stood, which the entries tell.
activity = Table(
    "activity",
    metadata,
    key("id", Whole),
    must("key", Text()),
    must("process", Text()),
    must("seller", Text()),
    must("kind", Text()),
    Column("deal", Text),
    Column("leg", Text),
    must("occurred_at", Whole),
    Column("occurred_after", Whole),
    must("source", Text()),
    must("recorded_at", Whole),
    Column("takes_back", Text),
    Index("activity_key", "key", unique=True),
    Index("activity_deal", "deal"),
    sqlite_strict=True,
)

# The kinds of activities in the organisation's own words; changed in place.
activity_kind = Table(
    "activity_kind",
    metadata,
    key("place", Whole),
    must("name", Text()),
    sqlite_strict=True,
)
