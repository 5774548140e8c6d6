"""The round of a Monday morning: a letter to each who wants one, and never twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.letters.mail import mail_of
from mellantid.letters.may_read import may_read
from mellantid.letters.post import NotSent, Unreachable, connected, deliver, message, read_post
from mellantid.letters.readers import State, claim, outstanding, owner_for, settle
from mellantid.letters.telling import tell
from mellantid.letters.weeks import DAY, WEEK, Week, monday_of

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Callable, Mapping

    from mellantid.access import Account
    from mellantid.letters.letter import Letter
    from mellantid.letters.may_read import MayRead
    from mellantid.letters.post import Post
    from mellantid.letters.readers import Reader
    from mellantid.workspace import Workspace

MORNING: Final = dt.time(7)
LAST: Final = 1
"""The last weekday on which a letter that is late still goes out: Tuesday."""


class Composer(Protocol):
    """Makes the letter of an owner, of what its reader sees."""

    def __call__(self, workspace: Workspace, week: Week, owner: str, reader: MayRead, /) -> Letter:
        """The letter."""
        ...


@dataclass(frozen=True)
class Round:
    """What became of a round: whose letters went out, and why others did not."""

    sent: tuple[str, ...]
    left: Mapping[str, str]


def week_due(workspace: Workspace, now: int) -> Week | None:
    """The week whose letters are due: the one that is over, from Monday at seven to Tuesday night.

    Args:
        workspace: the organisation, whose time zone counts.
        now: the present moment (ms).

    """
    zone = ZoneInfo(workspace.settings.timezone)
    local = dt.datetime.fromtimestamp(now / 1000, zone)
    monday = local.weekday() == 0 and local.time() >= MORNING
    if not (monday or 0 < local.weekday() <= LAST):
        return None
    begun = monday_of(local.date()) - WEEK
    return Week(begun, begun + WEEK - DAY)


def send_round(
    workspace: Workspace, week: Week, now: Callable[[], int], compose: Composer
) -> Round:
    """Send a week's letter to each who wants it and has not had it.

    Args:
        workspace: the organisation.
        week: which.
        now: gives the present moment (ms).
        compose: makes the letters.

    Raises:
        QuestionError: sending is not set up.

    """
    sent: list[str] = []
    left: dict[str, str] = {}
    for reader in outstanding(workspace.ledger, week.name, now()):
        email = reader.account.email
        try:
            if _send_one(workspace, week, reader, now, compose):
                sent.append(email)
        except Unreachable as error:
            # The others would wait for the same server.
            left[email] = str(error)
            break
        except QuestionError as error:
            left[email] = str(error)
        except NotSent as error:
            left[email] = str(error)
    return Round(tuple(sent), left)


def _send_one(
    workspace: Workspace, week: Week, reader: Reader, now: Callable[[], int], compose: Composer
) -> bool:
    """Send one letter; False: another process has taken it."""
    ledger, email = workspace.ledger, reader.account.email
    post = read_post(ledger)
    post.need()
    try:
        letter = compose_for(workspace, week, reader.account, compose)
    except QuestionError:
        # Nothing to tell yet, such as before there is a plan: tried again after a while.
        if claim(ledger, week.name, email, now()):
            settle(ledger, week.name, email, State.FAILED, now())
        raise
    if not claim(ledger, week.name, email, now()):
        return False
    try:
        with connected(post) as server:
            send_letter(server, post, letter, reader, now())
    except NotSent as error:
        if error.surely:
            settle(ledger, week.name, email, State.FAILED, now())
        raise
    settle(ledger, week.name, email, State.SENT, now())
    return True


def compose_for(
    workspace: Workspace,
    week: Week,
    account: Account,
    compose: Composer,
    owner: str | None = None,
) -> Letter:
    """The letter that an account gets; of another owner where one is named."""
    people = workspace.people
    whose = owner or owner_for(account, people)
    return compose(workspace, week, whose, may_read(account, people))


def send_letter(server: smtplib.SMTP, post: Post, letter: Letter, reader: Reader, now: int) -> None:
    """Send a letter to a reader.

    Raises:
        NotSent: the server did not take it.

    """
    told = tell(letter, reader.language)
    asked = {"week": letter.week} | ({} if letter.owner == EVERYONE else {"owner": letter.owner})
    mail = mail_of(told, reader.account.email, post.link(f"/letter?{urlencode(asked)}"))
    deliver(server, message(mail, post, f"Mellantid, {letter.organisation}", now))
