"""Looking for events: what has happened since the last look becomes rows in the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mellantid.errors import MellantidError
from mellantid.notices.aiming import aims_of, crossing_of, keep_crossing
from mellantid.notices.choices import who_want
from mellantid.notices.comparing import compare
from mellantid.notices.events import Choice
from mellantid.notices.reader import Reader
from mellantid.notices.state import Remembered, race_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.notices.aiming import Crossing
    from mellantid.notices.crossing import Aim
    from mellantid.notices.events import Event
    from mellantid.notices.state import RaceNow
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
    aims = aims_of(workspace, readers, seen)
    if not _news(workspace, readers, race, aims, now).any:
        # The usual case, in which nobody who writes is held up.
        return 0
    with workspace.ledger.writing() as connection:
        # Looked at again behind the lock: another program may have told it in the meantime.
        news = _news(workspace, readers, race, aims, now)
        if news.kept is not news.before:
            connection.execute(
                "INSERT INTO notice_seen (process, document, at) VALUES (?, ?, ?) ON CONFLICT "
                "(process) DO UPDATE SET document = excluded.document, at = excluded.at",
                (race.process, news.kept.written(), now),
            )
        added = sum(each.put(connection, event) for each in readers for event in news.events)
        for crossing in news.crossings:
            added += keep_crossing(connection, race.process, crossing, now)
    return added


@dataclass(frozen=True)
class News:
    """What a look finds.

    Attributes:
        before: what was remembered; None: nothing.
        kept: what to remember.
        events: what is told of the race.
        crossings: what is told of, or remembered of, chances.

    """

    before: Remembered | None
    kept: Remembered
    events: tuple[Event, ...]
    crossings: tuple[Crossing, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything to write."""
        return self.kept != self.before or bool(self.crossings)


def _news(
    workspace: Workspace,
    readers: list[Reader],
    race: RaceNow,
    aims: Mapping[str, Aim],
    now: int,
) -> News:
    query = "SELECT document FROM notice_seen WHERE process = ?"
    rows = workspace.ledger.rows(query, (race.process,))
    before = Remembered.read(rows[0][0]) if rows else None
    events, kept = compare(before, race, now)
    if kept is before:
        return News(before, kept, (), ())
    found = (
        crossing_of(workspace, each, race.process, aims[each.account.email])
        for each in readers
        if each.account.email in aims
    )
    return News(before, kept, events, tuple(each for each in found if each is not None))
