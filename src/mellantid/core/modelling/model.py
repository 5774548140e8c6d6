"""The model: daily chances of every stage, destination and age, from counts and a playbook.

A semi-Markov model with competing risks in discrete time. The posterior mean of a day's chances is
(k·m + d)/(k + e) for d exits in e deal-days, with mean m and weight k from the chain along age
(`chain.py`). All destinations of one day share k, so the gamma priors of the continuous-time model
become one Dirichlet with the same means, whose draws never leave a stage with more than certainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from mellantid.core.modelling.bins import bin_sizes, bin_starts, spread_bins, sum_bins
from mellantid.core.modelling.chain import Start
from mellantid.core.modelling.playbook import DEFAULT
from mellantid.core.modelling.weights import chosen_weights, fixed_weights, sum_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.core.counting.counts import Cells
    from mellantid.core.modelling.chain import Chain
    from mellantid.core.modelling.playbook import Playbook
    from mellantid.core.modelling.weights import Weights
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

# What a way out that has been seen, and of which the playbook is silent, starts from, in exits.
SEEN_EXITS: Final = 0.5


class DailyChances(Protocol):
    """What a model of daily chances answers: a fitted one, or one pooled from another."""

    @property
    def process(self) -> Process:
        """The course."""

    @property
    def hazard(self) -> Floats:
        """Posterior mean of the daily chances, (G, S, D, A)."""

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        """Draws from their posterior, (n, G, S, D, A)."""


@dataclass(frozen=True)
class BinRow:
    """What is known of one way out of one stage at the ages of one bin.

    Attributes:
        group: which group of the model.
        stage: where from.
        to: the state left for.
        age_from: the bin's first age.
        age_to: the bin's last age; the model's last age stands for all later ones too.
        exits: how many left.
        exposure: deal-days at risk.
        hazard: mean daily chance over the bin's deal-days.
        low: lower bound of its interval.
        high: upper bound.

    """

    group: int
    stage: int
    to: int
    age_from: int
    age_to: int
    exits: float
    exposure: float
    hazard: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Model:
    """The posterior of all daily chances; G groups, each fitted on its own.

    Attributes:
        process: the course.
        cells: the exits and exposure that it was fitted on.
        hazard: posterior mean of the daily chances, (G, S, D, A).

    """

    process: Process
    cells: Cells
    hazard: Floats
    _chain: Chain
    _ways: Ints

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        """Draws from the posterior of the daily chances, (n, G, S, D, A).

        A destination that neither the data nor the playbook knows stays exactly 0.
        """
        drawn = self._chain.draw(rng, n)[..., :-1, :]
        return _unpack(drawn, self._ways, self.hazard.shape)

    def cell_table(self, level: float = 0.8) -> tuple[BinRow, ...]:
        """What is known by age bin, as far as any deal of the stage has been seen.

        Args:
            level: the chance that the intervals hold the hazard.

        """
        return tuple(self._bin_rows(level))

    def _bin_rows(self, level: float) -> Iterator[BinRow]:
        ages = self.hazard.shape[-1]
        starts = bin_starts(ages)
        ends = starts + bin_sizes(ages) - 1
        exits, exposure = sum_bins(self.cells.exits), sum_bins(self.cells.exposure)
        moments = _bin_moments(self._chain)
        mean, variance = (_unpack(part, self._ways, self.hazard.shape) for part in moments)
        low, high = _beta_interval(mean, variance, level)
        deepest = np.arange(starts.size) <= _last_seen(exposure)[..., None]
        shown = (mean > 0) & deepest[:, :, None]
        for group, stage, to, b in np.argwhere(shown).tolist():
            cell = (group, stage, to, b)
            yield BinRow(
                group,
                stage,
                to,
                int(starts[b]),
                int(ends[b]),
                float(exits[cell]),
                float(exposure[group, stage, b]),
                float(mean[cell]),
                float(low[cell]),
                float(high[cell]),
            )


def fit(
    cells: Cells,
    playbook: Playbook = DEFAULT,
    weights: Weights | None = None,
    others: Playbook | None = None,
) -> Model:
    """The model of these cells; counts need not be whole numbers.

    Args:
        cells: exits and exposure by group, stage, destination and age.
        playbook: what to believe of ages 0 and 1 before any data.
        weights: how strongly days lean on bins and bins on each other; None: chosen for each
            group and stage by marginal likelihood.
        others: a playbook whose deals are counted with the cells' own; None: there is none.

    """
    groups, stages, destinations, ages = cells.exits.shape
    exits = cells.exits.reshape(groups * stages, destinations, ages)
    exposure = cells.exposure.reshape(groups * stages, ages)
    stays = np.maximum(exposure - exits.sum(1), 0.0)
    outcomes = np.concatenate((exits, stays[:, None]), axis=1)
    start = _start(outcomes, playbook, cells.process, groups)
    if others is not None:
        outcomes += np.tile(others.outcomes(cells.process, ages), (groups, 1, 1))
    index = _possible(start)
    packed = np.take_along_axis(outcomes, index[..., None], axis=1)
    ways = index[:, :-1]
    parts = (np.take_along_axis(part, ways, axis=1) for part in (start.exits, start.days))
    start = Start(*parts)
    kin = _kin(ways, stages)
    if weights is None:
        chain = chosen_weights(packed, start, kin)
    else:
        chain = fixed_weights(packed, start, weights, kin)
    hazard = _unpack(chain.chances()[:, :-1], ways, cells.exits.shape)
    return Model(cells.process, cells, hazard, chain, ways)


def _unpack(packed: Floats, ways: Ints, shape: tuple[int, ...]) -> Floats:
    """Values by row and way out, (..., R, J, X), into (..., G, S, D, X)."""
    groups, stages, destinations, _ = shape
    lead, size = packed.shape[:-3], packed.shape[-1]
    full = np.zeros((*lead, groups * stages, destinations, size))
    rows = np.arange(groups * stages)[:, None]
    full[..., rows, ways, :] = packed
    return full.reshape(*lead, groups, stages, destinations, size)


def _start(outcomes: Floats, playbook: Playbook, process: Process, groups: int) -> Start:
    """What ages 0 and 1 are believed from, by destination, (R, D) each: the playbook.

    A way out of which the playbook is silent, but which has been seen, starts instead from half an
    exit at its chance over all ages after the first (or over all, where it has only been seen on
    the day of entry), so that no age at which it has not come yet calls it impossible.
    """
    chance = np.tile(playbook.hazard(process), (groups, 1))
    later, ever = sum_later(outcomes), outcomes.sum(-1)
    where = later[:, :-1] > 0
    seen = np.where(where, later[:, :-1], ever[:, :-1])
    total = np.where(where, later.sum(1)[:, None], ever.sum(1)[:, None])
    silent = (chance == 0) & (seen > 0)
    days = np.where(silent, SEEN_EXITS * total / np.where(silent, seen, 1.0), playbook.weight)
    return Start(np.where(silent, SEEN_EXITS, playbook.weight * chance), days)


def _possible(start: Start) -> Ints:
    """The destinations that can happen from each row, (R, K), the stay last.

    Rows with fewer than K are filled up with destinations that cannot happen.
    """
    possible = start.exits > 0
    width = int(possible.sum(1).max())
    first = np.argsort(~possible, axis=1, kind="stable")[:, :width]
    stay = np.full((len(possible), 1), possible.shape[1])
    return np.concatenate((np.sort(first, axis=1), stay), axis=1).astype(np.int64)


def _kin(ways: Ints, stages: int) -> Ints:
    """Which ways out (R, J) share a trend: a group's moves to a stage or to won, and its losses.

    A deal moves because it is worked on, and is lost, for the most part, because it is not.
    """
    group = np.arange(len(ways))[:, None] // stages
    kin: Ints = 2 * group + (ways <= stages)
    return kin


def _bin_moments(chain: Chain) -> tuple[Floats, Floats]:
    """Mean and variance of each bin's daily chances, weighted by deal-days, (R, J, B) each.

    A day's variance given its bin's level μ is that of a Dirichlet of weight k + e; the level
    enters each day with the share k/(k + e), the same for all, which is what makes the days of
    a bin vary together.
    """
    exposure = chain.outcomes.sum(1)
    total = spread_bins(sum_bins(exposure), chain.ages)
    even = spread_bins(1.0 / bin_sizes(chain.ages), chain.ages)
    part = np.where(total > 0, exposure / np.where(total > 0, total, 1.0), even)[:, None]
    weight = chain.day_weight + exposure
    share = (chain.day_weight / weight)[:, None]
    level = chain.level_variances()
    mean = chain.chances()[:, :-1]
    shared = spread_bins(level, chain.ages) * share**2
    own = (mean * (1 - mean) - shared) / (weight + 1)[:, None]
    variance = sum_bins(part**2 * own) + level * sum_bins(part * share) ** 2
    return sum_bins(part * mean), variance


def _beta_interval(mean: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """The central interval of the Beta law with this mean and variance."""
    from scipy.special import betaincinv  # noqa: PLC0415  # slow to load, seldom wanted

    size = mean * (1 - mean) / np.where(variance > 0, variance, 1.0) - 1
    inside = (mean > 0) & (mean < 1) & (variance > 0) & (size > 0)
    bounds = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        bound = mean.copy()
        a, b = mean[inside] * size[inside], (1 - mean[inside]) * size[inside]
        bound[inside] = betaincinv(a, b, tail)
        bounds.append(bound)
    return bounds[0], bounds[1]


def _last_seen(exposure: Floats) -> Ints:
    """The last bin of each stage with any deal-days; the very first where there is none."""
    bins = np.arange(exposure.shape[-1])
    last: Ints = np.where(exposure > 0, bins, 0).max(-1)
    return last
