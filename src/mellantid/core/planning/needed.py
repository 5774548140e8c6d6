"""The expected outcome to plan for, so that a target is reached with a chosen chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.totals.total import total_mixture
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.core.types import Floats, Ints

EXACT: Final = 1e-6
"""How near the chance comes, and the wins to come relative to their number."""
MOST_WINS: Final = 1e7


def needed_mean(
    target: float,
    p: float,
    certain: float,
    amounts: Floats,
    chances: Floats,
    won_amounts: Floats,
) -> float:
    """The mean of a total that reaches the target with chance `p`.

    The total is what is won, the open deals (amount × Bernoulli) and a Poisson number of wins of
    deals to come, whose mean is sought. It is the chance under the model as it is: for the chance
    that the forecast gives see `forecasting.needed_pace`. Where the chance is reached with no
    more wins, the mean is that of what is won and open.

    Args:
        target: the amount to reach.
        p: the chance, between 0 and 1, both excluded.
        certain: the amount already won.
        amounts: of the open deals.
        chances: theirs to be won in the period.
        won_amounts: a sample of what won deals are worth.

    Raises:
        QuestionError: the chance is none, or no number of wins brings it.

    """
    wins = needed_wins(target, p, certain, amounts, chances[None], np.ones(1), won_amounts)
    mean_amount = float(np.mean(won_amounts)) if won_amounts.size else 0.0
    return certain + float(amounts @ chances) + wins * mean_amount


def needed_wins(
    target: float,
    p: float,
    certain: float,
    amounts: Floats,
    chances: Floats,
    coming: Floats,
    won_amounts: Floats,
    cells: Ints | None = None,
) -> float:
    """The expected number of wins to come with which a total reaches the target with chance `p`.

    Args:
        target: the amount to reach.
        p: the chance, between 0 and 1, both excluded.
        certain: the amount already won.
        amounts: of the open deals, (n).
        chances: theirs to be won in the period, by version of the truth and deal, (d, n), or
            cell.
        coming: factor on the wins to come in each version, (d), of mean 1.
        won_amounts: a sample of what wins to come are worth.
        cells: the cell of each deal (`total_mixture`); by default each has its own.

    Returns:
        The number; 0 where the chance is reached without.

    Raises:
        QuestionError: the chance is none, or no number of wins brings it.

    """
    if not 0 < p < 1:
        raise QuestionError(f"A chance of {p} cannot be planned for: give one between 0 and 1.")

    def chance(wins: float) -> float:
        worth = won_amounts if wins else None
        whole = total_mixture(amounts, chances, wins * coming, certain, worth, cells=cells)
        return float(whole.exceeds(target))

    if chance(0.0) >= p:
        return 0.0
    mean_amount = float(np.mean(won_amounts)) if won_amounts.size else 0.0
    if mean_amount <= 0:
        raise QuestionError("No won deal has an amount: import amounts, or plan for the mean.")
    likely = chances.mean(axis=0)
    open_mean = certain + float(amounts @ (likely if cells is None else likely[cells]))
    high = max((target - open_mean) / mean_amount, 1.0)
    while chance(high) < p:
        high *= 2
        if high > MOST_WINS:
            raise QuestionError("No number of deals brings this chance: choose a lower one.")
    return _bisect(chance, p, high)


def _bisect(chance: Callable[[float], float], p: float, high: float) -> float:
    """The number of wins, up to `high`, from which on the chance is at least `p`."""
    low = 0.0
    while high - low > EXACT * high:
        middle = (low + high) / 2
        found = chance(middle)
        low, high = (middle, high) if found < p else (low, middle)
        if 0 <= found - p < EXACT:
            break
    return high
