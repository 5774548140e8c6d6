"""Activities in the web: told once for each position of the ledger, logged where one may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.errors import QuestionError
from mellantid.web.refusal import hidden
from mellantid.workspace.activities import checked, holding, log, newest, take_back
from mellantid.workspace.activity_known import known_activities
from mellantid.workspace.activity_telling import activities_of

if TYPE_CHECKING:
    from mellantid.access import Sight
    from mellantid.web.asking import Asking
    from mellantid.workspace import Race, Workspace
    from mellantid.workspace.activities import Activity, Doing, Kept
    from mellantid.workspace.activity_answer import Activities


def told_activities(
    asking: Asking, workspace: Workspace, race: Race, owner: str | None
) -> Activities:
    """What there is to tell of activities, made once for a race and what was logged."""
    last, date = newest(workspace.ledger), race.history.clock.date(race.history.until - 1)
    known = asking.of(
        race, ("known_activities", last, date), lambda: known_activities(workspace, race)
    )
    key = ("activities", last, date, owner)
    return asking.of(race, key, lambda: activities_of(workspace, race, known, owner))


def log_seen(
    workspace: Workspace,
    process: str | None,
    said: list[Doing],
    sight: Sight,
    source: str,
    now: int,
) -> Kept:
    """Log activities of sellers, and about deals, that may be seen.

    Raises:
        Refusal: one of them is not to be written by this account.
        QuestionError: one of them cannot be.

    """
    if not sight.writes:
        raise hidden()
    course = workspace.process(process)
    try:
        rows, owner_of = checked(workspace, course, said, source, now)
    except QuestionError:
        # Whether a deal of somebody else exists is not told either.
        if sight.everything or not any(each.deal for each in said):
            raise
        _check_deals(workspace, course.name, said, sight)
        raise
    if not all(_may_write(each, owner_of, sight) for each in rows):
        raise hidden()
    return log(workspace.ledger, course.name, rows)


def _check_deals(workspace: Workspace, process: str, said: list[Doing], sight: Sight) -> None:
    for each in said:
        if each.deal is None:
            continue
        rows = workspace.ledger.rows(
            "SELECT owner FROM entry WHERE process = ? AND deal = ? AND owner IS NOT NULL "
            "ORDER BY occurred_at DESC, id DESC LIMIT 1",
            (process, each.deal),
        )
        if not sight.deal(rows[0][0] if rows else None):
            raise hidden()


def _may_write(each: Activity, owner_of: dict[str, str | None], sight: Sight) -> bool:
    if not sight.seller(each.seller):
        return False
    return each.deal is None or sight.deal(owner_of[each.deal])


def take_back_seen(
    asking: Asking, workspace: Workspace, process: str, key: str, sight: Sight, source: str
) -> None:
    """Take back an activity of a seller who may be seen.

    Raises:
        Refusal: it is not this account's to take back.
        CannotDo: there is none.

    """
    if not sight.writes:
        raise hidden()
    found = holding(workspace.ledger, process, key=key)
    if found and not sight.seller(found[0].seller):
        raise hidden()
    take_back(workspace.ledger, process, key, source, asking.now())
