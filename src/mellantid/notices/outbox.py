"""The outbox: what is to be sent is a row first, which says how far it has come."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from mellantid.notices.addresses import Way, switch_address
from mellantid.notices.events import CHOICE_OF, Event
from mellantid.notices.schedule import HOUR, TRIES, wait

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from mellantid.ledger import Ledger

ABANDONED: Final = 10 * 60_000
"""After so many ms whoever was sending something has surely ended."""
KEPT: Final = 30 * 24 * HOUR
"""For so many ms it is shown what became of something."""
NOBODY_KNOWS: Final = (
    "The program ended while this was being sent, so nobody knows whether it arrived. It is not "
    "sent again."
)


class State(StrEnum):
    """How far something has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """It could not be sent, and is not tried any more."""
    UNKNOWN = "unknown"
    """It may have arrived, and is not sent again."""


@dataclass(frozen=True)
class Waiting:
    """Something to be sent to one place.

    Attributes:
        number: of its row.
        key: by which a program knows a delivery that comes twice.
        account: whose it is.
        place: where to: 0 the account's e-mail, else one of its addresses.
        choice: the `Choice` that it falls under; empty: it was asked for.
        event: what happened.
        tries: how often it was tried.
        due_at: the moment (ms) from which it may be.

    """

    number: int
    key: str
    account: str
    place: int
    choice: str
    event: Event
    tries: int
    due_at: int


@dataclass(frozen=True)
class Result:
    """What became of a message.

    Attributes:
        state: `SENT`, `UNKNOWN`, `FAILED` (it never will be), or `WAITING` (it is tried again).
        why: what went wrong; empty: nothing.
        rest: ms for which the other side asks not to be tried.
        gone: whether the other side wants nothing any more.

    """

    state: State
    why: str = ""
    rest: int = 0
    gone: bool = False


def _key(event: Event, account: str, place: int) -> str:
    """By which a row is known: an event is told to a place once."""
    said = f"{event.id}/{account}/{place}"
    return f"ntc_{hashlib.sha256(said.encode()).hexdigest()[:24]}"


def is_known(ledger: Ledger, event: Event, account: str, place: int) -> bool:
    """Whether an event has been put into the outbox for a place."""
    key = _key(event, account, place)
    return bool(ledger.rows("SELECT 1 FROM notice WHERE key = ?", (key,)))


def put(connection: sqlite3.Connection, event: Event, account: str, place: int, now: int) -> bool:
    """Add something to be sent; False: it is there already, sent or not.

    Args:
        connection: inside `Ledger.writing`.
        event: what happened.
        account: who is to know.
        place: where to.
        now: the present moment (ms).

    """
    done = connection.execute(
        "INSERT INTO notice (key, account, place, choice, document, created_at, state, tries, "
        "due_at, changed_at, message, why) VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, '', '') "
        "ON CONFLICT (key) DO NOTHING",
        (
            _key(event, account, place),
            account,
            place,
            CHOICE_OF.get(event.kind, ""),
            event.written(),
            now,
            now,
            now,
        ),
    )
    return done.rowcount == 1


COLUMNS: Final = "id, key, account, place, choice, document, tries, due_at"


def waiting(ledger: Ledger) -> dict[tuple[str, int], list[Waiting]]:
    """All that waits for its time, by account and place, the oldest first.

    What is sent at somebody's word is not among it: that is tried once, at once.
    """
    query = (
        f"SELECT {COLUMNS} FROM notice "  # noqa: S608 (fixed names)
        "WHERE state = 'waiting' AND choice <> '' ORDER BY id"
    )
    found: dict[tuple[str, int], list[Waiting]] = {}
    for row in map(_row, ledger.rows(query)):
        found.setdefault((row.account, row.place), []).append(row)
    return found


def row_of(ledger: Ledger, event: Event, account: str, place: int) -> Waiting:
    """The row of an event that has been put into the outbox."""
    query = f"SELECT {COLUMNS} FROM notice WHERE key = ?"  # noqa: S608 (fixed names)
    return _row(ledger.rows(query, (_key(event, account, place),))[0])


