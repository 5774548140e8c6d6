"""How numbers are written, in one place: the one rounding policy of every edge.

Amounts have three significant figures with a word for the thousands or millions; counts have thin
spaces; movements one decimal below ten; days are whole; chances are whole percent and never shown
as 0 % or 100 % unless they are exactly that. Signed numbers carry a plus or a true minus.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from mellantid.metrics.metric import check_language

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
NONE: Final = "–"
SCALES: Final = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "sv": ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
}
WEEKDAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
}


def decimal(x: float, places: int, language: str = "en") -> str:
    """Write a number with so many decimals, a true minus and thin thousands."""
    if not math.isfinite(x):
        return NONE
    text = f"{abs(x):,.{places}f}".replace(",", NARROW)
    if check_language(language) == "sv":
        text = text.replace(".", ",")
    negative = x < 0 and any(digit in "123456789" for digit in text)
    return f"{MINUS if negative else ''}{text}"


def signed(text: str) -> str:
    """Put a plus before a number that is neither negative nor zero."""
    nothing = not any(digit in "123456789" for digit in text)
    return text if text.startswith(MINUS) or nothing else f"+{text}"


def count(x: float | None, language: str = "en") -> str:
    """Write a whole number."""
    return NONE if x is None else decimal(x, 0, language)


def movements(x: float | None, language: str = "en") -> str:
    """Write a number of movements, which a plan may have in parts: one decimal below ten."""
    if x is None:
        return NONE
    return decimal(x, 1 if abs(x) < 9.95 else 0, language)


def days(x: float | None, language: str = "en") -> str:
    """Write a number of working days: whole, or one decimal below one."""
    if x is None:
        return NONE
    return decimal(x, 1 if 0 < abs(x) < 1 else 0, language)


def percent(p: float | None, language: str = "en") -> str:
    """Write a chance: whole percent; what is only nearly certain is not shown as certain."""
    if p is None or not math.isfinite(p):
        return NONE
    if 0 < p < 0.01:
        return f"<1{NARROW}%"
    if 0.99 < p < 1:
        return f">99{NARROW}%"
    return f"{decimal(p * 100, 0, language)}{NARROW}%"


def _scale(x: float) -> tuple[float, str]:
    # 999,600 is 1.00 M, not 1,000 k: the scale is chosen after rounding to three figures.
    size = float(f"{abs(x):.3g}") if math.isfinite(x) else 0.0
    return next(((scale, word) for scale, word in SCALES if size >= scale), (1.0, ""))


def _places(x: float, scale: float) -> int:
    size = float(f"{abs(x):.3g}") / scale
    return 0 if scale == 1.0 or size >= 100 else 1 if size >= 10 else 2


def _unit(word: str, currency: str) -> str:
    """A scale and a currency, such as MSEK; a unit that is a word of its own stands apart."""
    return f"{word}{currency}" if len(currency) <= 3 else f"{word} {currency}".strip()


def money(x: float | None, currency: str = "", language: str = "en") -> str:
    """Write an amount to three significant figures, such as 9.42 MSEK."""
    if x is None or not math.isfinite(x):
        return NONE
    scale, word = _scale(x)
    number = decimal(x / scale, _places(x, scale), language)
    return f"{number}{NARROW}{_unit(word, currency)}".rstrip(NARROW)


def round_money(x: float, currency: str = "", language: str = "en") -> str:
    """Write an amount that people chose or that marks a scale, without idle decimals: 80 MSEK."""
    scale, word = _scale(x)
    places = next(k for k in range(4) if k == 3 or round(x / scale, k) == round(x / scale, 3))
    return f"{decimal(x / scale, places, language)}{NARROW}{_unit(word, currency)}".rstrip(NARROW)


def money_column(
    amounts: Iterable[float | None], currency: str, language: str = "en"
) -> tuple[str, list[str]]:
    """Write amounts on one scale, so that they can be compared; the unit goes to the heading."""
    given = list(amounts)
    finite = [abs(x) for x in given if x is not None and math.isfinite(x)]
    scale, word = _scale(max(finite, default=0.0))
    places = _places(max(finite, default=0.0), scale)
    written = [NONE if x is None else decimal(x / scale, places, language) for x in given]
    return _unit(word, currency), written


def money_range(low: float, high: float, currency: str, language: str = "en") -> str:
    """Write two amounts on one scale, such as 9.4 to 11.2 MSEK."""
    scale, word = _scale(high)
    places = _places(high, scale)
    word_to = {"en": "to", "sv": "till"}[check_language(language)]
    first, last = (decimal(x / scale, places, language) for x in (low, high))
    return f"{first} {word_to} {last}{NARROW}{_unit(word, currency)}".rstrip(NARROW)


def date(d: dt.date | None, language: str = "en") -> str:
    """Write a date, such as 13 Nov 2026."""
    if d is None:
        return NONE
    return f"{d.day} {MONTHS[check_language(language)][d.month - 1]} {d.year}"


def moment(at: dt.datetime, language: str = "en") -> str:
    """A date with the time of day, where the organisation is."""
    return f"{date(at.date(), language)} {at:%H:%M}"


def weekday_date(d: dt.date, language: str = "en") -> str:
    """Write a date with its weekday, such as Friday 13 Nov 2026."""
    return f"{WEEKDAYS[check_language(language)][d.weekday()]} {date(d, language)}"


def month(d: dt.date, language: str = "en") -> str:
    """Write a month's short name."""
    return MONTHS[check_language(language)][d.month - 1]
