"""API tokens: keys for programs, each with what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mellantid.access.accounts import find_account
from mellantid.access.secrets_kept import fingerprint, new_secret
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mellantid.access.accounts import Account
    from mellantid.ledger import Ledger


class Scope(StrEnum):
    """What a token may do, within what its account may."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Token:
    """A token as the list shows it; the secret itself is shown once, when it is issued.

    Attributes:
        number: by which it is revoked.
        account: whose it is.
        name: what it is for.
        scopes: what it may do.
        created_at: when it was issued (ms).

    """

    number: int
    account: str
    name: str
    scopes: frozenset[Scope]
    created_at: int


def issue_token(
    ledger: Ledger, account: Account, name: str, scopes: Iterable[Scope], now: int
) -> str:
    """Make a token.

    Returns:
        Its secret, which is shown once and never again.

    Raises:
        QuestionError: it could do nothing.

    """
    wanted = sorted(set(scopes))
    if not wanted:
        raise QuestionError("A token without a scope can do nothing: choose read, write or both.")
    secret = new_secret()
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO token (secret, account, name, scopes, created_at) VALUES (?, ?, ?, ?, ?)",
            (fingerprint(secret), account.email, name.strip() or "token", " ".join(wanted), now),
        )
    return secret


def token_account(ledger: Ledger, secret: str) -> tuple[Account, frozenset[Scope]] | None:
    """Whose a token is and what it may do; None where there is none."""
    rows = ledger.rows("SELECT account, scopes FROM token WHERE secret = ?", (fingerprint(secret),))
    if not rows:
        return None
    email, scopes = rows[0]
    return find_account(ledger, email), _scopes(scopes)


def tokens_of(ledger: Ledger, email: str) -> tuple[Token, ...]:
    """An account's tokens, the oldest first."""
    rows = ledger.rows(
        "SELECT id, account, name, scopes, created_at FROM token WHERE account = ? ORDER BY id",
        (email,),
    )
    return tuple(Token(number, of, name, _scopes(text), at) for number, of, name, text, at in rows)


def revoke_token(ledger: Ledger, email: str, number: int) -> None:
    """Take one of an account's tokens back.

    Raises:
        QuestionError: the account has no such token.

    """
    with ledger.writing() as connection:
        gone = connection.execute(
            "DELETE FROM token WHERE account = ? AND id = ?", (email, number)
        ).rowcount
    if not gone:
        raise QuestionError(f"{email} has no token {number}: reload the list of tokens.")


def _scopes(text: str) -> frozenset[Scope]:
    return frozenset(Scope(each) for each in text.split())
