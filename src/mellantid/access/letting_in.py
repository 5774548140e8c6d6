"""Letting people in: adding accounts, logging in, changing what an account has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.access.accounts import COLUMNS, Account, Role, find_account
from mellantid.access.passwords import hash_password, is_password, nobodys_hash
from mellantid.access.sessions import end_all_sessions
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from mellantid.ledger import Ledger

ACCOUNTS_OWN: Final = (
    *("session", "token", "letter_choice"),
    *("notice_address", "notice_choice", "notice_manner", "notice_crossing", "notice"),
)
"""Tables whose rows go with their account."""


def add_account(ledger: Ledger, account: Account, password: str, now: int) -> Account:
    """Let someone log in.

    Raises:
        DataError: the address is none, or has an account already; the role needs a person; the
            password is too weak.

    """
    email = account.email.strip().casefold()
    name, at, host = email.partition("@")
    if not (name and at and host) or any(letter.isspace() for letter in email):
        raise DataError(f"{account.email!r} is no e-mail address: write it as name@example.com.")
    _check_person(account)
    kept = hash_password(password)
    with ledger.writing() as connection:
        if ledger.rows("SELECT 1 FROM account WHERE email = ?", (email,)):
            raise DataError(f"{email} has an account already: change its password instead.")
        connection.execute(
            f"INSERT INTO account ({COLUMNS}, password, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (fixed names)
            (email, account.name, account.role, account.person, account.language, kept, now),
        )
    return find_account(ledger, email)


def change_account(ledger: Ledger, changed: Account) -> None:
    """Give the account of an address another name, role and person; password and language stay.

    Raises:
        QuestionError: there is no such account, or it is the last administrator's.
        DataError: the role needs a person.

    """
    _check_person(changed)
    with ledger.writing() as connection:
        before = find_account(ledger, changed.email)
        if changed.role is not Role.ADMIN:
            _keep_an_administrator(ledger, before)
        connection.execute(
            "UPDATE account SET name = ?, role = ?, person = ? WHERE email = ?",
            (changed.name, changed.role, changed.person, before.email),
        )


def _check_person(account: Account) -> None:
    """See that a role that is somebody's has a person."""
    if account.role in {Role.SELLER, Role.MANAGER} and not account.person:
        raise DataError(
            f"A {account.role} sees their own deals or teams: say which person in the data "
            f"{account.name} is (mellantid people list)."
        )


def _keep_an_administrator(ledger: Ledger, account: Account) -> None:
    """See that somebody else is an administrator where this account is one."""
    query = "SELECT 1 FROM account WHERE role = 'admin' AND email <> ?"
    if account.role is Role.ADMIN and not ledger.rows(query, (account.email,)):
        raise QuestionError(
            f"{account.email} is the last administrator: make somebody else one first."
        )


def logs_in(ledger: Ledger, email: str, password: str) -> Account | None:
    """The account that an address and a password open; None, no sooner, where they open none."""
    address = email.strip().casefold()
    rows = ledger.rows("SELECT password FROM account WHERE email = ?", (address,))
    right = is_password(rows[0][0] if rows else nobodys_hash(), password)
    return find_account(ledger, address) if rows and right else None


def change_password(ledger: Ledger, email: str, password: str) -> None:
    """Give an account another password, and log it out everywhere.

    Raises:
        QuestionError: there is no such account.
        DataError: the password is too weak.

    """
    account = find_account(ledger, email)
    kept = hash_password(password)
    with ledger.writing() as connection:
        connection.execute("UPDATE account SET password = ? WHERE email = ?", (kept, account.email))
        end_all_sessions(ledger, account.email)


def remove_account(ledger: Ledger, email: str) -> None:
    """Let someone in no longer: account, sessions, tokens and notices go; what they entered stays.

    Raises:
        QuestionError: there is no such account, or it is the last administrator's.

    """
    account = find_account(ledger, email)
    with ledger.writing() as connection:
        _keep_an_administrator(ledger, account)
        for table in ACCOUNTS_OWN:
            connection.execute(f"DELETE FROM {table} WHERE account = ?", (account.email,))  # noqa: S608 (fixed names)
        connection.execute("DELETE FROM account WHERE email = ?", (account.email,))


def choose_language(ledger: Ledger, email: str, language: str | None) -> None:
    """Keep the language that an account reads in; None: the browser's."""
    with ledger.writing() as connection:
        connection.execute("UPDATE account SET language = ? WHERE email = ?", (language, email))
