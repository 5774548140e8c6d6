"""The ledger: the append-only log in SQLite: tables, migrations, append, read as of then."""

from mellantid.ledger.appended import Appended, Conflict
from mellantid.ledger.entries import Entries
from mellantid.ledger.follow import Entry
from mellantid.ledger.kinds import KINDS, Kind
from mellantid.ledger.latest import Latest
from mellantid.ledger.records import Records
from mellantid.ledger.store import Ledger
from mellantid.ledger.survey import Survey

__all__ = [
    "KINDS",
    "Appended",
    "Conflict",
    "Entries",
    "Entry",
    "Kind",
    "Latest",
    "Ledger",
    "Records",
    "Survey",
]
