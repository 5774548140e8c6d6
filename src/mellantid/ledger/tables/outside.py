"""What goes out to people and programs, and the sources that are read."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from mellantid.ledger.tables.columns import Number, Whole, key, metadata, must

# Who wants the Monday letter, in which language; changed in place.
letter_choice = Table(
    "letter_choice",
    metadata,
    key("account", Text()),
    must("weekly", Whole),
    must("language", Text()),
    sqlite_strict=True,
)

# Which letters have gone out: a week's letter goes to an account once.
letter_sent = Table(
    "letter_sent",
    metadata,
    key("week", Text()),
    key("account", Text()),
    must("state", Text()),
    must("at", Whole),
    must("tries", Whole),
    sqlite_strict=True,
)

# A source that deals are read from; changed in place. Its secrets are sealed, each by itself.
connection = Table(
    "connection",
    metadata,
    key("name", Text()),
    must("kind", Text()),
    must("account", Text()),
    must("owners", Text()),
    must("given", Text()),  # JSON
    must("secrets", Text()),  # JSON
    must("courses", Text()),  # JSON
    must("people", Text()),  # JSON
    must("cursors", Text()),  # JSON
    must("results", Text()),  # JSON
    must("spent", Text()),  # JSON
    must("status", Text()),
    must("message", Text()),
    Column("next_try", Whole),
    Column("heard_at", Whole),
    must("created_at", Whole),
    sqlite_strict=True,
)

# What webhooks have been taken in, so that one that comes again is known; forgotten after a while.
delivery = Table(
    "delivery",
    metadata,
    key("connection", Text()),
    key("key", Text()),
    must("at", Whole),
    Index("delivery_at", "at"),
    sqlite_strict=True,
)

# Addresses that accounts have given for notices; what is secret of them is sealed.
notice_address = Table(
    "notice_address",
    metadata,
    key("id", Whole),
    must("account", Text()),
    must("way", Text()),
    must("title", Text()),
    must("shown", Text()),
    must("sealed", Text()),
    must("is_off", Whole),
    must("why", Text()),
    must("created_at", Whole),
    # A number that was an address's is never another's: what was sent there stays its own.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# What an account wants to be told of, and where: 0 its e-mail, else one of its addresses.
notice_choice = Table(
    "notice_choice",
    metadata,
    key("account", Text()),
    key("event", Text()),
    key("place", Whole),
    sqlite_strict=True,
)

# How an account wants to be told; changed in place.
notice_manner = Table(
    "notice_manner",
    metadata,
    key("account", Text()),
    must("line", Number),
    must("quiet_from", Text()),
    must("quiet_to", Text()),
    must("free_days", Whole),
    must("most", Whole),
    must("language", Text()),
    sqlite_strict=True,
)

# How a race stood when notices were last looked for.
notice_seen = Table(
    "notice_seen",
    metadata,
    key("process", Text()),
    must("document", Text()),  # JSON
    must("at", Whole),
    sqlite_strict=True,
)

# On which side of an account's line the chance of a target was.
notice_crossing = Table(
    "notice_crossing",
    metadata,
    key("account", Text()),
    key("process", Text()),
    must("owner", Text()),
    must("until", Text()),
    must("line", Number),
    must("is_below", Whole),
    must("at", Whole),
    sqlite_strict=True,
)

# What is to be sent, has been, or could not be: a row for each event and place.
notice = Table(
    "notice",
    metadata,
    key("id", Whole),
    must("key", Text()),
    must("account", Text()),
    must("place", Whole),
    must("choice", Text()),
    must("document", Text()),  # JSON
    must("created_at", Whole),
    must("state", Text()),
    must("tries", Whole),
    must("due_at", Whole),
    must("changed_at", Whole),
    must("message", Text()),
    must("why", Text()),
    Index("notice_key", "key", unique=True),
    Index("notice_state", "state"),
    Index("notice_account", "account"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
