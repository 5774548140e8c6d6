"""How many activities a movement onward takes on a leg: movements per activity, gamma-Poisson.

Seller i, who does a activities on a leg, makes n movements onward on it,

    n_i ~ Poisson(ρ_i a_i),    ρ_i ~ Gamma(α, α / ρ),

of mean ρ: so n_i is negative binomial, and ρ_i given n_i is Gamma(α + n_i, α / ρ + a_i). The units
that differ are sellers, not weeks: how somebody sells and what they log is much the same from week
to week and differs between people, while the movement that a week's activities lead to comes weeks
later, so that single weeks tell more of the delay than of the yield. What weeks add is told by φ,
the spread of a seller's movements over stretches of four weeks around their share by activities.
Given their sum n_i they are multinomial with shares p, so that

    φ = Σ (n_ic - n_i p_ic)² / Σ n_i (1 - Σ_c p_ic²)

is 1 under the model; where it is more, every count is worth 1 / φ of one (McCullagh and Nelder,
Generalized Linear Models, 2nd ed., ch. 6). It is drawn toward 1 as if `WEIGHT` movements had been
seen that keep to it, and is never less.

α and ρ are averaged over by their likelihood, on a grid, with log ρ and log α flat beforehand. A
seller of whom nothing is known is told Gamma(α, α / ρ): what the others take, as widely as sellers
differ. Told is 1 / E[ρ], the number of activities after which one movement is to be expected, and
the 80 % interval of 1 / ρ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammainc, gammaln, logsumexp

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.types import Floats

LEVEL: Final = 0.8
LEAST_MOVEMENTS: Final = 5
LEAST_ACTIVITIES: Final = 10
"""Fewer, and it is too early to say."""
WEIGHT: Final = 10.0
_SHAPES: Final = np.geomspace(1.0, 200.0, 12)
"""α: from sellers who differ by 100 % to 7 %."""
_MEANS: Final = 31
_COARSE: Final = np.linspace(-3.5, 3.5, 57)
_HALVINGS: Final = 50


@dataclass(frozen=True, eq=False)
class Yield:
    """Movements per activity as believed: a mixture of K gammas for each of the asked.

    Attributes:
        shape: (..., K).
        rate: (..., K).
        weight: (..., K), summing to 1 along K.

    """

    shape: Floats
    rate: Floats
    weight: Floats

    def of(self, place: int) -> Yield:
        """That of one of the asked."""
        return Yield(self.shape[place], self.rate[place], self.weight[place])

    @property
    def mean(self) -> Floats:
        """Movements to be expected of one activity."""
        found: Floats = (self.weight * self.shape / self.rate).sum(axis=-1)
        return found

    def quantile(self, p: float) -> Floats:
        """The number of movements per activity below which the chance is `p`; by bisection."""
        means = self.shape / self.rate
        low, high = np.log(means.min(axis=-1)) - 12.0, np.log(means.max(axis=-1)) + 6.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            below = self.weight * gammainc(self.shape, self.rate * np.exp(middle)[..., None])
            less = below.sum(axis=-1) < p
            low, high = np.where(less, middle, low), np.where(less, high, middle)
        found: Floats = np.exp((low + high) / 2.0)
        return found

    def draw(self, rng: Generator, n: int) -> Floats:
        """Draws of movements per activity, (n,), of one who is asked."""
        which = rng.choice(self.weight.size, n, p=self.weight / self.weight.sum())
        return rng.gamma(self.shape[which], 1.0 / self.rate[which])


@dataclass(frozen=True, eq=False)
class LegYield:
    """What is believed of one leg.

    Attributes:
        activities: counted, of all sellers together.
        movements: likewise.
        spread: φ.
        sellers: of each of N sellers.
        anyone: of a seller of whom nothing is known.
        together: of all together: ρ itself.

    """

    activities: float
    movements: float
    spread: float
    sellers: Yield
    anyone: Yield
    together: Yield

    @property
    def missing(self) -> tuple[int, int]:
        """Movements and activities that are still needed before anything is told."""
        return (
            max(LEAST_MOVEMENTS - int(self.movements), 0),
            max(LEAST_ACTIVITIES - int(self.activities), 0),
        )

    @property
    def early(self) -> bool:
        """Whether it is too early to say."""
        return any(self.missing)


def leg_yield(activities: Floats, movements: Floats) -> LegYield:
    """Learn how many movements an activity is worth on a leg.

    Args:
        activities: of N sellers in C stretches, (N, C).
        movements: likewise.

    """
    phi = spread(activities, movements)
    done, moved = activities.sum(axis=1) / phi, movements.sum(axis=1) / phi
    log_mean = _around(done, moved)
    shape, mean = np.meshgrid(_SHAPES, np.exp(log_mean), indexing="ij")
    log = _likelihood(done, moved, shape, mean)
    weight = np.exp(log - logsumexp(log)).ravel()
    prior, rate = shape.ravel(), (shape / mean).ravel()
    whole = (done.size, weight.size)
    return LegYield(
        activities=float(activities.sum()),
        movements=float(movements.sum()),
        spread=phi,
        sellers=Yield(prior + moved[:, None], rate + done[:, None], np.broadcast_to(weight, whole)),
        anyone=Yield(prior, rate, weight),
        together=_narrow(mean.ravel(), weight),
    )


def spread(activities: Floats, movements: Floats) -> float:
    """φ, by how much stretches differ more than chance; 1 where they do not."""
    total = activities.sum(axis=1, keepdims=True)
    share = activities / np.where(total > 0, total, 1.0)
    made = movements.sum(axis=1, keepdims=True)
    off = ((movements - made * share) ** 2)[total[:, 0] > 0].sum()
    usual = (made[:, 0] * (1.0 - (share**2).sum(axis=1)))[total[:, 0] > 0].sum()
    return max(float((off + WEIGHT) / (usual + WEIGHT)), 1.0)


def _around(done: Floats, moved: Floats) -> Floats:
    """Where log ρ may lie: found coarsely, then over four standard deviations."""
    centre = np.log((moved.sum() + 0.5) / (done.sum() + 0.5))
    coarse = centre + _COARSE
    shape, mean = np.meshgrid(_SHAPES, np.exp(coarse), indexing="ij")
    log = _likelihood(done, moved, shape, mean)
    weight = np.exp(log - logsumexp(log)).sum(axis=0)
    at = float(weight @ coarse)
    step = float(coarse[1] - coarse[0])
    sd = max(float(np.sqrt(weight @ (coarse - at) ** 2)), step / 4.0)
    return np.linspace(at - 4.0 * sd, at + 4.0 * sd, _MEANS)


def _likelihood(done: Floats, moved: Floats, shape: Floats, mean: Floats) -> Floats:
    """Log chance of all sellers' movements, up to what does not depend on α and ρ."""
    rate = shape / mean
    # Sellers one after the other: their number has no bound, the grid has.
    found = np.zeros(shape.shape)
    for a, n in zip(done.tolist(), moved.tolist(), strict=True):
        found += (
            gammaln(shape + n)
            - gammaln(shape)
            + shape * np.log(rate)
            - (shape + n) * np.log(rate + a)
        )
    return found


def _narrow(mean: Floats, weight: Floats) -> Yield:
    """ρ itself: each point of the grid as a gamma as narrow as half a step."""
    values, place = np.unique(mean, return_inverse=True)
    mass: Floats = np.bincount(place, weights=weight).astype(np.float64)
    step = float(np.log(values[1] / values[0]))
    shape = np.full(values.size, (2.0 / step) ** 2)
    return Yield(shape, shape / values, mass)
