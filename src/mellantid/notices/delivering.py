"""Sending what is due: each message is claimed, sent and settled, a few at a time."""

from __future__ import annotations

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError, QuestionError
from mellantid.notices.events import Event, Kind
from mellantid.notices.outbox import (
    Result,
    State,
    claim,
    leave_out,
    put,
    recover,
    row_of,
    sent_lately,
    settle,
    waiting,
)
from mellantid.notices.parcels import NOTICES, Parcel, parcel_of, way_of
from mellantid.notices.reaching import resolved
from mellantid.notices.reader import Reader
from mellantid.notices.schedule import next_message
from mellantid.workspace.deal import find_deal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mellantid.notices.outbox import Waiting
    from mellantid.notices.reaching import Resolve
    from mellantid.workspace import Workspace

TOGETHER: Final = 6
"""Messages that are on their way at the same time, so that a slow place holds up few others."""
MOST: Final = 300
"""Messages of one look; the rest wait for the next."""
FAULT: Final = "Something went wrong here while it was sent: see the log."
log = logging.getLogger("mellantid.notices")


def deliver_due(
    workspace: Workspace, now: Callable[[], int], resolve: Resolve = resolved
) -> list[Result]:
    """Send what is due.

    Args:
        workspace: the organisation.
        now: gives the present moment (ms).
        resolve: gives the numbers of a host.

    Returns:
        What became of each message.

    """
    recover(workspace.ledger, now())
    done: list[Result] = []
    with ThreadPoolExecutor(TOGETHER, thread_name_prefix="notices") as pool:
        while len(done) < MOST:
            parcels = _claimed(workspace, now(), resolve)
            if not parcels:
                break
            going = {pool.submit(_sent, parcel): parcel for parcel in parcels}
            for each in as_completed(going):
                settle(workspace.ledger, going[each].message, each.result(), now())
                done.append(each.result())
    return done


def try_out(
    workspace: Workspace,
    email: str,
    place: int,
    now: Callable[[], int],
    resolve: Resolve = resolved,
) -> Result:
    """Send a notice to one place at once, whatever the hour; it is tried this once.

    Raises:
        QuestionError: the account has no such place.

    """
    ledger, reader = workspace.ledger, Reader.of(workspace, email)
    way_of(workspace, reader.account.email, place)
    event = Event(Kind.TEST, now(), about=secrets.token_hex(8), path=NOTICES)
    with ledger.writing() as connection:
        put(connection, event, reader.account.email, place, now())
    row = row_of(ledger, event, reader.account.email, place)
    parcel = parcel_of(workspace, (row,), reader, now(), resolve)
    if not claim(ledger, parcel.rows, parcel.message, now()):
        raise QuestionError("It is on its way already: load the page again.")
    result = _sent(parcel)
    if result.state is State.WAITING:
        result = Result(State.FAILED, result.why)
    settle(ledger, parcel.message, result, now())
    return result


def _claimed(workspace: Workspace, now: int, resolve: Resolve) -> list[Parcel]:
    """The next few messages that are due, claimed for this process."""
    found: list[Parcel] = []
    for (email, place), rows in waiting(workspace.ledger).items():
        try:
            reader = Reader.of(workspace, email)
        except QuestionError:
            # The account has gone meanwhile.
            leave_out(workspace.ledger, rows)
            continue
        chosen = _chosen(workspace, reader, place, rows, now)
        if not chosen:
            continue
        parcel = parcel_of(workspace, chosen, reader, now, resolve)
        if claim(workspace.ledger, chosen, parcel.message, now):
            found.append(parcel)
        if len(found) == TOGETHER:
            break
    return found


def _chosen(
    workspace: Workspace, reader: Reader, place: int, rows: Sequence[Waiting], now: int
) -> tuple[Waiting, ...]:
    """What is to go to a place now."""
    ledger, email = workspace.ledger, reader.account.email
    if place not in reader.places:
        leave_out(ledger, rows)
        return ()
    chosen = next_message(
        rows,
        way_of(workspace, email, place),
        sent_lately(ledger, email, place, now),
        reader.choices.most,
        now,
        quiet=reader.choices.quiet.holds(now, workspace.clock),
    )
    # What the reader may see has changed since it was found, maybe.
    told = tuple(
        each for each in chosen if reader.may_know(each.event, _owner(workspace, each, now))
    )
    if len(told) < len(chosen):
        leave_out(ledger, [each for each in chosen if each not in told])
    return told


def _owner(workspace: Workspace, row: Waiting, now: int) -> str | None:
    """Whose the deal of an event is now; of one that is gone, whose it was."""
    event = row.event
    if event.kind is not Kind.CAUGHT:
        return None
    try:
        return find_deal(workspace, event.process, event.about, now + 1).owner
    except MellantidError:
        return event.owner


def _sent(parcel: Parcel) -> Result:
    try:
        return parcel.send()
    except Exception:
        # One message that cannot be made is to hold up no others.
        log.exception("A notice could not be sent.")
        return Result(State.WAITING, FAULT)
