"""Accounts: who may log in, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.ledger import Ledger


class Role(StrEnum):
    """What an account may see and do."""

    ADMIN = "admin"
    MANAGER = "manager"
    SELLER = "seller"
    VIEWER = "viewer"


@dataclass(frozen=True)
class Account:
    """Someone who may log in.

    Attributes:
        email: by which they log in, in lower case.
        name: what they are called.
        role: what they may see and do.
        person: the identity of the seller or manager that they are in the data; None: no one.
        language: the one they chose; None: the browser's.

    """

    email: str
    name: str
    role: Role
    person: str | None = None
    language: str | None = None


COLUMNS: Final = "email, name, role, person, language"


def find_account(ledger: Ledger, email: str) -> Account:
    """The account of an e-mail address.

    Raises:
        QuestionError: there is none.

    """
    query = f"SELECT {COLUMNS} FROM account WHERE email = ?"  # noqa: S608 (fixed names)
    rows = ledger.rows(query, (email.strip().casefold(),))
    if not rows:
        raise QuestionError(f"{email} has no account: see mellantid users list.")
    return account_of(rows[0])


def account_of(row: tuple[str, str, str, str | None, str | None]) -> Account:
    """An account from its columns, in the order of `COLUMNS`."""
    email, name, role, person, language = row
    return Account(email, name, Role(role), person, language)


def accounts(ledger: Ledger) -> tuple[Account, ...]:
    """All accounts, by address."""
    query = f"SELECT {COLUMNS} FROM account ORDER BY email"  # noqa: S608 (fixed names)
    return tuple(account_of(row) for row in ledger.rows(query))
