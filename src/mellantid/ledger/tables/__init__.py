"""The ledger's table and the workspace's small ones, as SQLAlchemy metadata.

Moments are int64 ms UTC; a date is ISO 8601 text. `entry` refuses UPDATE, DELETE and replacement;
`target`, `next_step`, `note`, `evaluation`, `plan`, `training`, `training_comment` and `activity`
refuse them too: what was aimed at, agreed, written, learned, planned, trained and done is history
as well. The migrations make the tables; a test compares them with these.
"""

from mellantid.ledger.tables.accounts import account, session, token
from mellantid.ledger.tables.columns import metadata
from mellantid.ledger.tables.entries import entry
from mellantid.ledger.tables.outside import (
    connection,
    delivery,
    letter_choice,
    letter_sent,
    notice,
    notice_address,
    notice_choice,
    notice_crossing,
    notice_manner,
    notice_seen,
)
from mellantid.ledger.tables.planning import (
    evaluation,
    exit_criterion,
    import_run,
    next_step,
    note,
    person,
    plan,
    process,
    ranked,
    rate,
    setting,
    target,
    team,
)
from mellantid.ledger.tables.training import (
    ability,
    activity,
    activity_kind,
    training,
    training_comment,
)

__all__ = [
    "ability",
    "account",
    "activity",
    "activity_kind",
    "connection",
    "delivery",
    "entry",
    "evaluation",
    "exit_criterion",
    "import_run",
    "letter_choice",
    "letter_sent",
    "metadata",
    "next_step",
    "note",
    "notice",
    "notice_address",
    "notice_choice",
    "notice_crossing",
    "notice_manner",
    "notice_seen",
    "person",
    "plan",
    "process",
    "ranked",
    "rate",
    "session",
    "setting",
    "target",
    "team",
    "token",
    "training",
    "training_comment",
]
