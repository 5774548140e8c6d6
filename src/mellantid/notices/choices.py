"""What each account has chosen to be told of, where, and when it is not to be disturbed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mellantid.access import find_account
from mellantid.errors import QuestionError
from mellantid.letters.readers import choose_letter, wants_letter
from mellantid.metrics.metric import check_language
from mellantid.notices.events import Choice
from mellantid.notices.quiet import Quiet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from mellantid.access import Account
    from mellantid.ledger import Ledger

MAIL: Final = 0
"""The place that is the account's own e-mail; others are the numbers of its addresses."""
LINE: Final = 0.5
MOST: Final = 4
LIMIT: Final = 60


@dataclass(frozen=True)
class Choices:
    """What an account has chosen.

    Attributes:
        places: where each event is told; nobody is told unasked.
        line: the chance of the target below which they want to know.
        quiet: when they are not to be disturbed.
        most: messages an hour to one place; what comes beyond is told in one.
        language: in which.

    """

    places: Mapping[Choice, frozenset[int]] = field(default_factory=dict)
    line: float = LINE
    quiet: Quiet = field(default_factory=Quiet)
    most: int = MOST
    language: str = "en"

    def wants(self, choice: Choice) -> frozenset[int]:
        """Where an event is to be told."""
        return self.places.get(choice, frozenset())


def read_most(text: str) -> int:
    """How many messages an hour, as it was typed.

    Raises:
        QuestionError: it is no whole number from 1 to 60.

    """
    told = text.strip()
    if not (told.isdecimal() and len(told) <= 2 and 0 < int(told) <= LIMIT):
        raise QuestionError(
            f"The most messages an hour are {text!r}: give a whole number from 1 to {LIMIT}."
        )
    return int(told)


def choices_of(ledger: Ledger, email: str) -> Choices:
    """What an account has chosen; the letter by e-mail is chosen with the letters."""
    found: dict[Choice, frozenset[int]] = {}
    query = "SELECT event, place FROM notice_choice WHERE account = ?"
    for event, place in ledger.rows(query, (email,)):
        found[Choice(event)] = found.get(Choice(event), frozenset()) | {place}
    if wants_letter(ledger, email):
        found[Choice.LETTER] = found.get(Choice.LETTER, frozenset()) | {MAIL}
    query = (
        "SELECT line, quiet_from, quiet_to, free_days, most, language FROM notice_manner "
        "WHERE account = ?"
    )
    for line, begins, ends, free, most, language in ledger.rows(query, (email,)):
        quiet = Quiet(dt.time.fromisoformat(begins), dt.time.fromisoformat(ends), bool(free))
        return Choices(found, line, quiet, most, language)
    return Choices(found)


def keep_choices(ledger: Ledger, email: str, chosen: Choices) -> None:
    """Keep what an account has chosen; what waits and is not wanted any more is left out.

    Raises:
        QuestionError: there is no such account, or a place is none of its own.

    """
    check_language(chosen.language)
    mailed = MAIL in chosen.wants(Choice.LETTER)
    rows = {
        (event, place)
        for event, places in chosen.places.items()
        for place in places
        if (event, place) != (Choice.LETTER, MAIL)
    }
    with ledger.writing() as connection:
        account = find_account(ledger, email)
        _check_places(ledger, account, {place for _, place in rows})
        if mailed != wants_letter(ledger, account.email):
            choose_letter(ledger, account.email, chosen.language, weekly=mailed)
        connection.execute("DELETE FROM notice_choice WHERE account = ?", (account.email,))
        connection.executemany(
            "INSERT INTO notice_choice (account, event, place) VALUES (?, ?, ?)",
            [(account.email, event, place) for event, place in sorted(rows)],
        )
        _keep_manner(connection, account.email, chosen)
        connection.execute(
            "DELETE FROM notice WHERE account = ? AND state = 'waiting' AND choice <> '' "
            "AND NOT EXISTS (SELECT 1 FROM notice_choice c WHERE c.account = notice.account "
            "AND c.event = notice.choice AND c.place = notice.place)",
            (account.email,),
        )


def _check_places(ledger: Ledger, account: Account, places: set[int]) -> None:
    query = "SELECT id FROM notice_address WHERE account = ?"
    own = {MAIL, *(row[0] for row in ledger.rows(query, (account.email,)))}
    if not places <= own:
        raise QuestionError("One of the addresses is gone: load the page again and choose.")


def _keep_manner(connection: sqlite3.Connection, email: str, chosen: Choices) -> None:
    quiet = chosen.quiet
    connection.execute(
        "INSERT INTO notice_manner "
        "(account, line, quiet_from, quiet_to, free_days, most, language) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET "
        "line = excluded.line, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, "
        "free_days = excluded.free_days, most = excluded.most, language = excluded.language",
        (
            email,
            chosen.line,
            quiet.begins.isoformat("minutes"),
            quiet.ends.isoformat("minutes"),
            int(quiet.free_days),
            chosen.most,
            chosen.language,
        ),
    )


def who_want(ledger: Ledger, *wanted: Choice) -> tuple[str, ...]:
    """The accounts that have chosen one of some events, but for the letter by e-mail."""
    query = (
        "SELECT DISTINCT c.account FROM notice_choice c JOIN account a ON a.email = c.account "
        "WHERE c.event IN (SELECT value FROM json_each(?)) ORDER BY c.account"
    )
    return tuple(row[0] for row in ledger.rows(query, (json.dumps(wanted),)))
