"""The chain of belief along age: a day leans on its age bin, a bin on the bins beside it.

For one stage, each deal-day at age `a` ends in one of K outcomes: an exit to some state, or a stay.
With o[j] outcomes observed at an age, e = Σ_j o[j], the belief is

    level of bin b given that of bin b + 1   ~ Dirichlet, 1/precision adds 1/k_bin for each link
    q[a] given its bin's level m             ~ Dirichlet(k_day[a] · m)
    o[a] given q[a]                          ~ Multinomial(e, q[a])

so that E[q[a] | m] = (k_day m + o)/(k_day + e), all weights in deal-days. What a day tells of its
bin is worth e·k_day/(k_day + e) deal-days, not e: no more than k_day however often it was seen,
since the day may be its own. What a bin whose level is known as from N deal-days tells of the next
is likewise worth N·k_bin/(k_bin + N). Forward along the bins this is the filter of a local-level
model (West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, chapter 2) with pseudo-
counts in place of precisions; backward its smoother. Age 0 is a chain of its own, since moves
on the day of entry, which dominate it, tell nothing of the days after.

Arrays are rows first: (R, K, A) for outcomes, (R, A) for day weights, (R,) for bin weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.bins import spread_bins, sum_bins

if TYPE_CHECKING:
    from mellantid.core.types import Floats


@dataclass(frozen=True)
class Chain:
    """The belief about R stages' daily chances, given their outcomes and weights.

    Attributes:
        outcomes: deal-days by outcome and age, (R, K, A).
        prior: pseudo-counts that age 0 and age 1 start from, (R, K).
        day_weight: what a bin counts for at each of its days, in deal-days, (R, A).
        bin_weight: what a bin counts for at the next, at most, in deal-days, (R,).

    """

    outcomes: Floats
    prior: Floats
    day_weight: Floats
    bin_weight: Floats

    @property
    def ages(self) -> int:
        """The number of ages, A."""
        return int(self.outcomes.shape[-1])

    @property
    def told(self) -> Floats:
        """What each day tells of its bin, in pseudo-counts by outcome, (R, K, A)."""
        exposure = self.outcomes.sum(1)
        share: Floats = self.day_weight / (self.day_weight + exposure)
        return self.outcomes * share[:, None]

    def filtered(self) -> tuple[Floats, Floats]:
        """Pseudo-counts known of each bin before its own days, and with them, both (R, K, B)."""
        own = sum_bins(self.told)
        before, known = np.empty_like(own), np.empty_like(own)
        for b in range(own.shape[-1]):
            before[..., b] = self.prior if b <= 1 else self._passed_on(known[..., b - 1])
            known[..., b] = before[..., b] + own[..., b]
        return before, known

    def _passed_on(self, known: Floats) -> Floats:
        """What a bin tells of the next: N deal-days are worth N·k/(k + N)."""
        size = known.sum(-1)
        share: Floats = self.bin_weight / (self.bin_weight + size)
        return known * share[:, None]

    def levels(self) -> Floats:
        """Mean of each bin's level, from the days of all bins, (R, K, B)."""
        _, known = self.filtered()
        size = known.sum(1)
        levels = np.empty_like(known)
        levels[..., 0] = known[..., 0] / size[:, :1]
        levels[..., -1] = known[..., -1] / size[:, -1:]
        weight = self.bin_weight[:, None]
        for b in range(known.shape[-1] - 2, 0, -1):
            summed = known[..., b] + weight * levels[..., b + 1]
            levels[..., b] = summed / (size[:, b, None] + weight)
        return levels

    def chances(self) -> Floats:
        """Mean of each day's chances by outcome, (R, K, A)."""
        weight = self.day_weight[:, None]
        summed = weight * spread_bins(self.levels(), self.ages) + self.outcomes
        chances: Floats = summed / (weight + self.outcomes.sum(1, keepdims=True))
        return chances

    def level_variances(self) -> Floats:
        """Variance of each bin's level, (R, K, B), of the very law that `draw` draws from."""
        levels = self.levels()
        _, known = self.filtered()
        size = known.sum(1, keepdims=True)
        variances: Floats = levels * (1 - levels) / (size + 1)
        weight = self.bin_weight[:, None]
        for b in range(levels.shape[-1] - 2, 0, -1):
            total = size[..., b] + weight
            carried = (weight / total) ** 2 * variances[..., b + 1]
            mean = levels[..., b]
            variances[..., b] = (mean * (1 - mean) - carried) / (total + 1) + carried
        return variances

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        """Draws of each day's chances by outcome, (n, R, K, A).

        The bins are drawn up the chain from the oldest (forward filtering, backward sampling),
        then the days given their bins, so that what a bin has told is not counted twice. The
        mean of the draws is `chances`.
        """
        bins = spread_bins(self._draw_levels(rng, n), self.ages)
        shape: Floats = self.day_weight[:, None] * bins + self.outcomes
        return _dirichlet(rng, shape, axis=-2)

    def _draw_levels(self, rng: np.random.Generator, n: int) -> Floats:
        _, known = self.filtered()
        levels = np.empty((n, *known.shape))
        last = known.shape[-1] - 1
        weight = self.bin_weight[:, None]
        for b in range(last, -1, -1):
            shape: Floats = np.broadcast_to(known[..., b], levels.shape[:-1])
            if 0 < b < last:
                shape = shape + weight * levels[..., b + 1]
            levels[..., b] = _dirichlet(rng, shape, axis=-1)
        return levels


def _dirichlet(rng: np.random.Generator, shape: Floats, axis: int) -> Floats:
    """Dirichlet draws along an axis, one for each entry of the others; shape 0 gives exactly 0."""
    draws = rng.standard_gamma(shape)
    total = draws.sum(axis, keepdims=True)
    # All can underflow to 0 where the weights are next to nothing: then the mean stands.
    draws = np.where(total > 0, draws, shape)
    total = np.where(total > 0, total, shape.sum(axis, keepdims=True))
    drawn: Floats = draws / total
    return drawn
