"""The moment that a question is about: the end of a day, now, or when an old export ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.core.clock import WorkingClock
    from mellantid.ledger import Ledger

STALE_DAYS: Final = 20
"""Working days without an entry after which `now` would age every deal for nothing."""


@dataclass(frozen=True)
class Moment:
    """Up to when things are known (ms, exclusive), and what to tell of it."""

    until: int
    notes: tuple[str, ...] = ()


def newest_known(ledger: Ledger, now: int) -> int | None:
    """Up to when (ms) something is known: by an entry, or of a source that is followed."""
    row = ledger.rows(
        "SELECT max(at) FROM (SELECT max(occurred_at) AS at FROM entry WHERE occurred_at < ?1 "
        "UNION ALL SELECT max(heard_at) FROM connection WHERE heard_at < ?1)",
        (now,),
    )
    return None if row[0][0] is None else int(row[0][0])


def moment_of(clock: WorkingClock, as_of: dt.date | None, now: int, newest: int | None) -> Moment:
    """Choose the moment of a question.

    Args:
        clock: the workspace's clock.
        as_of: the date at whose end to answer; None: now.
        now: the present moment in ms.
        newest: up to when something is known: when the newest entry happened, or when a source that
            is followed was last read; None: nothing is.

    """
    if as_of is not None:
        return Moment(clock.end_of(as_of))
    if newest is None or int(clock.day(now) - clock.day(newest)) <= STALE_DAYS:
        return Moment(now)
    date = clock.date(newest)
    note = (
        f"The newest entry is of {date}, so this is how things stood at the end of that day; "
        "import newer data, or choose the day with --as-of."
    )
    return Moment(clock.end_of(date), (note,))
