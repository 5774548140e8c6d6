"""The ratio of won to current amount: deals are often won for less than they stood for.

For each stage, over the deals that are won and have stood there, with w what a deal was won for and
x its amount while it stood there (the mean over its days):

    R = Σ w / Σ x,      variance  n/(n - 1) · Σ (w - R x)² / (Σ x)²

(the ratio estimator: Cochran, Sampling Techniques, 1977, section 6.4). R is drawn towards 1 by a
normal prior, and is 1 exactly where it is not two standard errors from it, so that amounts that
never change are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.open_deals import won_in

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Floats, Ints

PRIOR_SD: Final = 0.2
"""Of the ratio, before any deal has been won."""
ERRORS: Final = 2.0
"""How many standard errors the ratio must be from 1 to be believed."""
FEWEST: Final = 20
"""Won deals below which a stage has no ratio of its own."""


@dataclass(frozen=True, eq=False)
class WonRatio:
    """What deals are won for, over the amount that they stood for, by stage.

    Attributes:
        ratio: drawn towards 1; exactly 1 where the data do not say otherwise, (S,).
        seen: as it was, NaN where no won deal has an amount, (S,).
        error: standard error of `seen`, NaN where it is not known, (S,).
        deals: how many won deals tell of it, (S,).

    """

    ratio: Floats
    seen: Floats
    error: Floats
    deals: Ints


def won_ratio(history: History) -> WonRatio:
    """Read the ratio from the deals that stand as won."""
    stages = history.process.size
    won, stood, stage = _pairs(history)
    deals = np.bincount(stage, minlength=stages)
    sums = np.bincount(stage, stood, stages)
    seen = np.divide(
        np.bincount(stage, won, stages), sums, out=np.full(stages, np.nan), where=sums > 0
    )
    squares = np.bincount(stage, (won - seen[stage] * stood) ** 2, stages)
    more = np.divide(deals, deals - 1, out=np.full(stages, np.nan), where=deals > 1)
    error = np.sqrt(more * squares) / np.where(sums > 0, sums, np.nan)
    told = (deals >= FEWEST) & (np.abs(seen - 1.0) > ERRORS * error)
    share = PRIOR_SD**2 / (PRIOR_SD**2 + error**2)
    return WonRatio(np.where(told, 1.0 + share * (seen - 1.0), 1.0), seen, error, deals)


def _pairs(history: History) -> tuple[Floats, Floats, Ints]:
    """For each won deal and stage: what it was won for, what it stood for, and the stage."""
    stages = history.process.size
    won = won_in(history, np.iinfo(np.int64).min, history.until)
    amount = np.full(len(history.deals), np.nan)
    amount[won.deal] = won.amount
    following = np.append(history.middle_day[1:], 0)[: history.size]
    days = np.where(history.last, 0, following - history.middle_day).astype(np.float64)
    rows = (history.state < stages) & ~np.isnan(history.amount) & ~np.isnan(amount[history.deal])
    rows &= days > 0
    cell = (history.deal * stages + history.state)[rows]
    cells, place = np.unique(cell, return_inverse=True)
    total = np.bincount(place, days[rows] * history.amount[rows], cells.size)
    stood: Floats = total / np.bincount(place, days[rows], cells.size)
    return amount[cells // stages], stood, (cells % stages).astype(np.int64)
