"""The chain of belief along age: a day leans on its age bin, a bin on the bins beside it.

For one stage, each deal-day at age `a` ends in one of K outcomes: an exit to some state, or a stay.
With o[j] outcomes observed at an age and e = Σ_j o[j], the belief is

    level of bin b + 1 given that of bin b   g[b + 1] times it, but for a variance of level/k_bin
    q[a] given its bin's levels m            ~ Dirichlet(k_day[a] · m)
    o[a] given q[a]                          ~ Multinomial(e, q[a])

so that E[q[a] | m] = (k_day m + o)/(k_day + e), all weights in deal-days. What a day tells of its
bin is worth e·k_day/(k_day + e) deal-days, not e: no more than k_day however often it was seen,
since the day may be its own. What a bin whose level is known as from N deal-days tells of the next
is likewise worth N·k_bin/(k_bin + N). Forward along the bins this is the filter of a local-level
model (West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, chapter 2) with pseudo-
counts in place of precisions; backward its smoother. Levels are followed for each way out by
itself, so that a rare one may lean harder. The trend g is one number a bin for all *kin*, the ways
out of all stages that lead to another stage or to won, and one for all that lead to lost: their
exits in the bin over those that their levels in the bin before foretell, drawn by `TREND_EXITS`
towards the trend of the bin before, if that was a fall. Deals that have stood for long move on ever
more seldom, and are lost as often as before; a level that knew no trend would lag behind, keep old
deals alive and foretell too many wins. Age 0 is a chain of its own, since moves on the day of
entry, which dominate it, tell nothing of the days after.

Arrays are rows first: (R, K, A) for outcomes, the stay last, and (R, J, B) for levels of the
J = K - 1 ways out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.modelling.bins import spread_bins, sum_bins

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints

ENTRY_EXITS: Final = 0.15
"""Exits that each possible way out is given on the day of entry; by its intervals' coverage."""
TREND_EXITS: Final = 5.0
"""Exits of all kin together that a change of trend must outweigh."""
TREND_LASTS: Final = 0.8
"""How much of a fall, as a power, is believed to last into the next bin."""


@dataclass(frozen=True, eq=False)
class Start:
    """What age 0 and age 1 are believed from, as pseudo-counts.

    Attributes:
        exits: exits by way out, (R, J).
        days: deal-days that they are the exits of, above 0, (R, J).

    """

    exits: Floats
    days: Floats


