"""A country's public holidays and weekend, from the `holidays` package.

Public holidays count, and those that the package calls *de facto*: days that are no public holiday
by name but on which nobody works, in Sweden Midsummer Eve, Christmas Eve and New Year's Eve. Half
days, bank holidays and squeeze days are worked unless the company says otherwise.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import FIRST_YEAR, LAST_YEAR
from mellantid.errors import DataError

if TYPE_CHECKING:
    from holidays import HolidayBase

COUNTED: Final = ("public", "de_facto")
DATES: Final = ("holidays", "off", "worked")
YEARS: Final = range(FIRST_YEAR, LAST_YEAR + 1)


@dataclass(frozen=True)
class CountryCalendar:
    """What a country's calendar says of 1970 to 2069.

    Attributes:
        code: as asked for, such as `SE` or `DE-BY`.
        weekend: the weekend days of today, 0 = Monday to 6.
        holidays: public holidays.
        off: dates of a former weekend that had other weekdays.
        worked: dates on the weekdays of today's weekend that are worked: in lieu of another day,
            or before they became the weekend.
        known: the years whose holidays are known; in the others only the weekend is.

    """

    code: str
    weekend: frozenset[int]
    holidays: frozenset[dt.date]
    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    known: range

    def to_json(self) -> str:
        """The calendar as text, to be kept with a workspace.

        A kept calendar is read in a few milliseconds, and a later release of the package that
        knows other holidays does not change the ages of yesterday behind anyone's back.
        """
        plain = {
            "code": self.code,
            "weekend": sorted(self.weekend),
            "known": [self.known.start, self.known.stop],
        }
        dates = {name: sorted(map(str, getattr(self, name))) for name in DATES}
        return json.dumps(plain | dates)

    @classmethod
    def from_json(cls, text: str) -> CountryCalendar:
        """The calendar that `to_json` wrote.

        Raises:
            DataError: the text is no such calendar.

        """
        try:
            kept = json.loads(text)
            dates = {name: frozenset(map(dt.date.fromisoformat, kept[name])) for name in DATES}
            known = range(*kept["known"])
            return cls(kept["code"], frozenset(kept["weekend"]), known=known, **dates)
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                "The kept calendar cannot be read: make it again from its country."
            ) from error


@lru_cache(maxsize=32)
def country_calendar(code: str) -> CountryCalendar:
    """The calendar of a country, or of a part of it after a dash (`SE`, `DE-BY`, `GB-SCT`).

    Raises:
        DataError: the code is not known; the message names what can be used.

    """
    source = _read(code)
    weekend, off, worked = _weekend(source)
    holidays = frozenset(source)
    first, last = max(FIRST_YEAR, source.start_year), min(LAST_YEAR, source.end_year)
    return CountryCalendar(
        code,
        weekend,
        holidays,
        frozenset(off),
        frozenset((worked | source.weekend_workdays) - holidays),
        range(first, last + 1),
    )


def _read(code: str) -> HolidayBase:
    # The package takes a tenth of a second to import: only those who name a country wait for it.
    import holidays  # noqa: PLC0415

    country, _, part = code.strip().partition("-")
    country = country.upper()
    if country not in {known for codes in _codes().values() for known in codes}:
        raise DataError(_unknown_country(code))
    entity: type[HolidayBase] = getattr(holidays, country)
    known_parts = (*entity.subdivisions, *entity.subdivisions_aliases)
    parts = {known.casefold(): known for known in known_parts}
    if part and part.casefold() not in parts:
        raise DataError(_unknown_part(code, country, entity.subdivisions))
    with warnings.catch_warnings():
        # Where lunar dates are known for some decades only, the package warns; `known` says it.
        warnings.simplefilter("ignore", UserWarning)
        return holidays.country_holidays(
            country,
            subdiv=parts.get(part.casefold()),
            years=YEARS,
            categories=tuple(kind for kind in COUNTED if kind in entity.supported_categories),
        )


def _codes() -> dict[str, tuple[str, ...]]:
    """The codes of each country by its name in English, the two-letter one first."""
    # The package's own list of supported codes would import every country.
    from holidays.registry import COUNTRIES  # noqa: PLC0415  (as in _read)

    return {name.replace("_", " "): codes[1:] for name, codes in COUNTRIES.items()}


def _weekend(source: HolidayBase) -> tuple[frozenset[int], set[dt.date], set[dt.date]]:
    """Today's weekend, and the dates on which the past differs: off, and worked."""
    by_year = {_weekend_from(source, dt.date(year, 1, 1)) for year in YEARS}
    now = _weekend_from(source, dt.date(LAST_YEAR, 1, 1))
    if len(by_year) == 1:
        return now, set(), set()
    first = dt.date(FIRST_YEAR, 1, 1)
    count = (dt.date(LAST_YEAR, 12, 31) - first).days + 1
    dates = [first + dt.timedelta(days=i) for i in range(count)]
    off = {date for date in dates if source.is_weekend(date)}
    return (
        now,
        {date for date in off if date.weekday() not in now},
        {date for date in dates if date.weekday() in now and date not in off},
    )


def _weekend_from(source: HolidayBase, date: dt.date) -> frozenset[int]:
    week = [date + dt.timedelta(days=i) for i in range(7)]
    return frozenset(day.weekday() for day in week if source.is_weekend(day))


def _unknown_country(code: str) -> str:
    names = {name: codes[0] for name, codes in _codes().items()}
    near = [names[name] for name in difflib.get_close_matches(code.strip().casefold(), names, n=3)]
    near = near or sorted(two for two in names.values() if two[:1] == code.strip()[:1].upper())
    return (
        f"No holidays are known for the country {code!r}: use one of {len(names)} two-letter codes "
        f"such as {', '.join(near or ['SE', 'DE', 'US'])}, or name no country."
    )


def _unknown_part(code: str, country: str, parts: tuple[str, ...]) -> str:
    names = ", ".join(f"{country}-{part}" for part in parts)
    use = f"{country} alone or one of {names}" if parts else f"{country} alone"
    return f"No holidays are known for {code!r}: use {use}."
