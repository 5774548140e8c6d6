"""Amounts as people type them."""

from __future__ import annotations

from typing import Final

from mellantid.errors import QuestionError

SPACES: Final = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'"))


def read_amount(text: str) -> float:
    """Read 1 200 000, 1.200.000,50, 1,200,000 or 1200000.

    Raises:
        QuestionError: it is no amount.

    """
    plain = text.translate(SPACES)
    whole, comma, part = plain.rpartition(",")
    if comma and (len(part) != 3 or "." in plain):
        # The last comma is a decimal one, unless a point comes after it.
        plain = plain.replace(",", "") if "." in part else f"{whole.replace('.', '')}.{part}"
    elif comma:
        plain = plain.replace(",", "")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if value - value != 0:
        raise QuestionError(f"{text!r} is no amount: write it in digits, such as 1 200 000.")
    return value
