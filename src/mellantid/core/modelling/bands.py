"""Amount bands: large deals may move more slowly than small ones, and are won more seldom or more.

With hazards that are the same for all, the number of wins is foretold rightly and their amount is
not. Deals are grouped by what was known of their amount when they entered their stage; how many
bands there are, and how far they differ, is for the likelihood of their exits to say. Bands are
pooled on the company (`pooling.py`), and where they are alike there is one: the company.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import Counts
from mellantid.core.modelling.pooling import (
    foretold_exits,
    likeliest_ties,
    pool,
    sum_groups,
    untied,
)

if TYPE_CHECKING:
    from mellantid.core.counting.fading import Fading
    from mellantid.core.counting.sojourns import Sojourns
    from mellantid.core.modelling.model import DailyChances
    from mellantid.core.modelling.pooling import PooledModel
    from mellantid.core.types import Floats, Ints

MOST_BANDS: Final = 4
FINE: Final = 12
"""Equal parts that amounts are counted in first: two, three and four bands are made of them."""
GAIN: Final = 3.0
"""What bands must add to the log likelihood: odds of 20 to 1."""
FEWEST: Final = 30
"""Stays in a band below which it is not worth telling apart."""


@dataclass(frozen=True, eq=False)
class AmountBands:
    """Bands of amounts, the smallest first.

    Attributes:
        edges: the largest amount of each band but the last one, ascending.
        apart: whether deals of unknown amount are a band of their own, the last one; else they
            count as of the middle band.

    """

    edges: Floats
    apart: bool

    @property
    def size(self) -> int:
        """The number of bands, that of unknown amounts among them."""
        return self.edges.size + 1 + int(self.apart)

    def of(self, amounts: Floats) -> Ints:
        """The band of each amount; NaN is unknown."""
        unknown = self.size - 1 if self.apart else self.edges.size // 2
        found = np.searchsorted(self.edges, amounts, side="left")
        return np.where(np.isnan(amounts), unknown, found).astype(np.int64)

    def among(self, finer: AmountBands) -> Ints:
        """The band that each of some finer bands lies in."""
        unknown = [np.nan] if finer.apart else []
        return self.of(np.array([*finer.edges, np.inf, *unknown]))


@dataclass(frozen=True, eq=False)
class Banded:
    """Daily chances by amount band.

    Attributes:
        bands: the bands.
        model: a group for each.

    """

    bands: AmountBands
    model: PooledModel


def banded(
    company: DailyChances, sojourns: Sojourns, fading: Fading | None = None
) -> Banded | None:
    """The likeliest bands; None where deals are as well described without.

    Args:
        company: the model of all deals.
        sojourns: what has been seen, with the amount on entry.
        fading: how old exits count less, as for the company.

    """
    amounts = sojourns.amount
    if amounts is None or np.isnan(amounts).all():
        return None
    apart = bool(np.isnan(amounts).any())
    fine = _edges(amounts, FINE, apart)
    group = fine.of(amounts)
    ages = company.hazard.shape[-1]
    counted = Counts.of(sojourns, group).table(ages, np.arange(fine.size), fading=fading)
    stays = np.bincount(group, minlength=fine.size)
    exits, foretold = counted.exits.sum(-1), foretold_exits(company.hazard, counted.exposure)
    best, ties, most = None, untied(company.process), GAIN
    for number in range(1, MOST_BANDS + 1):
        bands = _edges(amounts, number, apart)
        of = bands.among(fine)
        if np.bincount(of, stays, bands.size).min() < FEWEST:
            continue
        sums = (_summed(each, of, bands.size) for each in (exits, foretold))
        tried, gain = likeliest_ties(company.process, *sums)
        if gain > most:
            best, ties, most = bands, tried, gain
    if best is None:
        return None
    cells = sum_groups(counted, best.among(fine), best.size)
    return Banded(best, pool(company, cells, ties=ties))


def _edges(amounts: Floats, bands: int, apart: bool) -> AmountBands:
    """Bands that hold about equally many stays; fewer where amounts repeat."""
    known = amounts[~np.isnan(amounts)]
    levels = np.arange(1, bands) / bands
    edges = np.unique(np.quantile(known, levels, method="inverted_cdf"))
    return AmountBands(edges[edges < known.max()], apart)


def _summed(values: Floats, of: Ints, groups: int) -> Floats:
    """Sums of values by fine group over the groups that they belong to."""
    sums = np.zeros((groups, *values.shape[1:]))
    np.add.at(sums, of, values)
    return sums
