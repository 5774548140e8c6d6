"""A doubt: one thing looked for in the data that would speak against the model, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

FOUND: Final = "found"
NOT_FOUND: Final = "not found"
TOO_EARLY: Final = "too early to say"
UNTOLD: Final = "cannot be told"

CLEANUP: Final = "clean-up"
LATE: Final = "late registration"
WEEKDAY: Final = "weekday"
MONTH_END: Final = "month's ends"
QUARTER_END: Final = "quarter's end"
MEMORY: Final = "memory"
GHOSTS: Final = "ghosts"
SILENCE: Final = "silence"

LEVEL: Final = 0.05
"""Of the effects named in one family of tests, so many at most are there by chance, on average."""
TELLING: Final = 1.1
"""A pace that differs by less than a tenth is no matter, however sure."""


@dataclass(frozen=True)
class Factor:
    """What the working days that lie so many days before a quarter's end are times its average."""

    to_end_from: int
    to_end_to: int | None
    factor: float


@dataclass(frozen=True)
class Doubt:
    """The keys are those of `doubts` in `mellantid model --json`; None where one means nothing.

    Attributes:
        kind: what was looked for.
        verdict: `FOUND`, `NOT_FOUND`, `TOO_EARLY` or `UNTOLD`.
        what: a sentence: what was found, how large it is, what to do about it.
        stage: the stage that it is about; None: all.
        way: what it is about: a way out of a stage, or a kind of movement.
        since: the date from which on it shows, or on which it happened.
        n: deals or movements that it is about.
        expected: what the model foretells of them.
        ratio: seen over foretold, or one pace over another.
        low: lower end of its 90 % interval.
        high: upper end.
        p: the chance of as much by chance alone.
        factors: by working days to the quarter's end.

    """

    kind: str
    verdict: str
    what: str
    stage: str | None = None
    way: str | None = None
    since: dt.date | None = None
    n: int = 0
    expected: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    factors: tuple[Factor, ...] = ()
