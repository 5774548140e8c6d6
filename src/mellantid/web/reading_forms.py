"""What was typed, read: dates."""

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