@dataclass(frozen=True, eq=False)
class Chain:
    """The belief about R stages' daily chances, given their outcomes and weights.

    Attributes:
        outcomes: deal-days by outcome and age, the stay last, (R, K, A).
        start: what ages 0 and 1 are believed from.
        day_weight: what a bin counts for at each of its days, in deal-days, (R, A).
        bin_weight: what a bin counts for at the next, at most, in deal-days, (R, J).
        kin: which trend each way out follows: those of one number share one, (R, J).

    """

    outcomes: Floats
    start: Start
    day_weight: Floats
    bin_weight: Floats
    kin: Ints

    @property
    def ages(self) -> int:
        """The number of ages, A."""
        return int(self.outcomes.shape[-1])

    @cached_property
    def told(self) -> Floats:
        """What each day tells of its bin, in pseudo-counts by outcome, (R, K, A)."""
        exposure = self.outcomes.sum(1)
        share: Floats = self.day_weight / (self.day_weight + exposure)
        return self.outcomes * share[:, None]

    @property
    def before(self) -> tuple[Floats, Floats]:
        """Pseudo-exits and deal-days known of each bin before its own days, (R, J, B) each."""
        return self._forward[:2]

    @property
    def trend(self) -> Floats:
        """What each level and its kin change by from the bin before to each bin, (R, J, B)."""
        return self._forward[2]

    @cached_property
    def _forward(self) -> tuple[Floats, Floats, Floats]:
        own_exits, own_days = self._own
        # Bins first, so that each step works on whole rows.
        known = np.empty((2, own_exits.shape[-1], *self.bin_weight.shape))
        trend = np.ones(own_exits.shape)
        for b in range(known.shape[1]):
            if b <= 1:
                known[:, b] = self.start.exits, self.start.days
            else:
                days = known[1, b - 1] + own_days[..., b - 1]
                share = self.bin_weight / (self.bin_weight + days)
                known[0, b] = (known[0, b - 1] + own_exits[..., b - 1]) * share
                known[1, b] = days * share
                trend[..., b] = self._trend_to(b, known[0, b] / known[1, b], trend[..., b - 1])
                known[1, b] /= trend[..., b]
        known[0, 0] += self._on_entry
        exits, days = np.moveaxis(known, 1, -1)
        return exits, days, trend

    @property
    def _on_entry(self) -> Floats:
        """What each possible way out is given on the day of entry, in exits, (R, J).

        Moves of that day are rare by most ways out, and where none has come yet the chance is not
        none. As far as deals have been seen, so that without any the start speaks alone.
        """
        seen = self._own[1][..., 0]
        given: Floats = ENTRY_EXITS * seen / (seen + self.start.days)
        return np.where(self.start.exits > 0, given, 0.0)

    def _trend_to(self, b: int, levels: Floats, before: Floats) -> Floats:
        """Kin's exits in a bin over those that levels foretell, leaning on the trend before.

        Args:
            b: the bin.
            levels: what the bin before has each way out at, (R, J).
            before: the trend to the bin before, (R, J).

        """
        exits, days = self._own
        pairs = (exits[..., b], levels * days[..., b])
        seen, foretold = (np.bincount(self.kin.ravel(), each.ravel())[self.kin] for each in pairs)
        # A fall lasts; a rise that did, bin after bin, would end in certainty.
        lasting = TREND_EXITS * np.minimum(before, 1.0) ** TREND_LASTS
        trend: Floats = (seen + lasting) / (foretold + TREND_EXITS)
        return trend

    @cached_property
    def _own(self) -> tuple[Floats, Floats]:
        """What each bin's days tell of it: exits, (R, J, B), and deal-days, (R, 1, B)."""
        own = sum_bins(self.told)
        return own[:, :-1], own.sum(1, keepdims=True)

    @cached_property
    def filtered(self) -> tuple[Floats, Floats]:
        """Pseudo-exits and deal-days known of each bin with its own days, (R, J, B) each."""
        own_exits, own_days = self._own
        exits, days = self.before
        return exits + own_exits, days + own_days

    def levels(self) -> Floats:
        """Mean of each bin's level by way out, from the days of all bins, (R, J, B)."""
        exits, days = self.filtered
        levels: Floats = exits / days
        weight = self.bin_weight
        for b in range(levels.shape[-1] - 2, 0, -1):
            summed = exits[..., b] + weight * levels[..., b + 1] / self.trend[..., b + 1]
            levels[..., b] = summed / (days[..., b] + weight)
        return levels

    def chances(self) -> Floats:
        """Mean of each day's chances by outcome, (R, K, A)."""
        weight = self.day_weight[:, None]
        bins = spread_bins(_with_stay(self.levels()), self.ages)
        chances: Floats = (weight * bins + self.outcomes) / (weight + self.outcomes.sum(1)[:, None])
        return chances

    def level_variances(self) -> Floats:
        """Variance of each bin's level, (R, J, B), of the very law that `draw` draws from."""
        levels = self.levels()
        _, days = self.filtered
        variances: Floats = levels * (1 - levels) / (days + 1)
        weight = self.bin_weight
        for b in range(levels.shape[-1] - 2, 0, -1):
            total = days[..., b] + weight
            carried = (weight / total / self.trend[..., b + 1]) ** 2 * variances[..., b + 1]
            mean = levels[..., b]
            variances[..., b] = (mean * (1 - mean) - carried) / (total + 1) + carried
        return variances

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        """Draws of each day's chances by outcome, (n, R, K, A).

        The bins are drawn up the chain from the oldest (forward filtering, backward sampling),
        then the days given their bins, so that what a bin has told is not counted twice. The
        mean of the draws is `chances`.
        """
        bins = spread_bins(_with_stay(self._draw_levels(rng, n)), self.ages)
        shape: Floats = self.day_weight[:, None] * bins + self.outcomes
        return _dirichlet(rng, shape)

    def _draw_levels(self, rng: np.random.Generator, n: int) -> Floats:
        exits, days = self.filtered
        levels = np.empty((n, *exits.shape))
        last = exits.shape[-1] - 1
        for b in range(last, -1, -1):
            shape: Floats = np.broadcast_to(exits[..., b], levels.shape[:-1])
            size = days[..., b]
            if 0 < b < last:
                # A drawn level that the trend takes past certainty is not believed so far.
                ahead = np.minimum(levels[..., b + 1] / self.trend[..., b + 1], 1.0)
                shape = shape + self.bin_weight * ahead
                size = size + self.bin_weight
            pair = np.stack((shape, np.maximum(size - shape, 0.0)), axis=-2)
            levels[..., b] = _dirichlet(rng, pair)[..., 0, :]
        return levels


def _with_stay(levels: Floats) -> Floats:
    """Levels by way out with that of the stay, which takes the rest, (..., K, B).

    Levels found one by one may together pass certainty by a little: then they are cut.
    """
    total = levels.sum(-2, keepdims=True)
    levels = levels / np.maximum(total, 1.0)
    with_stay: Floats = np.concatenate((levels, 1 - np.minimum(total, 1.0)), axis=-2)
    return with_stay


def _dirichlet(rng: np.random.Generator, shape: Floats) -> Floats:
    """Dirichlet draws along the last axis but one; shape 0 gives exactly 0."""
    draws = rng.standard_gamma(shape)
    total = draws.sum(-2, keepdims=True)
    if not total.all():
        # All can underflow to 0 where the weights are next to nothing: then the mean stands.
        draws = np.where(total > 0, draws, shape)
        total = np.where(total > 0, total, shape.sum(-2, keepdims=True))
    draws /= total
    return draws
