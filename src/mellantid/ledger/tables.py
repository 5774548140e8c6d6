"""The ledger's table and the workspace's small ones, as SQLAlchemy metadata.

Moments are int64 ms UTC; a date is ISO 8601 text. `entry` refuses UPDATE, DELETE and replacement;
`target`, `next_step`, `note`, `evaluation`, `plan`, `training`, `training_comment` and `activity`
refuse them too: what was aimed at, agreed, written, learned, planned, trained and done is history
as well. The migrations make the tables; a test compares them with this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

metadata = MetaData()

# A STRICT table of SQLite knows only INTEGER, of 64 bits, and REAL, which is a double.
Whole: Final[TypeEngine[int]] = BigInteger().with_variant(Integer, "sqlite")
Number: Final[TypeEngine[float]] = Double().with_variant(REAL(), "sqlite")


def _must(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column that every row has."""
    return Column(name, kind, nullable=False)


def _key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, kind, primary_key=True, nullable=False)


entry = Table(
    "entry",
    metadata,
    _key("id", Whole),
    _must("key", Text()),
    _must("process", Text()),
    _must("process_version", Whole),
    _must("deal", Text()),
    _must("kind", Text()),
    Column("stage", Text),
    _must("occurred_at", Whole),
    Column("occurred_after", Whole),
    _must("known_at", Whole),
    _must("recorded_at", Whole),
    _must("sequence", Whole),
    Column("amount", Number),
    Column("currency", Text),
    Column("owner", Text),
    _must("source", Text()),
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

setting = Table(
    "setting",
    metadata,
    _key("name", Text()),
    _must("value", Text()),  # JSON
    sqlite_strict=True,
)

process = Table(
    "process",
    metadata,
    _key("name", Text()),
    _key("version", Whole),
    _must("definition", Text()),  # JSON
    _must("valid_from", Whole),
    sqlite_strict=True,
)

team = Table(
    "team",
    metadata,
    _key("name", Text()),
    Column("parent", Text),
    sqlite_strict=True,
)

person = Table(
    "person",
    metadata,
    _key("id", Text()),
    _must("name", Text()),
    Column("team", Text),
    sqlite_strict=True,
)

# The newest row of an owner and a period holds; one with withdrawn = 1 takes the target away.
target = Table(
    "target",
    metadata,
    _key("id", Whole),
    _must("owner", Text()),
    _must("amount", Number),
    _must("first", Text()),
    _must("last", Text()),
    _must("recorded_at", Whole),
    _must("withdrawn", Whole),
    sqlite_strict=True,
)

# What is to happen next with a deal: its newest row holds; one without a date takes it away.
next_step = Table(
    "next_step",
    metadata,
    _key("id", Whole),
    _must("process", Text()),
    _must("deal", Text()),
    Column("due", Text),
    _must("what", Text()),
    _must("recorded_at", Whole),
    sqlite_strict=True,
)

# What people have written about a deal.
note = Table(
    "note",
    metadata,
    _key("id", Whole),
    _must("key", Text()),
    _must("process", Text()),
    _must("deal", Text()),
    _must("text", Text()),
    _must("author", Text()),
    _must("written_at", Whole),
    Index("note_key", "key", unique=True),
    Index("note_deal", "deal"),
    sqlite_strict=True,
)

# An evaluation of a plan that was closed, with what was learned.
evaluation = Table(
    "evaluation",
    metadata,
    _key("id", Whole),
    _must("key", Text()),
    _must("process", Text()),
    _must("plan_version", Whole),
    _must("closed_on", Text()),
    _must("document", Text()),  # JSON
    _must("text", Text()),
    _must("author", Text()),
    _must("recorded_at", Whole),
    Index("evaluation_key", "key", unique=True),
    sqlite_strict=True,
)

plan = Table(
    "plan",
    metadata,
    _key("process", Text()),
    _key("version", Whole),
    _must("made_at", Whole),
    _must("start", Text()),
    _must("document", LargeBinary()),
    sqlite_strict=True,
)

# What one unit of a currency was worth in the workspace's own, from a date until the next one.
rate = Table(
    "rate",
    metadata,
    _key("currency", Text()),
    _key("date", Text()),
    _must("rate", Number),
    sqlite_strict=True,
)

import_run = Table(
    "import_run",
    metadata,
    _key("id", Whole),
    _must("file", Text()),
    _must("fingerprint", Text()),
    _must("at", Whole),
    _must("rows", Whole),
    _must("added", Whole),
    _must("unchanged", Whole),
    _must("rejected", Whole),
    sqlite_strict=True,
)

# What must be true for a deal to leave a stage; changed in place.
exit_criterion = Table(
    "exit_criterion",
    metadata,
    _key("process", Text()),
    _key("stage", Text()),
    _must("text", Text()),
    sqlite_strict=True,
)

# Sellers who have chosen to take part in the ranking; who leaves it is taken away.
ranked = Table(
    "ranked",
    metadata,
    _key("person", Text()),
    _must("since", Whole),
    sqlite_strict=True,
)

# What a seller has answered about a week, named by its Monday: the newest row of a week holds.
training = Table(
    "training",
    metadata,
    _key("id", Whole),
    _must("process", Text()),
    _must("seller", Text()),
    _must("week", Text()),
    _must("leg", Text()),
    _must("ability", Text()),
    _must("how", Text()),
    _must("noticed", Text()),
    Column("next_leg", Text),
    Column("next_ability", Text),
    _must("shared", Whole),
    _must("recorded_at", Whole),
    Index("training_seller", "process", "seller"),
    sqlite_strict=True,
)

# What is said about an answer.
training_comment = Table(
    "training_comment",
    metadata,
    _key("id", Whole),
    _must("key", Text()),
    _must("process", Text()),
    _must("seller", Text()),
    _must("week", Text()),
    _must("text", Text()),
    _must("author", Text()),
    _must("written_at", Whole),
    Index("training_comment_key", "key", unique=True),
    Index("training_comment_seller", "process", "seller"),
    sqlite_strict=True,
)

# The abilities of a leg, as the organisation has edited them; changed in place.
ability = Table(
    "ability",
    metadata,
    _key("process", Text()),
    _key("leg", Text()),
    _key("place", Whole),
    _must("name", Text()),
    sqlite_strict=True,
)

# What was done: a call, a meeting. A row that takes back another has its key in `takes_back`; of a
# deal the leg is where the deal stood, which the entries tell.
activity = Table(
    "activity",
    metadata,
    _key("id", Whole),
    _must("key", Text()),
    _must("process", Text()),
    _must("seller", Text()),
    _must("kind", Text()),
    Column("deal", Text),
    Column("leg", Text),
    _must("occurred_at", Whole),
    Column("occurred_after", Whole),
    _must("source", Text()),
    _must("recorded_at", Whole),
    Column("takes_back", Text),
    Index("activity_key", "key", unique=True),
    Index("activity_deal", "deal"),
    sqlite_strict=True,
)

# The kinds of activities in the organisation's own words; changed in place.
activity_kind = Table(
    "activity_kind",
    metadata,
    _key("place", Whole),
    _must("name", Text()),
    sqlite_strict=True,
)

# Who may log in. These three are changed in place: they say how things are, not what happened.
account = Table(
    "account",
    metadata,
    _key("email", Text()),
    _must("name", Text()),
    _must("role", Text()),
    Column("person", Text),
    Column("language", Text),
    _must("password", Text()),  # Argon2id
    _must("created_at", Whole),
    sqlite_strict=True,
)

session = Table(
    "session",
    metadata,
    _key("secret", Text()),  # SHA-256
    _must("account", Text()),
    _must("begun_at", Whole),
    _must("ends_at", Whole),
    sqlite_strict=True,
)

token = Table(
    "token",
    metadata,
    _key("id", Whole),
    _must("secret", Text()),  # SHA-256
    _must("account", Text()),
    _must("name", Text()),
    _must("scopes", Text()),
    _must("created_at", Whole),
    Index("token_secret", "secret", unique=True),
    sqlite_strict=True,
)

# Who wants the Monday letter, in which language; changed in place.
letter_choice = Table(
    "letter_choice",
    metadata,
    _key("account", Text()),
    _must("weekly", Whole),
    _must("language", Text()),
    sqlite_strict=True,
)

# Which letters have gone out: a week's letter goes to an account once.
letter_sent = Table(
    "letter_sent",
    metadata,
    _key("week", Text()),
    _key("account", Text()),
    _must("state", Text()),
    _must("at", Whole),
    _must("tries", Whole),
    sqlite_strict=True,
)

# A source that deals are read from; changed in place. Its secrets are sealed, each by itself.
connection = Table(
    "connection",
    metadata,
    _key("name", Text()),
    _must("kind", Text()),
    _must("account", Text()),
    _must("owners", Text()),
    _must("given", Text()),  # JSON
    _must("secrets", Text()),  # JSON
    _must("courses", Text()),  # JSON
    _must("people", Text()),  # JSON
    _must("cursors", Text()),  # JSON
    _must("results", Text()),  # JSON
    _must("spent", Text()),  # JSON
    _must("status", Text()),
    _must("message", Text()),
    Column("next_try", Whole),
    Column("heard_at", Whole),
    _must("created_at", Whole),
    sqlite_strict=True,
)

# What webhooks have been taken in, so that one that comes again is known; forgotten after a while.
delivery = Table(
    "delivery",
    metadata,
    _key("connection", Text()),
    _key("key", Text()),
    _must("at", Whole),
    Index("delivery_at", "at"),
    sqlite_strict=True,
)

# Addresses that accounts have given for notices; what is secret of them is sealed.
notice_address = Table(
    "notice_address",
    metadata,
    _key("id", Whole),
    _must("account", Text()),
    _must("way", Text()),
    _must("title", Text()),
    _must("shown", Text()),
    _must("sealed", Text()),
    _must("is_off", Whole),
    _must("why", Text()),
    _must("created_at", Whole),
    # A number that was an address's is never another's: what was sent there stays its own.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# What an account wants to be told of, and where: 0 its e-mail, else one of its addresses.
notice_choice = Table(
    "notice_choice",
    metadata,
    _key("account", Text()),
    _key("event", Text()),
    _key("place", Whole),
    sqlite_strict=True,
)

# How an account wants to be told; changed in place.
notice_manner = Table(
    "notice_manner",
    metadata,
    _key("account", Text()),
    _must("line", Number),
    _must("quiet_from", Text()),
    _must("quiet_to", Text()),
    _must("free_days", Whole),
    _must("most", Whole),
    _must("language", Text()),
    sqlite_strict=True,
)

# How a race stood when notices were last looked for.
notice_seen = Table(
    "notice_seen",
    metadata,
    _key("process", Text()),
    _must("document", Text()),  # JSON
    _must("at", Whole),
    sqlite_strict=True,
)

# On which side of an account's line the chance of a target was.
notice_crossing = Table(
    "notice_crossing",
    metadata,
    _key("account", Text()),
    _key("process", Text()),
    _must("owner", Text()),
    _must("until", Text()),
    _must("line", Number),
    _must("is_below", Whole),
    _must("at", Whole),
    sqlite_strict=True,
)

# What is to be sent, has been, or could not be: a row for each event and place.
notice = Table(
    "notice",
    metadata,
    _key("id", Whole),
    _must("key", Text()),
    _must("account", Text()),
    _must("place", Whole),
    _must("choice", Text()),
    _must("document", Text()),  # JSON
    _must("created_at", Whole),
    _must("state", Text()),
    _must("tries", Whole),
    _must("due_at", Whole),
    _must("changed_at", Whole),
    _must("message", Text()),
    _must("why", Text()),
    Index("notice_key", "key", unique=True),
    Index("notice_state", "state"),
    Index("notice_account", "account"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
