"""Mangled dates: was a column read with day and month swapped wherever the day is 12 or less?

A program that expects the month first and meets `13/02/2024` keeps it apart, but turns `05/02/2024`
into the second of May. What it leaves behind looks whole. It shows in what people's dates have and
shuffled ones lack: a working week, and a volume that follows the months. Dates with a day above 12
cannot have been swapped; they tell how common each weekday and each month is, and under that the
dates with a day of at most 12 are weighed twice, as they stand and with day and month swapped back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mellantid.core.types import Bools, Floats, Ints

# Of n rows that hang together (a deal's, a day's) far fewer are evidence: so much in favour for
# each row, in nats, and so much in all, on no fewer rows. Noise alone stays below both.
LEAST_EACH: Final = 0.05
LEAST_IN_ALL: Final = 25.0
LEAST_ROWS: Final = 60
PRIOR: Final = 0.5
THURSDAY: Final = 4  # 1970-01-01, counted from Sunday
MONTHS: Final = 12


@dataclass(frozen=True)
class Swapped:
    """How much more likely dates are with day and month swapped back.

    Attributes:
        rows: rows whose date has a day of at most 12, other than its month.
        gain: the log likelihood ratio for each of them, in nats.

    """

    rows: int
    gain: float

    @property
    def likely(self) -> bool:
        """Whether it is worth a warning."""
        return (
            self.rows >= LEAST_ROWS
            and self.gain > LEAST_EACH
            and self.gain * self.rows > LEAST_IN_ALL
        )


def weigh_swapped(dates: Ints, counts: Ints) -> Swapped:
    """Weigh dates as they stand against the same with day and month swapped back.

    Args:
        dates: date numbers, unique.
        counts: rows on each.

    """
    year, month, day = _parts(dates)
    sure = day > MONTHS
    open_ = (day <= MONTHS) & (day != month)
    rows, told = int(counts[open_].sum()), int(counts[sure].sum())
    if not rows or not told:
        return Swapped(rows, 0.0)
    weekday = _log_share(_weekday(dates), 7, counts, sure)
    first = int(year.min()) * MONTHS
    months = (int(year.max()) + 1) * MONTHS - first
    of_month = _log_share(year * MONTHS + month - 1 - first, months, counts, sure)
    back = _date(year[open_], day[open_], month[open_])
    stands = weekday[_weekday(dates[open_])]
    stands = stands + of_month[(year * MONTHS + month - 1 - first)[open_]]
    swapped = weekday[_weekday(back)] + of_month[(year * MONTHS + day - 1 - first)[open_]]
    return Swapped(rows, float(((swapped - stands) * counts[open_]).sum() / rows))


def _log_share(code: Ints, size: int, counts: Ints, rows: Bools) -> Floats:
    seen = np.bincount(code[rows], weights=counts[rows], minlength=size) + PRIOR
    return np.asarray(np.log(seen / seen.sum()), dtype=np.float64)


def _parts(dates: Ints) -> tuple[Ints, Ints, Ints]:
    at: NDArray[np.datetime64] = dates.astype("datetime64[D]")
    months = at.astype("datetime64[M]")
    number = months.astype(np.int64)
    day = (at - months.astype("datetime64[D]")).astype(np.int64) + 1
    return 1970 + number // MONTHS, number % MONTHS + 1, day


def _date(year: Ints, month: Ints, day: Ints) -> Ints:
    months: NDArray[np.datetime64] = ((year - 1970) * MONTHS + month - 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64) + day - 1


def _weekday(dates: Ints) -> Ints:
    return (dates + THURSDAY) % 7
