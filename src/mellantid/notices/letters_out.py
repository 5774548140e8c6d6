"""Monday letters to chats and programs: the short form, once a week and place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.letters.plain_text import as_chat
from mellantid.letters.post import read_post
from mellantid.letters.readers import language_for
from mellantid.letters.rounds import compose_for, week_due
from mellantid.letters.telling import tell
from mellantid.notices.choices import MAIL, who_want
from mellantid.notices.events import Choice, Event, Kind
from mellantid.notices.outbox import is_known, put
from mellantid.notices.reader import Reader

if TYPE_CHECKING:
    from mellantid.letters.letter import Letter
    from mellantid.letters.rounds import Composer
    from mellantid.letters.weeks import Week
    from mellantid.workspace import Workspace

FIGURES: Final = (
    *("owner", "process", "unit", "week", "mean", "low", "high", "target", "p_target"),
    *("p_before", "plan_version", "gap_before", "gap_money", "gap_change", "caught_amount"),
)
"""What a program gets of a letter besides the text; the API has the rest."""


def letters_due(workspace: Workspace, compose: Composer, now: int) -> int:
    """Put the letters that are due into the outbox; those by e-mail are the postman's.

    Args:
        workspace: the organisation.
        compose: makes the letters.
        now: the present moment (ms).

    Returns:
        How many rows are new.

    Raises:
        QuestionError: there is nothing to tell yet, such as before there is a plan.

    """
    week = week_due(workspace, now)
    if week is None:
        return 0
    added, unable = 0, None
    for email in who_want(workspace.ledger, Choice.LETTER):
        reader = Reader.of(workspace, email)
        due = Event(Kind.LETTER, now, about=week.name)
        left = {
            place
            for place in reader.choices.wants(Choice.LETTER) & reader.places - {MAIL}
            if not is_known(workspace.ledger, due, email, place)
        }
        if not left:
            continue
        try:
            event = _letter(workspace, week, reader, compose, now)
        except QuestionError as error:
            # Another account's letter may be another owner's, of which there is something to tell.
            unable = error
            continue
        with workspace.ledger.writing() as connection:
            added += sum(put(connection, event, email, place, now) for place in sorted(left))
    if unable is not None:
        raise unable
    return added


def _letter(workspace: Workspace, week: Week, reader: Reader, compose: Composer, now: int) -> Event:
    account = reader.account
    letter = compose_for(workspace, week, account, compose)
    path = path_of(letter)
    told = tell(letter, language_for(workspace.ledger, account))
    told_all = letter.as_dict()
    return Event(
        Kind.LETTER,
        now,
        about=week.name,
        figures={name: told_all[name] for name in FIGURES},
        path=path,
        text=as_chat(told, read_post(workspace.ledger).link(path)),
    )


def path_of(letter: Letter) -> str:
    """Where a letter is read."""
    asked = {"week": letter.week} | ({} if letter.owner == EVERYONE else {"owner": letter.owner})
    return f"/letter?{urlencode(asked)}"
