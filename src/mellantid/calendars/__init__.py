"""Working clocks by country and time zone, with a company's own holidays."""

from mellantid.calendars.clocks import working_clock
from mellantid.calendars.company import company_dates
from mellantid.calendars.countries import CountryCalendar, country_calendar
from mellantid.calendars.zones import time_zone

__all__ = ["CountryCalendar", "company_dates", "country_calendar", "time_zone", "working_clock"]
