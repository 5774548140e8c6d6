"""Whose chance is on which side of whose line: what is remembered of it, and what is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.letters.readers import owner_for
from mellantid.notices.crossing import Aim, aim_of, below, crossed
from mellantid.notices.events import Choice

if TYPE_CHECKING:
    import sqlite3

    from mellantid.notices.finding import Seen
    from mellantid.notices.reader import Reader
    from mellantid.workspace import Workspace


@dataclass(frozen=True)
class Crossing:
    """A chance that is on another side of a reader's line than it was, or is looked at first.

    Attributes:
        reader: whose line.
        aim: the target and its chance.
        first: whether it is the first look, of which nothing is told.
        down: whether it is below.

    """

    reader: Reader
    aim: Aim
    first: bool
    down: bool


def aims_of(workspace: Workspace, readers: list[Reader], seen: Seen) -> dict[str, Aim]:
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


def crossing_of(workspace: Workspace, reader: Reader, process: str, aim: Aim) -> Crossing | None:
    """Whether a chance has crossed a reader's line; another line or target begins anew."""
    about = (aim.owner, aim.until.isoformat(), reader.choices.line)
    rows = workspace.ledger.rows(
        "SELECT owner, until, line, is_below FROM notice_crossing "
        "WHERE account = ? AND process = ?",
        (reader.account.email, process),
    )
    before = bool(rows[0][3]) if rows and tuple(rows[0][:3]) == about else None
    down = below(before, aim.p, reader.choices.line)
    return None if before == down else Crossing(reader, aim, before is None, down)


def keep_crossing(
    connection: sqlite3.Connection, process: str, crossing: Crossing, now: int
) -> int:
    """Remember on which side a chance is, and tell of it; gives how many rows are new."""
    reader, aim = crossing.reader, crossing.aim
    line = reader.choices.line
    connection.execute(
        "INSERT INTO notice_crossing (account, process, owner, until, line, is_below, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account, process) DO UPDATE SET "
        "owner = excluded.owner, until = excluded.until, line = excluded.line, "
        "is_below = excluded.is_below, at = excluded.at",
        (
            reader.account.email,
            process,
            aim.owner,
            aim.until.isoformat(),
            line,
            int(crossing.down),
            now,
        ),
    )
    if crossing.first:
        return 0
    return reader.put(connection, crossed(process, aim, line, down=crossing.down, moment=now))
