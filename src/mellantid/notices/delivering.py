"""Sending what is due: each message is claimed, sent and settled, a few at a time."""

from __future__ import annotations

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError, QuestionError
from mellantid.letters.post import NotSent, connected, deliver, message, read_post
from mellantid.notices.addresses import Way, find_address, open_address
from mellantid.notices.choices import MAIL
from mellantid.notices.events import Event, Kind
from mellantid.notices.finding import Reader
from mellantid.notices.hosts import allowed_hosts
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
from mellantid.notices.reaching import resolved
from mellantid.notices.schedule import next_message
from mellantid.notices.services import send_chat
from mellantid.notices.telling import document_of, line_of, say
from mellantid.notices.webhook import body_of, send_webhook
from mellantid.notices.written import as_chat, as_mail, harmless
from mellantid.workspace.deal import find_deal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mellantid.letters.post import Post
    from mellantid.notices.addresses import Opened
    from mellantid.notices.outbox import Waiting
    from mellantid.notices.reaching import Resolve
    from mellantid.workspace import Workspace

TOGETHER: Final = 6
"""Messages that are on their way at the same time, so that a slow place holds up few others."""
MOST: Final = 300
"""Messages of one look; the rest wait for the next."""
NOTICES: Final = "/settings/notices"
FAULT: Final = "Something went wrong here while it was sent: see the log."
log = logging.getLogger("mellantid.notices")


@dataclass(frozen=True)
class Parcel:
    """A message that is ready to go.

    Attributes:
        rows: what it tells.
        message: its name.
        send: sends it; needs no database.

    """

    rows: tuple[Waiting, ...]
    message: str
    send: Callable[[], Result]


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
    _way(workspace, reader.account.email, place)
    event = Event(Kind.TEST, now(), about=secrets.token_hex(8), path=NOTICES)
    with ledger.writing() as connection:
        put(connection, event, reader.account.email, place, now())
    row = row_of(ledger, event, reader.account.email, place)
    parcel = _parcel(workspace, (row,), reader, now(), resolve)
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
        parcel = _parcel(workspace, chosen, reader, now, resolve)
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
        _way(workspace, email, place),
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


def _way(workspace: Workspace, email: str, place: int) -> Way | None:
    return None if place == MAIL else find_address(workspace.ledger, email, place).way


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


def _parcel(
    workspace: Workspace, rows: tuple[Waiting, ...], reader: Reader, now: int, resolve: Resolve
) -> Parcel:
    """Make a message ready: all that is needed of the database is read here."""
    name = f"msg_{secrets.token_hex(12)}"
    try:
        send = _sending(workspace, rows, reader, now, resolve)
    except MellantidError as error:
        # Such as a key that is missing, or e-mail that is not set up: it may be mended.
        send = partial(Result, State.WAITING, str(error))
    return Parcel(rows, name, send)


def _sending(
    workspace: Workspace, rows: tuple[Waiting, ...], reader: Reader, now: int, resolve: Resolve
) -> Callable[[], Result]:
    ledger, place = workspace.ledger, rows[0].place
    post, organisation = read_post(ledger), workspace.settings.name
    language = reader.account.language or reader.choices.language
    events = [each.event for each in rows]
    if place == MAIL:
        post.need()
        return partial(_by_mail, post, events, language, reader.account.email, organisation, now)
    way = _way(workspace, reader.account.email, place)
    opened, allowed = open_address(ledger, place), allowed_hosts(ledger)
    if way is Way.CHAT:
        return partial(_by_chat, opened, events, language, post.address, allowed)

    def by_webhook() -> Result:
        line = line_of(events[0], language, post.address)
        body = body_of(document_of(events[0], line, organisation))
        return send_webhook(opened, rows[0].key, body, now, allowed, resolve)

    return by_webhook


def _by_mail(
    post: Post, events: Sequence[Event], language: str, to: str, organisation: str, now: int
) -> Result:
    mail = as_mail(say(events, language, post.address), to)
    made = message(mail, post, f"Mellantid, {organisation}", now, NOTICES)
    try:
        with connected(post) as server:
            deliver(server, made)
    except NotSent as error:
        return Result(State.WAITING if error.surely else State.UNKNOWN, str(error))
    return Result(State.SENT)


def _by_chat(
    opened: Opened, events: Sequence[Event], language: str, address: str, allowed: Collection[str]
) -> Result:
    if events[0].kind is Kind.LETTER:
        return send_chat(opened.url, harmless(events[0].text), allowed, markdown=True)
    text = as_chat(say(events, language, address))
    return send_chat(opened.url, text, allowed, markdown=False)
