"""What becomes of a connection whose source cannot be read."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import NotLetInError, SourceError, SpentError
from mellantid.connectors.keeping import Status

if TYPE_CHECKING:
    from mellantid.errors import MellantidError

FIRST: Final = 60_000
LONGEST: Final = 3_600_000
MISREAD: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading a payload of another form than the expected one raises."""


@dataclass(frozen=True)
class Trouble:
    """What a fault means for a connection.

    Attributes:
        status: how it is now.
        message: what a person is told.
        next_try: when it is tried again (ms); None: when a person has done something.

    """

    status: Status
    message: str
    next_try: int | None


def trouble_of(error: MellantidError, now: int, before: int) -> Trouble:
    """What a fault means.

    Args:
        error: the fault.
        now: the present moment (ms).
        before: how many times in a row it has failed before.

    """
    if isinstance(error, NotLetInError):
        return Trouble(Status.SHUT_OUT, str(error), None)
    if isinstance(error, SpentError):
        return Trouble(Status.WAITING, str(error), max(error.until, now))
    wait = min(FIRST * 2 ** min(before, 10), LONGEST)
    return Trouble(Status.WAITING, str(error), now + wait)


def misread(error: Exception) -> SourceError:
    """A fault of ours or the source's in what is read, as one sentence."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__} in {PurePath(place.filename).name}, line {place.lineno}"
    return SourceError(
        f"The source answered in a form that is not understood ({what}): it is tried again; where "
        "it stays so, report it."
    )
