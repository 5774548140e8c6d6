"""A workspace's working clock: its zone, its country's holidays, its company's own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mellantid.calendars.company import company_dates
from mellantid.calendars.countries import CountryCalendar, country_calendar
from mellantid.calendars.zones import time_zone
from mellantid.core.clock import SATURDAY_AND_SUNDAY, WorkingClock
from mellantid.errors import DataError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


def working_clock(
    timezone: str = "UTC",
    country: str | CountryCalendar = "",
    company: Iterable[str | dt.date] = (),
    weekend: Iterable[int] | None = None,
) -> WorkingClock:
    """Make the clock that counts a workspace's working days from 1970 to 2069.

    Args:
        timezone: IANA name; it says on which date a moment falls.
        country: code such as `SE` or `DE-BY` for public holidays and weekend, or a calendar that
            was kept; empty for none. A code costs the import of the holiday package, once.
        company: the company's own holidays, as dates or rules (`company.py`); they win over all.
        weekend: weekdays that are not worked, 0 = Monday to 6; None: the country's, else Saturday
            and Sunday.

    Raises:
        DataError: a zone, country, rule or weekday that is not known; the message names what can
            be used.

    """
    return _working_clock(
        timezone, country, tuple(company), None if weekend is None else tuple(weekend)
    )


@lru_cache(maxsize=32)
def _working_clock(
    timezone: str,
    country: str | CountryCalendar,
    company: tuple[str | dt.date, ...],
    weekend: tuple[int, ...] | None,
) -> WorkingClock:
    zone = time_zone(timezone)
    own = company_dates(company)
    if weekend is not None and not set(weekend) <= set(range(7)):
        raise DataError("A weekend day is 0 (Monday) to 6 (Sunday): correct the weekend.")
    if not country:
        return WorkingClock.of(zone, own, SATURDAY_AND_SUNDAY if weekend is None else weekend)
    calendar = country_calendar(country) if isinstance(country, str) else country
    off = calendar.holidays | own
    if weekend is not None:
        # Days worked in lieu and former weekends belong to the weekend that was not asked for.
        return WorkingClock.of(zone, off, weekend)
    return WorkingClock.of(zone, off | calendar.off, calendar.weekend, calendar.worked - own)
