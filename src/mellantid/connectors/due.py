"""What is due for a connection: pure, so that whoever runs connections only asks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import DAY
from mellantid.connectors.keeping import Status
from mellantid.connectors.result import FILLING, FOLLOWING, RECONCILING

if TYPE_CHECKING:
    from mellantid.connectors.keeping import Connection
    from mellantid.connectors.result import Progress, Result
    from mellantid.connectors.syncing import Sync

MINUTE: Final = 60_000
OFTEN: Final = MINUTE
"""How long after a reading of changes the next one is due (ms)."""
QUICK: Final = 3_000
"""The same for a source that has no limit of a day, such as one's own server."""
NIGHT: Final = range(1, 5)
"""Hours, where the organisation is, in which deals are compared."""
SINCE: Final = 12 * 60 * MINUTE
LATEST: Final = 36 * 60 * MINUTE
"""When deals are compared whatever the hour: nobody was here in the night."""
FURTHEST: Final = 48 * 60 * MINUTE
"""No next try is further ahead than this, unless the clock has been put back."""


class Due(StrEnum):
    """What is to be done next."""

    FILL = "fill"
    CATCH_UP = "catch up"
    RECONCILE = "reconcile"


def due(connection: Connection, now: int, hour: int, often: int = OFTEN) -> Due | None:
    """What is due now; None: nothing yet.

    Args:
        connection: as it is kept.
        now: the present moment (ms).
        hour: of the day where the organisation is, 0 to 23.
        often: how long after a reading of changes the next one is due (ms).

    """
    if connection.status == Status.SHUT_OUT or FOLLOWING not in connection.cursors:
        return None
    if connection.next_try is not None and now < connection.next_try <= now + FURTHEST:
        return None
    if FILLING in connection.cursors:
        return Due.FILL
    since = now - _done(connection, RECONCILING, default=connection.created_at)
    # What was done in a time to come, before the clock was put back, is not waited for.
    if abs(since) >= LATEST or (since >= SINCE and hour in NIGHT):
        return Due.RECONCILE
    since = now - _done(connection, FOLLOWING, default=0)
    if abs(since) >= often:
        return Due.CATCH_UP
    return None


def often(sync: Sync) -> int:
    """How long after a reading of changes the next one is due (ms)."""
    daily = any(each.seconds >= DAY for each in sync.connector.limits)
    return OFTEN if daily or not sync.asked else QUICK


def do(sync: Sync, what: Due, progress: Progress | None = None) -> Result:
    """Do what is due.

    Raises:
        SourceError: the source cannot be read; the connection says when it is tried again.

    """
    if what == Due.FILL:
        return sync.back_fill(progress)
    if what == Due.RECONCILE:
        return sync.reconcile(progress)
    return sync.catch_up()


def _done(connection: Connection, what: str, default: int) -> int:
    """When something was last begun that came to its end (ms)."""
    result: Any = connection.results.get(what, {})
    return int(result["at"]) if result.get("whole") else default