def _row(columns: tuple[Any, ...]) -> Waiting:
    number, key, account, place, choice, document, tries, due_at = columns
    event = Event.read(document)
    return Waiting(number, key, account, place, choice, event, tries, due_at)


def sent_lately(ledger: Ledger, account: str, place: int, now: int) -> tuple[int, ...]:
    """The moments (ms) of the messages of the last hour to a place, but for those asked for."""
    query = (
        "SELECT max(changed_at) FROM notice WHERE account = ? AND place = ? AND changed_at > ? "
        "AND state IN ('sent', 'unknown') AND choice <> '' GROUP BY message"
    )
    return tuple(row[0] for row in ledger.rows(query, (account, place, now - HOUR)))


def claim(ledger: Ledger, rows: Iterable[Waiting], message: str, now: int) -> bool:
    """Take it upon oneself to send some rows as one message; False: another process has one."""
    numbers = [each.number for each in rows]
    listed = json.dumps(numbers)
    with ledger.writing() as connection:
        free = connection.execute(
            "SELECT count(*) FROM notice WHERE state = 'waiting' "
            "AND id IN (SELECT value FROM json_each(?))",
            (listed,),
        ).fetchone()
        if free[0] != len(numbers):
            return False
        connection.execute(
            "UPDATE notice SET state = 'sending', tries = tries + 1, changed_at = ?, message = ? "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (now, message, listed),
        )
        return True


def settle(ledger: Ledger, message: str, result: Result, now: int) -> None:
    """Keep what became of a message that was claimed."""
    with ledger.writing() as connection:
        query = "SELECT id, tries, place FROM notice WHERE message = ? AND state = 'sending'"
        found = connection.execute(query, (message,)).fetchall()
        for number, tries, _ in found:
            over = result.state is State.WAITING and tries >= TRIES
            state = State.FAILED if over else result.state
            due = now + max(wait(tries), result.rest)
            connection.execute(
                "UPDATE notice SET state = ?, why = ?, changed_at = ?, due_at = ? WHERE id = ?",
                (state, result.why, now, due, number),
            )
        if result.gone and found:
            switch_address(ledger, found[0][2], why=result.why)


def leave_out(ledger: Ledger, rows: Iterable[Waiting]) -> None:
    """Take rows away that are not to be sent any more."""
    with ledger.writing() as connection:
        connection.executemany(
            "DELETE FROM notice WHERE id = ? AND state = 'waiting'",
            [(each.number,) for each in rows],
        )


def recover(ledger: Ledger, now: int) -> None:
    """Look after what somebody was sending when their process ended, and forget what is old.

    A program is sent it again, under the same key, by which it knows whether it has had it. Of an
    e-mail or a chat nobody knows, and twice is worse than not at all.
    """
    if not ledger.rows(
        "SELECT 1 FROM notice WHERE state = 'sending' OR changed_at < ? LIMIT 1", (now - KEPT,)
    ):
        return
    old = "state = 'sending' AND changed_at < ?"
    to_program = "choice <> '' AND place IN (SELECT id FROM notice_address WHERE way = ?)"
    with ledger.writing() as connection:
        connection.execute(
            f"UPDATE notice SET state = 'waiting', due_at = ? WHERE {old} AND {to_program}",  # noqa: S608 (as above)
            (now, now - ABANDONED, Way.WEBHOOK),
        )
        connection.execute(
            f"UPDATE notice SET state = 'unknown', why = ?, changed_at = ? WHERE {old}",  # noqa: S608 (as above)
            (NOBODY_KNOWS, now, now - ABANDONED),
        )
        connection.execute(
            "DELETE FROM notice WHERE changed_at < ? "
            "AND (state NOT IN ('waiting', 'sending') OR choice = '')",
            (now - KEPT,),
        )
