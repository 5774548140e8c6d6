"""What was typed, read: dates and chances."""

from __future__ import annotations

import datetime as dt

from mellantid.errors import QuestionError


def read_date(text: str | None) -> dt.date | None:
    """A date of an address or a form; None where there is none.

    Raises:
        QuestionError: it is no date.

    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(f"{text!r} is no date: write it as 2026-01-31.") from error


def read_chance(text: str | None) -> float | None:
    """A chance of an address.

    Raises:
        QuestionError: it is none.

    """
    if not text:
        return None
    try:
        p = float(text)
    except ValueError as error:
        raise QuestionError(f"{text!r} is no chance: write it as 0.8.") from error
    if not 0 < p < 1:
        raise QuestionError(f"{text} is no chance: give one between 0 and 1, such as 0.8.")
    return p
