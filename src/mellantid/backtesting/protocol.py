"""What a backtest asks: how often, how far ahead, and from which origins."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from mellantid.errors import QuestionError

SPAN: Final = re.compile(r"(\d+)\s*([dw])")
LEAST_HISTORY: Final = dt.timedelta(weeks=26)
"""Half a year of history before the first origin."""
EVERY: Final = dt.timedelta(weeks=4)
HORIZON: Final = dt.timedelta(weeks=13)
QUARTER: Final = "quarter"
"""The horizon that ends with the quarter in which, or before which, the origin lies."""
LONGEST_QUARTER: Final = dt.timedelta(92)


def read_span(text: str) -> dt.timedelta:
    """Read a time such as 13w or 30d.

    Raises:
        QuestionError: it is none.

    """
    found = SPAN.fullmatch(text.strip().lower())
    if found is None or int(found[1]) == 0:
        raise QuestionError(f"{text!r} is no time: write it as 13w for weeks, or 30d for days.")
    return dt.timedelta(weeks=int(found[1])) if found[2] == "w" else dt.timedelta(int(found[1]))


def read_horizon(text: str) -> dt.timedelta | None:
    """Read a horizon: a time, or `quarter`, which is None.

    Raises:
        QuestionError: it is neither.

    """
    return None if text.strip().lower() == QUARTER else read_span(text)


def quarter_end(date: dt.date) -> dt.date:
    """The last date of the quarter that is not over at the end of a date."""
    after = date + dt.timedelta(1)
    month = (after.month - 1) // 3 * 3 + 4
    return dt.date(after.year + month // 12, month % 12, 1) - dt.timedelta(1)


@dataclass(frozen=True)
class Question:
    """A backtest's question.

    Attributes:
        every: from one origin to the next.
        horizon: from an origin to the last date that counts; None: to the end of the quarter.

    """

    every: dt.timedelta = EVERY
    horizon: dt.timedelta | None = HORIZON

    def ahead(self, origin: dt.date) -> dt.timedelta:
        """From an origin to the last date that counts."""
        return quarter_end(origin) - origin if self.horizon is None else self.horizon

    def origins(self, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
        """The dates at whose ends a forecast would have been made, the oldest first.

        They are counted back from the newest whose horizon is over, so that newer data only add.

        Args:
            first: the first date of which anything is known.
            last: the last one that is known whole.

        Raises:
            QuestionError: the history is too short; the message says by how much.

        """
        newest, oldest = last - (self.horizon or LONGEST_QUARTER), first + LEAST_HISTORY
        if newest < oldest:
            raise QuestionError(
                f"The history from {first} to {last} is too short for a backtest: it needs "
                f"{(oldest - newest).days} days more, or a shorter --horizon."
            )
        count = (newest - oldest) // self.every
        return tuple(newest - self.every * place for place in range(count, -1, -1))
