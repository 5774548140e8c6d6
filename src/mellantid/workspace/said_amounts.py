"""An amount as a person writes it, in Swedish or English figures, into a number."""

from __future__ import annotations

import re
from typing import Final

from mellantid.workspace.cannot import CannotDo

SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009']")
FIGURES: Final = re.compile(r"[+\-\u2212]?\d+(?:[.,]\d+)*")
LARGEST: Final = 1e15


def read_amount(text: str) -> float:
    """The amount that a text says.

    Spaces part thousands; of two marks the last is the decimal one, and a mark that comes twice
    parts thousands. One mark before exactly three figures, as in 12.500, could be either.

    Raises:
        CannotDo: it says none, or two, or one below zero.

    """
    plain = SPACES.sub("", text)
    if not FIGURES.fullmatch(plain):
        raise CannotDo("bad_amount", amount=text.strip() or "–")
    plain = plain.replace("\u2212", "-")
    marks = re.sub(r"[^.,]", "", plain)
    if len(set(marks)) == 2:
        last = marks[-1]
        if marks.count(last) > 1:
            raise CannotDo("bad_amount", amount=text.strip())
        plain = plain.replace("," if last == "." else ".", "").replace(last, ".")
    elif len(marks) > 1:
        plain = plain.replace(marks[0], "")
    elif marks:
        if len(plain.rpartition(marks)[2]) == 3:
            raise CannotDo("unclear_amount", amount=text.strip())
        plain = plain.replace(marks, ".")
    return checked_amount(float(plain), text.strip())


def checked_amount(amount: float, said: object) -> float:
    """An amount that can be one.

    Raises:
        CannotDo: it is below zero, or no number that anybody sells for.

    """
    if amount < 0:
        raise CannotDo("below_zero")
    if not amount < LARGEST:
        raise CannotDo("bad_amount", amount=said)
    return amount
