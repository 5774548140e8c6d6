"""What a database's values mean: moments, amounts, and yes or no, whatever type they come as."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NO: Final = frozenset({"", "0", "f", "false", "n", "no", "none", "null"})
SHORT_HOUR: Final = re.compile(r"(?<=\d[ T])(\d):")
DAY_ONLY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER: Final = re.compile(r"\d{9,17}(?:\.\d*)?")
MILLISECONDS, MICROSECONDS = 10**11, 10**14
"""Numbers from here on count milliseconds, and microseconds, since 1970; smaller ones seconds."""


def moment_of(value: Any, zone: ZoneInfo) -> tuple[int, int | None] | None:  # noqa: ANN401 (any column)
    """When something happened.

    Args:
        value: a timestamp, a date, text in ISO 8601, or a number that counts since 1970.
        zone: of what says none itself.

    Returns:
        The moment (ms UTC), and None where it is exact, else the moment after which it was: a day
        without a time of day was some time on it. None: there is no value.

    Raises:
        SourceError: it is no moment.

    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = _read(value.strip())
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return _counted(float(value)), None
    if isinstance(value, dt.datetime):
        return _ms(value if value.tzinfo else value.replace(tzinfo=zone)), None
    if isinstance(value, dt.date):
        begins = dt.datetime.combine(value, dt.time(), zone)
        ends = dt.datetime.combine(value + dt.timedelta(days=1), dt.time(), zone)
        return _ms(ends) - 1, _ms(begins) - 1
    raise SourceError(f"{str(value)[:40]!r} is no moment: let the query give a timestamp there.")


def _read(text: str) -> Any:  # noqa: ANN401 (a moment, a date, or what is neither)
    if NUMBER.fullmatch(text):
        return float(text)
    try:
        if DAY_ONLY.fullmatch(text):
            return dt.date.fromisoformat(text)
        return dt.datetime.fromisoformat(SHORT_HOUR.sub(r"0\1:", text).replace(" UTC", "+00:00"))
    except ValueError:
        return text


def _counted(number: float) -> int:
    if number >= MICROSECONDS:
        return int(number / 1_000)
    return int(number) if number >= MILLISECONDS else int(number * 1_000)


def _ms(moment: dt.datetime) -> int:
    since = moment - dt.datetime.fromtimestamp(0, dt.UTC)
    return since // dt.timedelta(milliseconds=1)


def amount_of(value: Any) -> float | None:  # noqa: ANN401 (any column)
    """An amount; None: none.

    Raises:
        SourceError: it is no number.

    """
    if value is None or value == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise SourceError(
            f"{str(value)[:40]!r} is no amount: let the query give a plain number there."
        ) from None


def text_of(value: Any) -> str | None:  # noqa: ANN401 (any column)
    """A name or id; None: none."""
    if value is None or value == "":
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def truth_of(value: Any) -> bool:  # noqa: ANN401 (any column)
    """Whether a value says yes."""
    return str(value).strip().lower() not in NO if value is not None else False


def order_of(value: Any) -> tuple[float, str]:  # noqa: ANN401 (any column)
    """A place in an order: by number where it is one, else by its text."""
    try:
        return float(value or 0), ""
    except (TypeError, ValueError):
        return 0.0, str(value)
