"""A company's own holidays: dates, ranges, and rules that hold every year.

Written as `2025-07-07`, `2025-07-07..2025-08-01`, `12-27` or `07-07..08-01`; both ends of a range
are off. A yearly range may pass New Year (`12-23..01-05`).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import FIRST_YEAR, LAST_YEAR
from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAP_YEAR: Final = 2000
ONCE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
YEARLY: Final = re.compile(r"(\d{2})-(\d{2})")


def company_dates(rules: Iterable[str | dt.date]) -> set[dt.date]:
    """Every date from 1970 to 2069 that the rules take off.

    Raises:
        DataError: a rule cannot be read, names a date that does not exist, or ends before it
            begins.

    """
    days: set[dt.date] = set()
    for rule in rules:
        days |= _once(rule, rule) if isinstance(rule, dt.date) else _dates(rule)
    return days


def _dates(rule: str) -> set[dt.date]:
    ends = [end.strip() for end in rule.split("..")]
    if len(ends) <= 2:
        first, last = ends[0], ends[-1]
        if ONCE.fullmatch(first) and ONCE.fullmatch(last):
            return _once(_date(first, rule), _date(last, rule))
        if YEARLY.fullmatch(first) and YEARLY.fullmatch(last):
            return _every_year(
                _date(f"{LEAP_YEAR}-{first}", rule), _date(f"{LEAP_YEAR}-{last}", rule)
            )
    raise DataError(
        f"The company holiday {rule!r} cannot be read: write 2025-07-07, 2025-07-07..2025-08-01, "
        "or 07-07..08-01 for every year."
    )


def _date(text: str, rule: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise DataError(
            f"The company holiday {rule!r} names a date that does not exist: correct it."
        ) from error


def _once(first: dt.date, last: dt.date) -> set[dt.date]:
    if last < first:
        raise DataError(
            f"The company holiday {first}..{last} ends before it begins: swap the two dates."
        )
    return {first + dt.timedelta(days=i) for i in range((last - first).days + 1)}


def _every_year(first: dt.date, last: dt.date) -> set[dt.date]:
    """The yearly rule whose ends are given in the leap year, so that 02-29 can be named."""
    leap_year = sorted(_once(dt.date(LEAP_YEAR, 1, 1), dt.date(LEAP_YEAR, 12, 31)))
    if first <= last:
        off = [day for day in leap_year if first <= day <= last]
    else:
        off = [day for day in leap_year if day >= first or day <= last]
    return {
        day.replace(year=year)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for day in off
        if (day.month, day.day) != (2, 29) or calendar.isleap(year)
    }
