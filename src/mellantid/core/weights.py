"""How strongly a day leans on its age bin, chosen by the data, and a bin on its neighbours.

The day's weight of `core/chain.py` maximises, stage by stage, the marginal likelihood: the chance
of all days' outcomes, each foretold from the days before it (Dirichlet-multinomial, since the
chain's belief about a day is a Dirichlet), times a weak prior. A *spike*, a day that its neighbours
make hard to believe, such as the day on which a rule closes everything untouched, gets next to no
weight, so that it neither is smoothed away nor roughens the days around it.

The bin's weight is not chosen so. The likelihood of single days likes bins that lean hard, but the
chance to be won adds up many ages, where the lag of a hard-leaning bin behind a hazard that rises
and falls does not average out: on simulated organisations F came out up to 10 % too low. A few
exits' worth keeps it within 2 % while empty bins still borrow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from mellantid.core.bins import bin_starts, spread_bins
from mellantid.core.chain import Chain
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats

# Weights are given in expected exits, which fits fast and slow stages alike: a bin that is worth
# c exits to its neighbour leaves it a spread of 1/sqrt(c) of its own size, here some 60 %.
BIN_EXITS: Final = 3.0
# The day's weight is sought on a grid, with a weak prior: days differ within a bin by some 6 %, give
# or take a factor 4.5 in the weight (one standard deviation of its logarithm).
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


def fixed_weights(outcomes: Floats, prior: Floats, weights: Weights) -> Chain:
    """The chain of outcomes (R, K, A) and prior pseudo-counts (R, K) with these weights."""
    rows, _, ages = outcomes.shape
    days = np.full((rows, ages), weights.day)
    return Chain(outcomes, prior, days, np.full(rows, weights.bin))


def chosen_weights(outcomes: Floats, prior: Floats) -> Chain:
    """The chain of outcomes (R, K, A) and prior pseudo-counts (R, K) with the likeliest weights.

    The day's weight is sought, then spikes are marked, and it is sought again without them.
    """
    level = _exit_level(outcomes, prior)
    unmarked = np.zeros((level.size, outcomes.shape[-1]), dtype=bool)
    search = _Search(outcomes, prior, level, unmarked)
    day = search.best_day()
    for _ in range(ROUNDS):
        marked = replace(search, spike=search.spikes(day))
        if np.array_equal(marked.spike, search.spike):
            break
        search, day = marked, marked.best_day()
    return search.chain(day)


def _exit_level(outcomes: Floats, prior: Floats) -> Floats:
    """Daily chance of any exit after the day of entry, (R,): the last outcome is the stay."""
    later = outcomes[..., 1:].sum(-1) + prior
    level: Floats = later[:, :-1].sum(-1) / later.sum(-1)
    return np.maximum(level, np.finfo(np.float64).tiny ** 0.25)


@dataclass(frozen=True)
class _Search:
    """The outcomes whose day weight, in expected exits, (R,), is sought."""

    outcomes: Floats
    prior: Floats
    level: Floats
    spike: Bools

    def chain(self, day: Floats) -> Chain:
        by_day = np.where(self.spike, np.minimum(day, SPIKE_EXITS)[:, None], day[:, None])
        level = self.level
        return Chain(self.outcomes, self.prior, by_day / level[:, None], BIN_EXITS / level)

    def best_day(self) -> Floats:
        scores = [self._score(np.full(self.level.size, day)) for day in GRID]
        best: Floats = GRID[np.argmax(scores, axis=0)]
        return best

    def _score(self, day: Floats) -> Floats:
        distance = np.log(day / USUAL_DAY) ** 2
        scores: Floats = log_likelihood(self.chain(day)) - distance / (2 * LOG_SPREAD**2)
        return scores

    def spikes(self, day: Floats) -> Bools:
        """Days that are likelier on their own than from all other days, (R, A)."""
        chain = self.chain(day)
        others = _without_own(chain)
        size = others.sum(1)
        weight = (day / self.level)[:, None]
        leaning = weight / (weight + size)
        alone = np.minimum(SPIKE_EXITS / self.level[:, None] / size, leaning)
        gain = _days_likelihood(others * alone[:, None], chain.outcomes)
        gain -= _days_likelihood(others * leaning[:, None], chain.outcomes)
        marked: Bools = gain > np.log(SPIKE_ODDS)
        marked[:, 0] = False
        return marked


def log_likelihood(chain: Chain) -> Floats:
    """Logarithm of the marginal likelihood of each row's outcomes, (R,).

    Each day is foretold from the bins before it and the days before it in its own bin: what they
    tell, N deal-days, is worth N·k/(k + N) for the day.
    """
    before, _ = chain.filtered()
    running = np.cumsum(chain.told, axis=-1) - chain.told
    in_bin = running - spread_bins(running[..., bin_starts(chain.ages)], chain.ages)
    known = spread_bins(before, chain.ages) + np.maximum(in_bin, 0.0)
    worth = chain.day_weight / (chain.day_weight + known.sum(1))
    likelihood: Floats = _days_likelihood(known * worth[:, None], chain.outcomes).sum(-1)
    return likelihood


def _without_own(chain: Chain) -> Floats:
    """What is known of each day's bin from all days but its own, in pseudo-counts, (R, K, A)."""
    _, known = chain.filtered()
    size = known.sum(1) + chain.bin_weight[:, None]
    counts = spread_bins(chain.levels() * size[:, None], chain.ages)
    others: Floats = np.maximum(counts - chain.told, _NEXT_TO_NOTHING)
    return others


# A pseudo-count where nothing has been seen, small enough never to matter beside one that has.
_NEXT_TO_NOTHING: Final = 1e-9


def _days_likelihood(shape: Floats, outcomes: Floats) -> Floats:
    """Logarithm of the Dirichlet-multinomial likelihood of each day, (R, A)."""
    exposure = outcomes.sum(1)
    total = shape.sum(1)
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
