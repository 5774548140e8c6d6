"""Messages made ready: what is needed of the database is read, so that sending needs none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError
from mellantid.letters.post import NotSent, connected, deliver, message, read_post
from mellantid.notices.addresses import Way, find_address, open_address
from mellantid.notices.choices import MAIL
from mellantid.notices.events import Event, Kind
from mellantid.notices.hosts import allowed_hosts
from mellantid.notices.outbox import Result, State, Waiting
from mellantid.notices.services import send_chat
from mellantid.notices.telling import document_of, line_of, say
from mellantid.notices.webhook import body_of, send_webhook
from mellantid.notices.written import as_chat, as_mail, harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mellantid.letters.post import Post
    from mellantid.notices.addresses import Opened
    from mellantid.notices.reaching import Resolve
    from mellantid.notices.reader import Reader
    from mellantid.workspace import Workspace

NOTICES: Final = "/settings/notices"


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


def way_of(workspace: Workspace, email: str, place: int) -> Way | None:
    """How something gets to a place; None: by e-mail.

    Raises:
        QuestionError: the account has no such place.

    """
    return None if place == MAIL else find_address(workspace.ledger, email, place).way


def parcel_of(
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
    way = way_of(workspace, reader.account.email, place)
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
