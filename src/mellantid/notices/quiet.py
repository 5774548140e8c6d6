"""Quiet hours, on the organisation's own clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import MS_PER_DAY
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock

MINUTE: Final = 60_000


@dataclass(frozen=True)
class Quiet:
    """When somebody is not to be disturbed.

    Attributes:
        begins: local time at which quiet begins.
        ends: at which it ends, on the next day where that is earlier; the same: never by the hour.
        free_days: whether weekends and holidays are quiet all day.

    """

    begins: dt.time = dt.time(18)
    ends: dt.time = dt.time(7)
    free_days: bool = True

    def holds(self, moment: int, clock: WorkingClock) -> bool:
        """Whether it is quiet at a moment.

        Args:
            moment: it (ms).
            clock: the organisation's, which knows its time zone and what days are worked.

        """
        local = moment + int(clock.zone.offset(moment))
        date, of_day = divmod(local, MS_PER_DAY)
        if self.free_days and not clock.working[date]:
            return True
        begins, ends = _minutes(self.begins), _minutes(self.ends)
        now = of_day // MINUTE
        if begins <= ends:
            return begins <= now < ends
        return now >= begins or now < ends


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def read_time(text: str) -> dt.time:
    """A time of day as it was typed.

    Raises:
        QuestionError: it is none.

    """
    try:
        return dt.time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise QuestionError(f"{text!r} is no time of day: write it as 18:00.") from error
