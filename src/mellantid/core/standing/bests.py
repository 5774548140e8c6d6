"""Personal bests: the fastest passage of a leg and the best week, announced sparingly.

A best of few is only the luck of the first ones: below a smallest n nothing is announced. A best
is new where it was set lately and is strictly better than as many before it; one that only equals
an earlier one is not, however often it comes, as whole days and whole movements tie all the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.history import History
    from mellantid.core.types import Bools, Ints

SMALLEST_PASSAGES: Final = 10
"""Passages of a leg below which no fastest one is announced."""
SMALLEST_WEEKS: Final = 8
"""Weeks with a movement below which no best one is announced."""


@dataclass(frozen=True, eq=False)
class Passages:
    """Whole stays of one owner that ended onward, both ends known to the day; by moment.

    Attributes:
        leg: the leg passed, 1 to S.
        days: working days from entry to exit.
        row: the history's row that passed it.

    """

    leg: Ints
    days: Ints
    row: Ints


@dataclass(frozen=True)
class Best:
    """The best of so many.

    Attributes:
        value: it.
        n: how many it is the best of.
        times: how many of them are equally good.
        place: which was the first of these.
        new: whether it was set lately, against enough before it.
        missing: how many more are needed before one is announced; the rest is void until then.

    """

    value: float
    n: int
    times: int
    place: int
    new: bool
    missing: int


def passages(history: History, owner: int) -> Passages:
    """An owner's passages: of deals that were theirs from the entry into a stage to the move on."""
    stages = history.process.size
    rows, known = np.arange(history.size), _known_to_the_day(history)
    entry = np.maximum.accumulate(np.where(history.moves, rows, 0))
    begun = history.first | (history.owner != np.roll(history.owner, 1))
    given = np.maximum.accumulate(np.where(begun, rows, 0))
    before = history.before
    onward = (before >= 0) & (before < stages) & (before < history.state)
    row = np.flatnonzero(onward & (history.state <= stages) & ~history.first)
    entered = entry[row - 1]
    whole = (history.owner[row - 1] == owner) & (given[row - 1] <= entered)
    kept = whole & known[row] & known[entered]
    row, entered = row[kept], entered[kept]
    order = np.lexsort((row, history.at[row]))
    row, entered = row[order], entered[order]
    return Passages(before[row] + 1, history.day[row] - history.day[entered], row)


def _known_to_the_day(history: History) -> Bools:
    """Whether the working day of each row is known."""
    found = history.known.copy()
    some = np.flatnonzero(found & ~history.exact)
    found[some] = history.clock.day(history.after[some] + 1) == history.day[some]
    return found


def best_of(
    values: ArrayLike, lately: ArrayLike, smallest: int, *, least: bool = False
) -> Best | None:
    """The best of values in the order of time; None where there are none.

    Args:
        values: what is compared.
        lately: whether each came lately.
        smallest: how many there must be, and must have been before a new best.
        least: whether the least is the best.

    """
    given = np.asarray(values, dtype=np.float64)
    if not given.size:
        return None
    place = int(given.argmin() if least else given.argmax())
    new = bool(np.asarray(lately)[place]) and place >= smallest
    times = int((given == given[place]).sum())
    missing = max(smallest - given.size, 0)
    return Best(float(given[place]), int(given.size), times, place, new, missing)
