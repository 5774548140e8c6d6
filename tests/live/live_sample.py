from __future__ import annotations

from mellantid.errors import QuestionError
from mellantid.ledger import Entries, Ledger
from mellantid.live import Feed, Telling

NOW = 1_760_000_000_000
PROCESS = "New business"


def entries(first, count=1, **others):
    numbers = range(first, first + count)
    columns = {
        "key": [f"k{n}" for n in numbers],
        "process": PROCESS,
        "deal": [f"D{n}" for n in numbers],
        "kind": "created",
        "stage": "Demo",
        "occurred_at": NOW,
        "owner": "anna",
        "source": "test",
    }
    return Entries(**columns | others)


def keep(file, first, count=1):
    """Write as another program does."""
    with Ledger.open(file) as ledger:
        ledger.append(entries(first, count), NOW)


def nothing_known(_, process):
    raise QuestionError(f"Nothing is known of {process}.")


def new_feed(file):
    return Feed(str(file), Telling(str(file), nothing_known))


def numbers_of(events):
    return [event.id for event in events]
