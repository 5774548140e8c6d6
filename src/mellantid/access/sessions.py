"""Sessions: who is logged in, kept in the database so that a log-out holds everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.access.accounts import find_account
from mellantid.access.secrets_kept import fingerprint, new_secret

if TYPE_CHECKING:
    from mellantid.access.accounts import Account
    from mellantid.ledger import Ledger

LASTS: Final = 14 * 24 * 3600 * 1000
"""A session that nobody has used for two weeks is over, in ms."""
REFRESHED: Final = 3600 * 1000
"""A session in use is prolonged at most once an hour, so that reading seldom writes."""


def begin_session(ledger: Ledger, account: Account, now: int) -> str:
    """Log an account in.

    Returns:
        The secret that the browser keeps; the database has only its fingerprint.

    """
    secret = new_secret()
    with ledger.writing() as connection:
        connection.execute("DELETE FROM session WHERE ends_at <= ?", (now,))
        connection.execute(
            "INSERT INTO session (secret, account, begun_at, ends_at) VALUES (?, ?, ?, ?)",
            (fingerprint(secret), account.email, now, now + LASTS),
        )
    return secret


def session_account(ledger: Ledger, secret: str, now: int) -> Account | None:
    """Whose session a secret is; None where it is over, or never was."""
    kept = fingerprint(secret)
    rows = ledger.rows(
        "SELECT account, ends_at FROM session WHERE secret = ? AND ends_at > ?", (kept, now)
    )
    if not rows:
        return None
    email, ends_at = rows[0]
    if ends_at < now + LASTS - REFRESHED:
        with ledger.writing() as connection:
            connection.execute(
                "UPDATE session SET ends_at = ? WHERE secret = ?", (now + LASTS, kept)
            )
    return find_account(ledger, email)


def end_session(ledger: Ledger, secret: str) -> None:
    """Log out here."""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM session WHERE secret = ?", (fingerprint(secret),))


def end_all_sessions(ledger: Ledger, email: str) -> None:
    """Log out everywhere."""
    with ledger.writing() as connection:
        connection.execute("DELETE FROM session WHERE account = ?", (email,))
