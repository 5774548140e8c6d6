"""Time zones by IANA name."""

from __future__ import annotations

import difflib
import zoneinfo
from functools import lru_cache

from mellantid.core.clock import Zone
from mellantid.errors import DataError


@lru_cache(maxsize=32)
def time_zone(name: str) -> Zone:
    """The table of offsets of an IANA zone such as `Europe/Stockholm`.

    Raises:
        DataError: there is no such zone; the message names the nearest ones.

    """
    try:
        return Zone.of(zoneinfo.ZoneInfo(name), name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DataError(
            f"There is no time zone {name!r}: use an IANA name such as {', '.join(_near(name))}."
        ) from error


def _near(name: str) -> list[str]:
    """A few zones whose name or city resembles `name`."""
    wanted = name.strip().replace(" ", "_").casefold()
    by_name = {zone.casefold(): zone for zone in sorted(zoneinfo.available_timezones())}
    by_city = {zone.rsplit("/", 1)[-1]: full for zone, full in by_name.items()}
    cities = difflib.get_close_matches(wanted.rsplit("/", 1)[-1], by_city, n=2, cutoff=0.75)
    names = difflib.get_close_matches(wanted, by_name, n=2, cutoff=0.75)
    found = [by_city[city] for city in cities] + [by_name[zone] for zone in names]
    return list(dict.fromkeys(found)) or ["Europe/Stockholm", "America/New_York", "UTC"]
