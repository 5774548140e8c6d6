"""The half-life of each stage: how fast its old exits are forgotten, chosen by what came next.

Month by month, with d exits by a way out where the model foretells E for those at risk, the level
θ of the months ahead is foretold from the months before, which count for less the older they are:

    θ ~ Gamma(a, b),  a = κ + Σ ρ^i d[-i],  b = κ + Σ ρ^i E[-i],  ρ = 2^(-1/H)
    d ~ negative binomial of mean E a/b and shape 1/(1/a + σ²)

(the gamma-Poisson model with discounting: Harvey and Fernandes, J. Bus. Econ. Stat. 7, 1989; σ is
how far months differ for no lasting reason). σ is the likeliest for each half-life: without it a
short memory wins where months are uneven, only because it is less sure of itself.

The logarithm of the chance of what came is summed over the months and a stage's ways out. A half-
life is taken where it beats remembering everything by `GAIN` a month ahead, and is hardly worse a
quarter ahead. Stages are judged one by one: it is a leg that changes, and seldom the whole course.

What moves all stages of a month together is no change of a leg, and passes. So a stage must also
gain where its movements onward are foretold with the swing of the *others* in that month (the mean
of a gamma whose prior has the period factor's sd). The course itself is judged apart, on movements
onward of all stages, a quarter ahead: swings that pass foretell nothing of the next quarter, a
change that lasts does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import exposure_by_age
from mellantid.core.counting.fading import DAYS_IN_MONTH, Fading, month_number
from mellantid.core.modelling.swing import onward, swing_of_others

if TYPE_CHECKING:
    from mellantid.core.counting.counts import Counts
    from mellantid.core.types import Bools, Floats, Ints

HALF_LIVES: Final = (np.inf, 24.0, 12.0, 6.0, 3.0, 1.5)
"""Those that are tried, in months."""
GAIN: Final = 3.0
"""What forgetting must add to the log score of a stage, a month ahead: odds of 20 to 1."""
QUARTER: Final = 3
"""Months ahead that it must not foretell much worse."""
LOSS: Final = 1.0
"""What it may lose a quarter ahead: of a leg that slowed two months ago nobody knows that yet."""
UNEVEN: Final = np.array([0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2, 1.6])
"""The σ that are tried."""
USUAL: Final = 0.05
"""Scale of σ's half-normal prior: a month is uneven by chance, unless it says otherwise loudly."""
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
    return Fading(half_lives(*exits_by_month(counts, hazard)), now)


def half_lives(foretold: Floats, seen: Floats) -> Floats:
    """The half-life of each stage in months, infinite where nothing is forgotten, (S,).

    Args:
        foretold: exits that a model that remembers everything foretells, (M, S, D).
        seen: exits that came, (M, S, D).

    """
    if len(foretold) < FEWEST:
        return np.full(foretold.shape[1], np.inf)
    swung = foretold * swing_of_others(foretold, seen)

    def gained(ahead: int) -> Floats:
        return np.minimum(_gains(foretold, seen, ahead), _gains(swung, seen, ahead))

    gain = gained(1)
    total = np.where(gain >= GAIN, gain, 0.0)
    if total.any():
        later = gained(QUARTER)
        total = np.where((total > 0) & (later >= -LOSS), total + later, 0.0)
    # Where none gains the first one is the best: the one that forgets nothing.
    own: Floats = np.array(HALF_LIVES)[np.argmax(total, axis=0)]
    return np.fmin(own, _of_course(foretold, seen))


def _of_course(foretold: Floats, seen: Floats) -> float:
    """The half-life of the level that all stages share; infinite where it has not changed.

    What one stage accounts for is that stage's: whichever is left out, the others must show it.
    """
    ways = onward(foretold.shape[1:])
    told, moved = (np.where(ways, each, 0.0).sum(axis=2) for each in (foretold, seen))
    # The course without each stage in turn, as if those were stages of one way each, (M, S, 1).
    told, moved = (each.sum(axis=1, keepdims=True) - each for each in (told, moved))
    gain = _gains(told[:, :, None], moved[:, :, None], QUARTER).min(axis=1)
    best = int(np.argmax(gain))
    return HALF_LIVES[best] if gain[best] >= GAIN else np.inf


def _gains(foretold: Floats, seen: Floats, ahead: int = 1) -> Floats:
    """What each half-life adds to each stage's log score, (H, S)."""
    scores = np.stack([log_score(foretold, seen, each, ahead) for each in HALF_LIVES])
    gains: Floats = scores - scores[0]
    return gains


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


def log_score(foretold: Floats, seen: Floats, half_life: float, ahead: int = 1) -> Floats:
    """Each stage's summed log chance of the exits of the months ahead, (S,).

    Args:
        foretold: exits that the model foretells, (M, S, D).
        seen: exits that came, (M, S, D).
        half_life: in months.
        ahead: how many months are foretold together; as they overlap each counts for its part.

    """
    ways: Bools = foretold.sum(axis=0) > 0
    foretold, seen = foretold[:, ways], seen[:, ways]
    shape, rate = _learned(foretold, seen, half_life)
    mean, came = (_together(each, ahead)[LEARNING:] for each in (foretold, seen))
    shape, rate = (each[LEARNING : LEARNING + len(mean)] for each in (shape, rate))
    some = mean > 0
    level = np.where(some, shape / rate * mean, 1.0)
    scores = []
    stage = np.nonzero(ways)[0]
    for sd in UNEVEN:
        chance = np.where(some, _log_chance(came, level, 1 / (1 / shape + sd**2)), 0.0).sum(0)
        scores.append(np.bincount(stage, chance, len(ways)) - 0.5 * (sd / USUAL) ** 2)
    best: Floats = np.max(scores, axis=0) / ahead
    return best


def _together(by_month: Floats, ahead: int) -> Floats:
    """Sums of each month and those after it, so many months together."""
    total = np.cumsum(np.concatenate([np.zeros((1, by_month.shape[1])), by_month]), axis=0)
    together: Floats = total[ahead:] - total[:-ahead]
    return together


def _learned(foretold: Floats, seen: Floats, half_life: float) -> tuple[Floats, Floats]:
    """What the months before each one say of its level: a and b, by month and way out."""
    kept = 2.0 ** (-1.0 / half_life)
    shape, rate = np.zeros(foretold.shape), np.zeros(foretold.shape)
    for month in range(1, len(foretold)):
        shape[month] = kept * (shape[month - 1] + seen[month - 1])
        rate[month] = kept * (rate[month - 1] + foretold[month - 1])
    return shape + OWN_EXITS, rate + OWN_EXITS


def _log_chance(came: Floats, mean: Floats, shape: Floats) -> Floats:
    """Of negative binomial counts, without log d!, which is the same for all half-lives."""
    from scipy.special import gammaln  # noqa: PLC0415  # slow to load, not always wanted

    odds = gammaln(shape + came) - gammaln(shape) - shape * np.log1p(mean / shape)
    chance: Floats = odds + came * np.log(mean / (shape + mean))
    return chance


def _months_later(age: Ints) -> Ints:
    """How many calendar months after its month of entry a stay reaches an age."""
    later: Ints = ((age + DAYS_IN_MONTH / 2) // DAYS_IN_MONTH).astype(np.int64)
    return later
