"""Deals by group of the model: which open deal is of which, and the amounts of wins to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.creation.kinds import Kinds
    from mellantid.core.types import Floats, Ints

SAMPLE: Final = 5000
"""A longer list of won amounts is thinned to so many."""


@dataclass(frozen=True, eq=False)
class BandedDeals:
    """The deals of each group, where groups are bands of the amount.

    Attributes:
        group: of each open deal.
        to_come: deals to come by group.

    """

    group: Ints
    to_come: Kinds


def sample_of(amounts: Floats, assumed: float, most: int = SAMPLE) -> Floats:
    """Amounts of deals to come; a long list is thinned to even ranks and keeps its mean.

    Args:
        amounts: of past wins.
        assumed: what a deal counts for where there are none.
        most: how many are kept.

    """
    if amounts.size == 0:
        return np.array([assumed])
    if amounts.size <= most:
        return amounts
    thinned = _at_ranks(amounts, most)
    return np.asarray(thinned * (amounts.mean() / thinned.mean()) if thinned.any() else thinned)


def mixed_amounts(
    amounts: tuple[Floats, ...], wins: Floats, assumed: float
) -> tuple[Floats, Floats]:
    """Amounts of wins to come of all groups, each as likely as the others, and the groups' means.

    Each group's are taken at even ranks, as many as its share of the expected wins. The amounts are
    left as they are, so that they keep a common unit: what rounding does to their mean is set right
    by the number of wins (`wins_for`).

    Args:
        amounts: of past wins by group, (G) arrays.
        wins: expected by group, (G,).
        assumed: what a deal counts for where there are none.

    """
    lists = tuple(sample_of(each, assumed) for each in amounts)
    means = np.array([each.mean() for each in lists])
    total = float(wins.sum())
    share = wins / total if total > 0 else np.full(wins.size, 1.0 / wins.size)
    size = min(SAMPLE, max(each.size for each in lists) * wins.size)
    number = np.maximum(np.rint(share * size), share > 0).astype(np.int64)
    parts = [_at_ranks(each, n) for each, n in zip(lists, number.tolist(), strict=True) if n > 0]
    return np.concatenate(parts), means


def wins_for(amount: float, jumps: Floats) -> float:
    """The number of wins of these amounts that bring an amount on average."""
    mean = float(jumps.mean())
    return amount / mean if mean else 0.0


def _at_ranks(amounts: Floats, number: int) -> Floats:
    """So many amounts at even ranks."""
    ranks = ((np.arange(number) + 0.5) * amounts.size / number).astype(np.int64)
    return np.sort(amounts)[ranks]
