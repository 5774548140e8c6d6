"""Addresses that accounts have given: kept sealed, and never shown again but for a tail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mellantid.access.sealing import Seal
from mellantid.errors import QuestionError
from mellantid.notices.signing import new_signing_secret

if TYPE_CHECKING:
    from mellantid.ledger import Ledger

TAIL: Final = 4
"""Characters of an address that are shown again."""
SHORT: Final = 12
"""Of an address that is shorter after its scheme, none are."""
LONGEST: Final = 2_000
MOST: Final = 10
"""Addresses that an account may have."""
COLUMNS: Final = "id, account, way, title, shown, is_off, why"


class Way(StrEnum):
    """How something gets to an address."""

    CHAT = "chat"
    """By Apprise: Slack, Teams and the others."""
    WEBHOOK = "webhook"
    """As signed JSON to a program."""


@dataclass(frozen=True)
class Address:
    """An address of an account, without what is secret.

    Attributes:
        number: by which it is known.
        account: whose.
        way: how something gets there.
        title: what its owner calls it.
        shown: its scheme and last characters.
        off: whether nothing is sent there any more.
        why: why that is; empty: it is on.

    """

    number: int
    account: str
    way: Way
    title: str
    shown: str
    off: bool
    why: str


@dataclass(frozen=True)
class Opened:
    """What is secret of an address.

    Attributes:
        url: it.
        secret: by which what goes out to a program is signed; empty: of a chat.

    """

    url: str
    secret: str = ""

    def __repr__(self) -> str:
        # Not even by chance in a log.
        return "Opened(...)"


def shown_of(url: str) -> str:
    """What may be shown again of an address."""
    scheme, _, rest = url.partition("://")
    tail = rest[-TAIL:] if len(rest) >= SHORT else ""
    return f"{scheme}://…{tail}"


def add_address(ledger: Ledger, email: str, way: Way, title: str, url: str, now: int) -> str:
    """Keep an address, sealed; it is not looked at whether it can be used.

    Args:
        ledger: the database.
        email: whose.
        way: how something gets there.
        title: what to call it.
        url: the address.
        now: the present moment (ms).

    Returns:
        The secret that a program checks signatures by, to be shown once; empty: a chat has none.

    Raises:
        QuestionError: it has no name, is too long, or there are too many.

    """
    name, text = title.strip(), url.strip()
    if not name or len(name) > LONGEST:
        raise QuestionError("The address has no name: call it something, such as Team chat.")
    if len(text) > LONGEST:
        raise QuestionError(f"The address is longer than {LONGEST} characters: copy it anew.")
    secret = new_signing_secret() if way is Way.WEBHOOK else ""
    sealed = Seal(ledger.path).seal(json.dumps({"url": text, "secret": secret}))
    with ledger.writing() as connection:
        if len(addresses_of(ledger, email)) >= MOST:
            raise QuestionError(f"There are {MOST} addresses already: remove one first.")
        connection.execute(
            "INSERT INTO notice_address "
            "(account, way, title, shown, sealed, is_off, why, created_at) "
            "VALUES (?, ?, ?, ?, ?, 0, '', ?)",
            (email, way, name, shown_of(text), sealed, now),
        )
    return secret


def addresses_of(ledger: Ledger, email: str) -> tuple[Address, ...]:
    """The addresses of an account, in the order in which they were given."""
    query = f"SELECT {COLUMNS} FROM notice_address WHERE account = ? ORDER BY id"  # noqa: S608 (fixed names)
    return tuple(_address(row) for row in ledger.rows(query, (email,)))


def find_address(ledger: Ledger, email: str, number: int) -> Address:
    """One of an account's addresses.

    Raises:
        QuestionError: it has none of this number.

    """
    for each in addresses_of(ledger, email):
        if each.number == number:
            return each
    raise QuestionError("There is no such address any more: load the page again.")


def _address(row: tuple[int, str, str, str, str, int, str]) -> Address:
    number, account, way, title, shown, is_off, why = row
    return Address(number, account, Way(way), title, shown, bool(is_off), why)


def open_address(ledger: Ledger, number: int) -> Opened:
    """What is secret of an address, to be used and let go.

    Raises:
        QuestionError: the key is missing, or another one; or the address is gone.

    """
    rows = ledger.rows("SELECT sealed FROM notice_address WHERE id = ?", (number,))
    if not rows:
        raise QuestionError("The address is gone: give it anew.")
    return Opened(**json.loads(Seal(ledger.path).open(rows[0][0])))


def remove_address(ledger: Ledger, email: str, number: int) -> None:
    """Forget an address, what was chosen for it, and what waits to go there.

    Raises:
        QuestionError: the account has none of this number.

    """
    with ledger.writing() as connection:
        find_address(ledger, email, number)
        connection.execute("DELETE FROM notice_address WHERE id = ?", (number,))
        connection.execute("DELETE FROM notice_choice WHERE place = ?", (number,))
        connection.execute(
            "DELETE FROM notice WHERE place = ? AND state IN ('waiting', 'sending')", (number,)
        )


def switch_address(ledger: Ledger, number: int, *, why: str = "") -> None:
    """Send nothing to an address any more, and give up what waits; without a reason, again.

    Args:
        ledger: the database.
        number: of the address.
        why: why nothing is to be sent; empty: send again.

    """
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE notice_address SET is_off = ?, why = ? WHERE id = ?",
            (int(bool(why)), why, number),
        )
        if why:
            connection.execute(
                "UPDATE notice SET state = 'failed', why = ? WHERE place = ? AND state = 'waiting'",
                (why, number),
            )


def host_of(url: str) -> str:
    """The host that an address names, in lower case; empty: none that can be read."""
    try:
        return (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""
