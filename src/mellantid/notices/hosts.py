"""Hosts inside the organisation that an administrator lets notices reach."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.ledger import Ledger

NAME: Final = "notice_hosts"
HOST: Final = re.compile(r"[\w.:-]+", re.ASCII)


def allowed_hosts(ledger: Ledger) -> frozenset[str]:
    """The hosts that are let through, in lower case."""
    rows = ledger.rows("SELECT value FROM setting WHERE name = ?", (NAME,))
    return frozenset(json.loads(rows[0][0])) if rows else frozenset()


def allow_hosts(ledger: Ledger, text: str) -> None:
    """Let these hosts through and no others.

    Args:
        ledger: the database.
        text: names or numbers of hosts, separated by commas or space.

    Raises:
        DataError: one of them is none.

    """
    hosts = {each.strip("[]").casefold() for each in text.replace(",", " ").split()}
    for each in sorted(hosts):
        if not HOST.fullmatch(each):
            raise DataError(
                f"{each!r} is no host: write its name or number alone, such as chat.example.com."
            )
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (NAME, json.dumps(sorted(hosts))),
        )
