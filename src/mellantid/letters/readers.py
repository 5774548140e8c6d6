"""Who gets the Monday letter, and which letters have gone out: each once a week and account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mellantid.access import Role, find_account
from mellantid.access.accounts import COLUMNS, account_of
from mellantid.core.names import EVERYONE
from mellantid.metrics.metric import check_language

if TYPE_CHECKING:
    from mellantid.access import Account
    from mellantid.ledger import Ledger
    from mellantid.workspace import People

REST: Final = 10 * 60_000
"""A letter that could not be sent is tried again after so many ms."""
TRIES: Final = 30


class State(StrEnum):
    """How far a letter has come."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Reader:
    """Somebody who wants the letter.

    Attributes:
        account: theirs.
        language: of their letter.

    """

    account: Account
    language: str


def choose_letter(ledger: Ledger, email: str, language: str, *, weekly: bool) -> None:
    """Keep whether an account wants the letter, and in which language.

    Raises:
        QuestionError: there is no such account, or there are no texts in the language.

    """
    check_language(language)
    with ledger.writing() as connection:
        account = find_account(ledger, email)
        connection.execute(
            "INSERT INTO letter_choice (account, weekly, language) VALUES (?, ?, ?) "
            "ON CONFLICT (account) DO UPDATE SET weekly = excluded.weekly, "
            "language = excluded.language",
            (account.email, int(weekly), language),
        )


def wants_letter(ledger: Ledger, email: str) -> bool:
    """Whether an account has chosen the letter; nobody gets it unasked."""
    rows = ledger.rows("SELECT weekly FROM letter_choice WHERE account = ?", (email,))
    return bool(rows and rows[0][0])


def readers(ledger: Ledger) -> tuple[Reader, ...]:
    """All who have chosen the letter, by address."""
    columns = ", ".join(f"a.{each}" for each in COLUMNS.split(", "))
    query = (
        f"SELECT c.language, {columns} FROM letter_choice c "  # noqa: S608 (fixed names)
        "JOIN account a ON a.email = c.account WHERE c.weekly = 1 ORDER BY a.email"
    )
    found = [(row[0], account_of(row[1:])) for row in ledger.rows(query)]
    return tuple(Reader(account, account.language or kept) for kept, account in found)


def language_for(ledger: Ledger, account: Account) -> str:
    """The language of an account's letters: its own, that of its choice, or English."""
    rows = ledger.rows("SELECT language FROM letter_choice WHERE account = ?", (account.email,))
    return account.language or (rows[0][0] if rows else "en")


def owner_for(account: Account, people: People) -> str:
    """Whose letter an account gets: a seller the own, a manager the team's, others the whole's."""
    person = people.persons.get(account.person or "")
    if account.role is Role.SELLER and account.person:
        return account.person
    if account.role is Role.MANAGER and person is not None and person.team is not None:
        return person.team
    return EVERYONE


def outstanding(ledger: Ledger, week: str, now: int) -> tuple[Reader, ...]:
    """Those whose letter of a week has not gone out, and need not wait to be tried again."""
    query = (
        "SELECT account FROM letter_sent WHERE week = ? AND "
        "(state <> 'failed' OR tries >= ? OR at > ?)"
    )
    done = {row[0] for row in ledger.rows(query, (week, TRIES, now - REST))}
    return tuple(each for each in readers(ledger) if each.account.email not in done)


def claim(ledger: Ledger, week: str, email: str, now: int) -> bool:
    """Take it upon oneself to send a letter; only one process gets to, and a letter only once.

    A letter that was claimed and neither sent nor failed is never sent again: whoever was to send
    it may have done so before the process ended.
    """
    with ledger.writing() as connection:
        done = connection.execute(
            "INSERT INTO letter_sent (week, account, state, at, tries) "
            "VALUES (?, ?, 'sending', ?, 1) ON CONFLICT (week, account) DO UPDATE SET "
            "state = 'sending', at = excluded.at, tries = tries + 1 "
            "WHERE letter_sent.state = 'failed'",
            (week, email, now),
        )
        return done.rowcount == 1


def settle(ledger: Ledger, week: str, email: str, state: State, now: int) -> None:
    """Keep what became of a letter that was claimed."""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE letter_sent SET state = ?, at = ? WHERE week = ? AND account = ?",
            (state, now, week, email),
        )
