"""The moment that a question is about: the end of a day, now, or when an old export ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.core.clock import WorkingClock

STALE_DAYS: Final = 20
"""Working days without an entry after which `now` would age every deal for nothing."""


@dataclass(frozen=True)
class Moment:
    """Up to when things are known (ms, exclusive), and what to tell of it."""

    until: int
    notes: tuple[str, ...] = ()


def moment_of(clock: WorkingClock, as_of: dt.date | None, now: int, newest: int | None) -> Moment:
    """Choose the moment of a question.

    Args:
        clock: the workspace's clock.
        as_of: the date at whose end to answer; None: now.
        now: the present moment in ms.
        newest: when the newest entry happened; None: there is none.

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
