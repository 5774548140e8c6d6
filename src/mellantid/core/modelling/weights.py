"""How strongly a day leans on its age bin, chosen by the data, and a bin on its neighbours.

The day's weight of the chain (`chain.py`) maximises, stage by stage, the marginal likelihood: the
chance of all days' outcomes, each foretold from the days before it (Dirichlet-multinomial, since
the chain's belief about a day is a Dirichlet), times a weak prior. A *spike*, a day that its
neighbours make hard to believe, such as the day on which a rule closes everything untouched, gets
next to no weight, so that it neither is smoothed away nor roughens the days around it.

The bin's weight is not chosen so, but is worth one exit of each way out: a bin may double or halve
its neighbour's chance. The likelihood of single days likes bins that lean harder, but the chance to
be won adds up many ages, where the lag of a hard-leaning bin behind a chance that rises and falls
does not average out. On simulated organisations (`benchmarks/coverage.py`) one exit made the
intervals of hazards and of win chances hold as often as they say, and kept the bias under 2 %.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from mellantid.core.modelling.bins import bin_starts, spread_bins
from mellantid.core.modelling.chain import Chain
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.modelling.chain import Start
    from mellantid.core.types import Bools, Floats, Ints

# Weights are given in expected exits, which fits fast and slow ways out alike: a bin that is worth
# c exits to its neighbour leaves it a spread of 1/sqrt(c) of its own size.
BIN_EXITS: Final = 3.0
# The day's weight is sought on a grid, with a weak prior: days differ within a bin by some 6 %,
# give or take a factor 4.5 in the weight (one standard deviation of its logarithm).
GRID: Final = 4.0 ** np.arange(-1, 6)
USUAL_DAY: Final = 256.0
LOG_SPREAD: Final = 1.5
# A spike is a day 100 times as likely where it is its own as where it leans on its bin.
SPIKE_ODDS: Final = 100.0
SPIKE_EXITS: Final = 0.05
ROUNDS: Final = 2


@dataclass(frozen=True)
class Weights:
    """Fixed weights, for those who do not want them chosen.

    Attributes:
        day: what its age bin counts for at each day, in deal-days.
        bin: what an age bin counts for at the bin beside it, at most, in deal-days.

    """

    day: float
    bin: float

    def __post_init__(self) -> None:
        if not (self.day > 0 and self.bin > 0):
            raise QuestionError("A weight of the model is not above 0: give deal-days above 0.")


def fixed_weights(outcomes: Floats, start: Start, weights: Weights, kin: Ints) -> Chain:
    """The chain of outcomes (R, K, A) with these weights; kin ways out share a trend."""
    days = np.full((len(outcomes), outcomes.shape[-1]), weights.day)
    return Chain(outcomes, start, days, np.full(start.exits.shape, weights.bin), kin)


def chosen_weights(outcomes: Floats, start: Start, kin: Ints) -> Chain:
    """The chain of outcomes (R, K, A) with the likeliest weights; kin ways out share a trend.

    The day's weight is sought, then spikes are marked, and it is sought again without them.
    """
    later = sum_later(outcomes)
    exits, exposure = later[:, :-1], later.sum(1, keepdims=True)
    level = (exits + start.exits) / (exposure + start.days)
    level = np.maximum(level, _SLOWEST)
    unmarked = np.zeros((len(outcomes), outcomes.shape[-1]), dtype=bool)
    search = _Search(outcomes, start, level, unmarked, kin)
    day = search.best_day()
    for _ in range(ROUNDS):
        marked = replace(search, spike=search.spikes(day))
        if np.array_equal(marked.spike, search.spike):
            break
        search, day = marked, marked.best_day()
    return search.chain(day)


def sum_later(outcomes: Floats) -> Floats:
    """Deal-days by outcome after the day of entry, (R, K)."""
    later: Floats = outcomes[..., 1:].sum(-1)
    return later


@dataclass(frozen=True)
class _Search:
    """The outcomes whose day weight, in expected exits, (R,), is sought.

    Attributes:
        outcomes: deal-days by outcome and age, (R, K, A).
        start: what ages 0 and 1 are believed from.
        level: the daily chance of each way out, all ages after the first together, (R, J).
        spike: the days that are their own, (R, A).
        kin: which trend each way out follows, (R, J).

    """

    outcomes: Floats
    start: Start
    level: Floats
    spike: Bools
    kin: Ints

    @property
    def leaving(self) -> Floats:
        """The daily chance of any exit, (R,)."""
        leaving: Floats = self.level.sum(1)
        return leaving

    def chain(self, day: Floats) -> Chain:
        by_day = np.where(self.spike, np.minimum(day, SPIKE_EXITS)[:, None], day[:, None])
        day_weight = by_day / self.leaving[:, None]
        return Chain(self.outcomes, self.start, day_weight, BIN_EXITS / self.level, self.kin)

    def best_day(self) -> Floats:
        scores = [self._score(np.full(len(self.level), day)) for day in GRID]
        best: Floats = GRID[np.argmax(scores, axis=0)]
        return best

    def _score(self, day: Floats) -> Floats:
        distance = np.log(day / USUAL_DAY) ** 2
        scores: Floats = log_likelihood(self.chain(day)) - distance / (2 * LOG_SPREAD**2)
        return scores

    def spikes(self, day: Floats) -> Bools:
        """Days that are likelier on their own than from all other days, (R, A)."""
        chain = self.chain(day)
        exits, days = _without_own(chain)
        weight = (day / self.leaving)[:, None]
        leaning = weight * days / (weight + days)
        alone = np.minimum(SPIKE_EXITS / self.leaving[:, None], leaning)
        gain = _days_likelihood(exits, alone, chain.outcomes)
        gain -= _days_likelihood(exits, leaning, chain.outcomes)
        marked: Bools = gain > np.log(SPIKE_ODDS)
        marked[:, 0] = False
        return marked


def log_likelihood(chain: Chain) -> Floats:
    """Logarithm of the marginal likelihood of each row's outcomes, (R,).

    Each day is foretold from the bins before it and the days before it in its own bin: what they
    tell, N deal-days, is worth N·k/(k + N) for the day.
    """
    running = np.cumsum(chain.told, axis=-1) - chain.told
    in_bin = running - spread_bins(running[..., bin_starts(chain.ages)], chain.ages)
    in_bin = np.maximum(in_bin, 0.0)
    exits, days = (spread_bins(part, chain.ages) for part in chain.before)
    days = days + in_bin.sum(1, keepdims=True)
    level = (exits + in_bin[:, :-1]) / days
    size = _least(days, chain.bin_weight)
    worth = chain.day_weight * size / (chain.day_weight + size)
    likelihood: Floats = _days_likelihood(level, worth, chain.outcomes).sum(-1)
    return likelihood


def _least(days: Floats, bin_weight: Floats) -> Floats:
    """Deal-days that the commonest way out, which leans least, is known from, (R, A)."""
    commonest = np.argmin(bin_weight, axis=1)
    least: Floats = np.take_along_axis(days, commonest[:, None, None], axis=1)[:, 0]
    return least


def _without_own(chain: Chain) -> tuple[Floats, Floats]:
    """What all days but its own tell of a day: its levels, (R, J, A), and deal-days, (R, A)."""
    _, days = chain.filtered
    total = spread_bins(days + chain.bin_weight[..., None], chain.ages)
    own = chain.told
    exits = np.maximum(spread_bins(chain.levels(), chain.ages) * total - own[:, :-1], 0.0)
    others = np.maximum(total - own.sum(1, keepdims=True), _NEXT_TO_NOTHING)
    return exits / others, _least(others, chain.bin_weight)


# A pseudo-count where nothing has been seen, small enough never to matter beside one that has.
_NEXT_TO_NOTHING: Final = 1e-9
# The slowest way out that is told from never, in exits by deal-day.
_SLOWEST: Final = 1e-9


def _days_likelihood(level: Floats, worth: Floats, outcomes: Floats) -> Floats:
    """Logarithm of the Dirichlet-multinomial likelihood of each day, (R, A).

    Args:
        level: foretold chance of each way out, (R, J, A).
        worth: deal-days that this counts for, (R, A).
        outcomes: deal-days by outcome, (R, K, A).

    """
    stay = np.maximum(1 - level.sum(1, keepdims=True), _NEXT_TO_NOTHING)
    shape = np.concatenate((level, stay), axis=1) * worth[:, None]
    total = shape.sum(1)
    exposure = outcomes.sum(1)
    likelihood: Floats = np.zeros_like(exposure)
    seen = exposure > 0
    likelihood[seen] = gammaln(total[seen]) - gammaln(total[seen] + exposure[seen])
    row, outcome, age = np.nonzero(outcomes)
    alpha = np.maximum(shape[row, outcome, age], _NEXT_TO_NOTHING)
    gain = gammaln(alpha + outcomes[row, outcome, age]) - gammaln(alpha)
    rows, ages = exposure.shape
    sums = np.bincount(row * ages + age, weights=gain, minlength=rows * ages)
    likelihood += sums.reshape(rows, ages)
    return likelihood
