"""What an organisation has settled, aimed at and planned, and what was written of deals."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from mellantid.ledger.tables.columns import Number, Whole, key, metadata, must

setting = Table(
    "setting",
    metadata,
    key("name", Text()),
    must("value", Text()),  # JSON
    sqlite_strict=True,
)

process = Table(
    "process",
    metadata,
    key("name", Text()),
    key("version", Whole),
    must("definition", Text()),  # JSON
    must("valid_from", Whole),
    sqlite_strict=True,
)

team = Table(
    "team",
    metadata,
    key("name", Text()),
    Column("parent", Text),
    sqlite_strict=True,
)

person = Table(
    "person",
    metadata,
    key("id", Text()),
    must("name", Text()),
    Column("team", Text),
    sqlite_strict=True,
)

# The newest row of an owner and a period holds; one with withdrawn = 1 takes the target away.
target = Table(
    "target",
    metadata,
    key("id", Whole),
    must("owner", Text()),
    must("amount", Number),
    must("first", Text()),
    must("last", Text()),
    must("recorded_at", Whole),
    must("withdrawn", Whole),
    sqlite_strict=True,
)

# What is to happen next with a deal: its newest row holds; one without a date takes it away.
next_step = Table(
    "next_step",
    metadata,
    key("id", Whole),
    must("process", Text()),
    must("deal", Text()),
    Column("due", Text),
    must("what", Text()),
    must("recorded_at", Whole),
    sqlite_strict=True,
)

# What people have written about a deal.
note = Table(
    "note",
    metadata,
    key("id", Whole),
    must("key", Text()),
    must("process", Text()),
    must("deal", Text()),
    must("text", Text()),
    must("author", Text()),
    must("written_at", Whole),
    Index("note_key", "key", unique=True),
    Index("note_deal", "deal"),
    sqlite_strict=True,
)

# An evaluation of a plan that was closed, with what was learned.
evaluation = Table(
    "evaluation",
    metadata,
    key("id", Whole),
    must("key", Text()),
    must("process", Text()),
    must("plan_version", Whole),
    must("closed_on", Text()),
    must("document", Text()),  # JSON
    must("text", Text()),
    must("author", Text()),
    must("recorded_at", Whole),
    Index("evaluation_key", "key", unique=True),
    sqlite_strict=True,
)

plan = Table(
    "plan",
    metadata,
    key("process", Text()),
    key("version", Whole),
    must("made_at", Whole),
    must("start", Text()),
    must("document", LargeBinary()),
    sqlite_strict=True,
)

# What one unit of a currency was worth in the workspace's own, from a date until the next one.
rate = Table(
    "rate",
    metadata,
    key("currency", Text()),
    key("date", Text()),
    must("rate", Number),
    sqlite_strict=True,
)

import_run = Table(
    "import_run",
    metadata,
    key("id", Whole),
    must("file", Text()),
    must("fingerprint", Text()),
    must("at", Whole),
    must("rows", Whole),
    must("added", Whole),
    must("unchanged", Whole),
    must("rejected", Whole),
    sqlite_strict=True,
)

# What must be true for a deal to leave a stage; changed in place.
exit_criterion = Table(
    "exit_criterion",
    metadata,
    key("process", Text()),
    key("stage", Text()),
    must("text", Text()),
    sqlite_strict=True,
)

# Sellers who have chosen to take part in the ranking; who leaves it is taken away.
ranked = Table(
    "ranked",
    metadata,
    key("person", Text()),
    must("since", Whole),
    sqlite_strict=True,
)
