"""What a command starts with: the moment it was given, the workspace it asks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mellantid.cli.output import warn

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.workspace import Race, Workspace


def now() -> int:
    """The present moment in ms: the one place where a command reads the clock."""
    return time.time_ns() // 1_000_000


def ask(workspace: Workspace, process: str | None, as_of: dt.date | None) -> Race:
    """A process as known at the moment of the question; what the person should know is told."""
    moment = workspace.moment(as_of, now())
    race = workspace.race(process, moment.until)
    warn((*moment.notes, *race.notes))
    return race


def reading(database: str) -> Workspace:
    """The workspace of a command that only asks: it must be there already."""
    from mellantid.cli.quick_start import import_scipy  # noqa: PLC0415 (--help does without NumPy)

    import_scipy()
    from mellantid.workspace import Workspace  # noqa: PLC0415 (as above)

    return Workspace.open(database)


def writing(database: str) -> Workspace:
    """The workspace of a command that may begin one."""
    from mellantid.workspace import Workspace  # noqa: PLC0415 (as above)

    return Workspace.open(database, create=True)
