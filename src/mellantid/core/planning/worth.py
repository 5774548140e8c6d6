"""What deals are worth under a model: amount times the chance to be won within a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.planning.target import Period
    from mellantid.core.planning.tracks import Tracks
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True)
class Basis:
    """What a deal's worth stands on.

    Attributes:
        hazard: q (S, S + 2, A), the chance to leave stage s for j on the day of age a.
        entry: the mix of stages in which deals are created, (S,), summing to 1.
        mean_amount: what a deal that is yet to be created is worth if it is won.
        direct_rate: deals a working day that are first heard of as won: they pass no leg.

    """

    hazard: Floats
    entry: Floats
    mean_amount: float
    direct_rate: float = 0.0


def period_chances(
    process: Process, hazard: Floats, start: int, periods: Sequence[Period]
) -> list[PeriodChance]:
    """The chance to be won within each period, of deals from the end of day `start` on."""
    table = win_table(process, hazard, max(0, *(each.last - start for each in periods)))
    return [PeriodChance(table, each.first, each.last) for each in periods]


def worth_of_created(basis: Basis, chance: PeriodChance, start: int, days: int) -> Floats:
    """Expected amount within a period of a deal created on each of `days` days after `start`."""
    ahead = np.arange(start + 1, start + 1 + days)
    stages = np.arange(basis.entry.size)
    entering: Floats = chance.entering(stages, ahead[:, None]) @ basis.entry
    return basis.mean_amount * entering


def worth_of_direct_wins(basis: Basis, chance: PeriodChance, start: int, days: int) -> Floats:
    """Expected amount within a period of what is won directly on each of `days` days likewise."""
    ahead = np.arange(start + 1, start + 1 + days)
    inside = (ahead >= chance.first) & (ahead <= chance.last)
    return np.where(inside, basis.mean_amount * basis.direct_rate, 0.0)


def worth_of_rows(
    seen: Tracks, rows: Ints | Bools, day: int, chance: PeriodChance, of: Period
) -> Floats:
    """Expected amount within a period of each row's deal, at the end of a day."""
    return seen.amount[rows] * seen.at_end(rows, day, chance, of)
