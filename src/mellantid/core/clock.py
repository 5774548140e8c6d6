"""The working clock: moments and dates turned into a count of working days, and back.

A *moment* is int64 milliseconds since 1970-01-01 UTC. A *date number* is the count of calendar
days since 1970-01-01. A *day* is a working-day number: the count of working days from 1970-01-01
up to and including a date. A Saturday has the day of the Friday before it, so what happens in a
weekend belongs to the working day that it follows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Ints

MS_PER_DAY: Final = 86_400_000
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2069
EPOCH: Final = dt.date(1970, 1, 1)
SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})


def date_number(date: dt.date) -> int:
    """Calendar days from 1970-01-01 to `date`."""
    return (date - EPOCH).days


@dataclass(frozen=True, eq=False)
class Zone:
    """A time zone as a table of its changes of offset.

    Attributes:
        name: the IANA name.
        changes: moments (ms UTC) from which each offset holds, ascending; the first is the past.
        offsets: local time minus UTC in ms, one for each change.

    """

    name: str
    changes: Ints
    offsets: Ints

    @classmethod
    def of(cls, tz: dt.tzinfo, name: str) -> Zone:
        """Read the offset changes of `tz` between 1970 and 2069 by weekly look and bisection."""
        week = 7 * MS_PER_DAY
        start = 0
        end = date_number(dt.date(LAST_YEAR + 1, 1, 1)) * MS_PER_DAY

        def offset(moment: int) -> int:
            at = dt.datetime.fromtimestamp(moment // 1000, tz=tz).utcoffset()
            return round(at.total_seconds() * 1000) if at else 0

        changes, offsets = [-(2**62)], [offset(start)]
        for right in range(start + week, end + week, week):
            after = offset(right)
            if after == offsets[-1]:
                continue
            low, high = right - week, right
            while high - low > 1000:
                middle = (low + high) // 2000 * 1000
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            changes.append(high)
            offsets.append(after)
        return cls(name, np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64))

    def offset(self, moments: ArrayLike) -> Ints:
        """Local time minus UTC in ms at each moment."""
        at = np.asarray(moments, dtype=np.int64)
        return self.offsets[np.searchsorted(self.changes, at, side="right") - 1]

    def dates(self, moments: ArrayLike) -> Ints:
        """The local date number of each moment."""
        at = np.asarray(moments, dtype=np.int64)
        return (at + self.offset(at)) // MS_PER_DAY

    def moments(self, local: ArrayLike) -> Ints:
        """The moment at which local wall-clock ms come; the first where they come twice.

        A wall-clock time that is skipped in spring is read with the offset before the change.
        """
        wall = np.asarray(local, dtype=np.int64)
        # Of the offsets before and after a nearby change, the larger gives the earlier moment.
        before = wall - self.offset(wall - MS_PER_DAY)
        after = wall - self.offset(wall + MS_PER_DAY)
        early, late = np.minimum(before, after), np.maximum(before, after)
        fits = early + self.offset(early) == wall
        fits_late = late + self.offset(late) == wall
        return np.where(fits, early, np.where(fits_late, late, before))


@dataclass(frozen=True, eq=False)
class WorkingClock:
    """A calendar as a table: which dates are worked, and how many came before each.

    Attributes:
        zone: the workspace's time zone.
        working: whether each date from 1970-01-01 to 2069-12-31 is worked.
        days: the working-day number of each of those dates.

    """

    zone: Zone
    working: Bools
    days: Ints

    @classmethod
    def of(
        cls,
        zone: Zone,
        holidays: Iterable[dt.date] = (),
        weekend: Iterable[int] = SATURDAY_AND_SUNDAY,
        worked: Iterable[dt.date] = (),
    ) -> WorkingClock:
        """Make a clock from days that are not worked.

        Args:
            zone: the workspace's time zone.
            holidays: dates that are not worked.
            weekend: weekdays that are not worked, 0 = Monday to 6.
            worked: dates that are worked though they are in a weekend or a holiday.

        Raises:
            DataError: nothing is ever worked.

        """
        count = date_number(dt.date(LAST_YEAR + 1, 1, 1))
        weekdays = (np.arange(count) + EPOCH.weekday()) % 7
        working = ~np.isin(weekdays, list(weekend))
        for dates, works in ((holidays, False), (worked, True)):
            numbers = np.array([date_number(day) for day in dates], dtype=np.int64)
            working[numbers[(numbers >= 0) & (numbers < count)]] = works
        if not working.any():
            raise DataError("The calendar has no working day: name fewer weekend days.")
        return cls(zone, working, np.cumsum(working, dtype=np.int64))

    def day_of_date(self, dates: ArrayLike) -> Ints:
        """The working-day number of each date number."""
        at = np.asarray(dates, dtype=np.int64)
        if at.size and (at.min() < 0 or at.max() >= self.days.size):
            raise DataError(
                f"A date lies outside {FIRST_YEAR} to {LAST_YEAR}: correct it in the source."
            )
        return self.days[at]

    def day(self, moments: ArrayLike) -> Ints:
        """The working-day number of each moment, on its local date."""
        return self.day_of_date(self.zone.dates(moments))

    def date_of_day(self, days: ArrayLike) -> Ints:
        """The date number of each working day: the one worked date that has that number.

        Day 0, which is before the first worked date, is 1970-01-01.

        Raises:
            DataError: a day lies outside 1970 to 2069.

        """
        wanted = np.asarray(days, dtype=np.int64)
        if wanted.size and (wanted.min() < 0 or wanted.max() > self.days[-1]):
            raise DataError(
                f"A day lies outside {FIRST_YEAR} to {LAST_YEAR}: ask for a nearer horizon."
            )
        return np.searchsorted(self.days, wanted, side="left").astype(np.int64)

    def start_of(self, date: dt.date) -> int:
        """The moment at which a local date begins."""
        return int(self.zone.moments(date_number(date) * MS_PER_DAY))

    def end_of(self, date: dt.date) -> int:
        """The moment at which the next local date begins: the end of this one, exclusive."""
        return self.start_of(date + dt.timedelta(days=1))

    def date(self, moment: int) -> dt.date:
        """The local date of a moment."""
        return EPOCH + dt.timedelta(days=int(self.zone.dates(moment)))

    def months(self, moments: ArrayLike) -> Ints:
        """The local calendar month of each moment as year * 100 + month."""
        return self.months_of_dates(self.zone.dates(moments))

    @staticmethod
    def months_of_dates(dates: ArrayLike) -> Ints:
        """The calendar month of each date number as year * 100 + month."""
        days = np.asarray(dates, dtype=np.int64).astype("datetime64[D]")
        months = days.astype("datetime64[M]").astype(np.int64)
        return (FIRST_YEAR + months // 12) * 100 + months % 12 + 1
