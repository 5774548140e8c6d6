"""Looking for events: what has happened since the last look becomes rows in the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mellantid.access import find_account, sight_of
from mellantid.errors import MellantidError
from mellantid.letters.readers import owner_for
from mellantid.notices.addresses import addresses_of
from mellantid.notices.choices import MAIL, choices_of, who_want
from mellantid.notices.comparing import compare
from mellantid.notices.crossing import Aim, aim_of, below, crossed
from mellantid.notices.events import CHOICE_OF, Choice, Event, Kind
from mellantid.notices.outbox import put
from mellantid.notices.state import Remembered, race_now

if TYPE_CHECKING:
    import sqlite3

    from mellantid.access import Account, Sight
    from mellantid.notices.choices import Choices
    from mellantid.report.data import ReportData
    from mellantid.workspace import Outcome, Race, Workspace


@dataclass(frozen=True)
class Seen:
    """What is known of a process now.

    Attributes:
        race: it.
        data: what its page shows, of everyone.
        outcome: the forecast of everyone.
        aims: what has been worked out of it: by owner, the target and its chance.

    """

    race: Race
    data: ReportData
    outcome: Outcome
    aims: dict[str, Aim | None] = field(default_factory=dict)


class See(Protocol):
    """Gives what is known of a process now; it should be there already, or soon be."""

    def __call__(self, workspace: Workspace, process: str, /) -> Seen:
        """What is known."""
        ...


@dataclass(frozen=True)
class Reader:
    """Somebody who wants to be told.

    Attributes:
        account: theirs.
        choices: what they have chosen.
        sight: what they may see.
        places: where something may be sent now.

    """

    account: Account
    choices: Choices
    sight: Sight
    places: frozenset[int]

    @classmethod
    def of(cls, workspace: Workspace, email: str) -> Reader:
        """Who an account is.

        Raises:
            QuestionError: there is none.

        """
        ledger = workspace.ledger
        account = find_account(ledger, email)
        on = {each.number for each in addresses_of(ledger, account.email) if not each.off}
        return cls(
            account,
            choices_of(ledger, account.email),
            sight_of(account, workspace.people),
            frozenset(on | {MAIL}),
        )

    def may_know(self, event: Event, owner: str | None) -> bool:
        """Whether they may be told.

        Args:
            event: what happened.
            owner: of a deal: whose it is now.

        """
        if event.kind is Kind.CAUGHT:
            return self.sight.deal(owner)
        if event.kind in {Kind.FELL, Kind.ROSE}:
            return self.sight.owner(event.about)
        return True

    def put(self, connection: sqlite3.Connection, event: Event) -> int:
        """Put an event into the outbox, for each place that was chosen; gives how many are new."""
        if not self.may_know(event, event.owner):
            return 0
        places = self.choices.wants(CHOICE_OF[event.kind]) & self.places
        email, now = self.account.email, event.at
        return sum(put(connection, event, email, each, now) for each in sorted(places))


def look(workspace: Workspace, see: See, now: int) -> int:
    """Find what has happened and put it into the outbox.

    What is found and what is remembered of it are written together, so that neither a program that
    ends nor a second one makes anything be told twice.

    Args:
        workspace: the organisation.
        see: gives what is known of a process.
        now: the present moment (ms).

    Returns:
        How many rows are new.

    """
    who = who_want(workspace.ledger, Choice.LEG, Choice.CAUGHT, Choice.CHANCE)
    if not who:
        _forget(workspace)
        return 0
    readers = [Reader.of(workspace, email) for email in who]
    added = 0
    for process in sorted(workspace.processes):
        try:
            seen = see(workspace, process)
        except MellantidError:
            # There is nothing to tell yet, such as before there is a plan; its page says what.
            continue
        added += _tell(workspace, readers, seen, now)
    return added


def _forget(workspace: Workspace) -> None:
    """Forget how the races stood, so that who chooses something later is told of news alone."""
    if workspace.ledger.rows("SELECT 1 FROM notice_seen LIMIT 1"):
        with workspace.ledger.writing() as connection:
            connection.execute("DELETE FROM notice_seen")
            connection.execute("DELETE FROM notice_crossing")


def _tell(workspace: Workspace, readers: list[Reader], seen: Seen, now: int) -> int:
    race = race_now(seen.data, seen.race)
    aims = _aims(workspace, readers, seen)
    with workspace.ledger.writing() as connection:
        query = "SELECT document FROM notice_seen WHERE process = ?"
        row = connection.execute(query, (race.process,)).fetchone()
        before = None if row is None else Remembered.read(row[0])
        events, kept = compare(before, race, now)
        if kept is before:
            return 0
        connection.execute(
            "INSERT INTO notice_seen (process, document, at) VALUES (?, ?, ?) "
            "ON CONFLICT (process) DO UPDATE SET document = excluded.document, at = excluded.at",
            (race.process, kept.written(), now),
        )
        added = sum(each.put(connection, event) for each in readers for event in events)
        for each in readers:
            aim = aims.get(each.account.email)
            if aim is not None:
                added += _cross(connection, each, race.process, aim, now)
    return added


def _aims(workspace: Workspace, readers: list[Reader], seen: Seen) -> dict[str, Aim]:
    """The target that each reader's line is about, which is the one of their Monday letter."""
    made, found = seen.aims, {}
    targets, people = workspace.targets, workspace.people
    for each in readers:
        if not each.choices.wants(Choice.CHANCE):
            continue
        owner = owner_for(each.account, people)
        if owner not in made:
            made[owner] = aim_of(seen.outcome, targets, people, owner, seen.data.meta.currency)
        aim = made[owner]
        if aim is not None:
            found[each.account.email] = aim
    return found


def _cross(connection: sqlite3.Connection, reader: Reader, process: str, aim: Aim, now: int) -> int:
    """See on which side of a reader's line the chance is; another line or target begins anew."""
    email, line = reader.account.email, reader.choices.line
    about = (aim.owner, aim.until.isoformat(), line)
    row = connection.execute(
        "SELECT owner, until, line, is_below FROM notice_crossing "
        "WHERE account = ? AND process = ?",
        (email, process),
    ).fetchone()
    before = bool(row[3]) if row is not None and tuple(row[:3]) == about else None
    down = below(before, aim.p, line)
    if before == down:
        return 0
    connection.execute(
        "INSERT INTO notice_crossing (account, process, owner, until, line, is_below, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, process) DO UPDATE SET "
        "owner = excluded.owner, until = excluded.until, line = excluded.line, "
        "is_below = excluded.is_below, at = excluded.at",
        (email, process, *about, int(down), now),
    )
    if before is None:
        return 0
    return reader.put(connection, crossed(process, aim, line, down=down, moment=now))
