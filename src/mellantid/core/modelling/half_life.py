"""The half-life of each stage: how fast its old exits are forgotten, chosen by what came next.

Month by month, with d exits by a way out where the model foretells E for those at risk, the level
θ of the month is foretold from the months before it, which count for less the older they are:

    θ ~ Gamma(κ + Σ ρ^i d[-i], κ + Σ ρ^i E[-i]),  ρ = 2^(-1/H),      d ~ negative binomial

(the gamma-Poisson model with discounting: Harvey and Fernandes, J. Bus. Econ. Stat. 7, 1989). The
logarithm of the chance of each month's exits, foretold a month ahead, is summed over the months and
the ways out of a stage. A half-life is taken where that beats remembering everything by `GAIN`; the
stages are judged one by one, since it is a leg that changes and seldom the course.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import exposure_by_age
from mellantid.core.counting.fading import DAYS_IN_MONTH, Fading, month_number

if TYPE_CHECKING:
    from mellantid.core.counting.counts import Counts
    from mellantid.core.types import Floats, Ints

HALF_LIVES: Final = (np.inf, 24.0, 12.0, 6.0, 3.0, 1.5)
"""Those that are tried, in months."""
GAIN: Final = 3.0
"""What forgetting must add to the log score of a stage: odds of 20 to 1."""
FEWEST: Final = 9
"""Months of history below which nothing can be said of forgetting."""
LONGEST: Final = 120
"""Months before the last entry that are looked at: ten years."""
LEARNING: Final = 6
"""Months that are foretold from and not judged."""
OWN_EXITS: Final = 0.5
"""κ: what the model counts for beside the months, in exits."""


def chosen_fading(counts: Counts, hazard: Floats, now: int) -> Fading:
    """How the counts of each stage are best forgotten.

    Args:
        counts: all that has been seen.
        hazard: daily chances by a model that remembers everything, (S, D, A).
        now: the present month (year * 100 + month).

    """
    foretold, seen = exits_by_month(counts, hazard)
    stages = hazard.shape[0]
    if len(foretold) < FEWEST:
        return Fading(np.full(stages, np.inf), now)
    scores = np.stack([log_score(foretold, seen, each) for each in HALF_LIVES])
    best = np.argmax(scores, axis=0)
    gain = scores[best, np.arange(stages)] - scores[0]
    return Fading(np.where(gain >= GAIN, np.array(HALF_LIVES)[best], np.inf), now)


def exits_by_month(counts: Counts, hazard: Floats) -> tuple[Floats, Floats]:
    """Exits that the chances foretell, and exits that came, by calendar month, (M, S, D) each.

    A stay is taken to begin in the middle of its month of entry.
    """
    stages, destinations, ages = hazard.shape
    if not counts.size:
        none = np.zeros((0, stages, destinations))
        return none, none
    month = month_number(counts.month)
    month = month - max(int(month.min()), int(month.max()) - LONGEST)
    rows = month >= 0
    month, stage, to, age, count = (
        each[rows] for each in (month, counts.stage, counts.to, counts.age, counts.count)
    )
    later = _months_later(age)
    months = int((month + later).max()) + 1
    shape = (int(month.max()) + 1, stages)
    exposure = exposure_by_age(
        shape, ages, month * stages + stage, counts.entry_age[rows], age, count.astype(np.float64)
    )
    foretold = np.zeros((months, stages, destinations))
    of_age = _months_later(np.arange(ages))
    # The last age stands for all later ones, which is no matter of months: its days go to its own.
    for offset in range(int(of_age[-1]) + 1):
        some = of_age == offset
        told = np.einsum("msa,sda->msd", exposure[..., some], hazard[..., some])
        foretold[offset : offset + len(told)] += told[: months - offset]
    out = to < destinations
    place = ((month + np.minimum(later, of_age[-1])) * stages + stage) * destinations + to
    came = np.bincount(place[out], count[out], foretold.size)
    return foretold, came.reshape(foretold.shape).astype(np.float64)


def log_score(foretold: Floats, seen: Floats, half_life: float) -> Floats:
    """Each stage's summed log chance of its months' exits, foretold a month ahead, (S,).

    Args:
        foretold: exits that the model foretells, (M, S, D).
        seen: exits that came, (M, S, D).
        half_life: in months.

    """
    from scipy.special import gammaln  # noqa: PLC0415  # slow to load, not always wanted

    kept = 2.0 ** (-1.0 / half_life)
    shape, rate = np.zeros(foretold.shape), np.zeros(foretold.shape)
    for month in range(1, len(foretold)):
        shape[month] = kept * (shape[month - 1] + seen[month - 1])
        rate[month] = kept * (rate[month - 1] + foretold[month - 1])
    shape, rate, mean, came = (
        each[LEARNING:] for each in (shape + OWN_EXITS, rate + OWN_EXITS, foretold, seen)
    )
    some = mean > 0
    chance = np.zeros(mean.shape)
    a, b, e, d = shape[some], rate[some], mean[some], came[some]
    chance[some] = gammaln(a + d) - gammaln(a) + a * np.log(b / (b + e)) + d * np.log(e / (b + e))
    score: Floats = chance.sum(axis=(0, 2))
    return score


def _months_later(age: Ints) -> Ints:
    """How many calendar months after its month of entry a stay reaches an age."""
    later: Ints = ((age + DAYS_IN_MONTH / 2) // DAYS_IN_MONTH).astype(np.int64)
    return later
