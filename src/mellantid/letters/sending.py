"""Sending at somebody's word: a letter to one account, now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.access import find_account, sight_of
from mellantid.errors import QuestionError
from mellantid.letters.composing import compose_letter
from mellantid.letters.post import connected, read_post
from mellantid.letters.readers import Reader, language_for
from mellantid.letters.rounds import compose_for, send_letter
from mellantid.letters.source import source_of

if TYPE_CHECKING:
    from mellantid.letters.letter import Letter
    from mellantid.letters.may_read import MayRead
    from mellantid.letters.rounds import Composer
    from mellantid.letters.weeks import Week
    from mellantid.workspace import Workspace


def sender_of(workspace: Workspace, process: str | None, now: int) -> Composer:
    """Makes the letters of one process; what several share is made once."""
    source = source_of(workspace, process, now)

    def compose(opened: Workspace, week: Week, owner: str, reader: MayRead, /) -> Letter:
        del opened
        return compose_letter(source, week, owner, reader)

    return compose


def send_to(
    workspace: Workspace,
    week: Week,
    email: str,
    now: int,
    compose: Composer,
    owner: str | None = None,
) -> None:
    """Send a letter to an account, whether or not it has had it.

    Args:
        workspace: the organisation.
        week: which.
        email: of the account.
        now: the present moment (ms).
        compose: makes the letter.
        owner: whose letter; None: the one that the account gets on Mondays.

    Raises:
        QuestionError: there is no such account, it may not see that owner, or sending is not
            set up.
        NotSent: the server did not take it.

    """
    account = find_account(workspace.ledger, email)
    post = read_post(workspace.ledger)
    post.need()
    if owner is not None and not sight_of(account, workspace.people).owner(owner):
        raise QuestionError(
            f"{account.email} may not see what is told of {owner}: choose another account, or "
            "leave out the owner."
        )
    letter = compose_for(workspace, week, account, compose, owner)
    reader = Reader(account, language_for(workspace.ledger, account))
    with connected(post) as server:
        send_letter(server, post, letter, reader, now)
