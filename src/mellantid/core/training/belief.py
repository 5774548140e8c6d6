"""How sellers differ, and how each one's pace swings by itself: learned by marginal likelihood.

A seller i passes a leg n times where the model expects E. Over the days before and after

    n_b ~ Poisson(E_b L θ g_b),   n_a ~ Poisson(E_a L r θ g_a),

with θ ~ Gamma(κ, κ), of mean 1, what the seller always is against the others; g_b and g_a, log-
normal of mean 1 and log sd σ, what each stretch of days is by itself; L the level of all sellers
before and r how it has changed since. θ is integrated out in closed form (a negative multinomial),
g over the nodes of a Gauss-Hermite rule. κ says how far a bad stretch is to be believed, σ how much
two stretches differ where nobody has trained: both are what regression to the mean is made of.

The likelihood is over all sellers and legs. Of one who trains, the stretch after is left out: who
trains may be chosen by how it went before, and what is left out for a reason that is in the data
does not bias a likelihood (Rubin, Biometrika 63, 1976).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln, logsumexp, xlogy

if TYPE_CHECKING:
    from mellantid.core.training.passes import Passes
    from mellantid.core.types import Bools, Floats

STRENGTHS: Final = np.geomspace(1.0, 1000.0, 12)
"""κ: from sellers who differ by 100 % to sellers who differ by 3 %, alike likely beforehand."""
SWINGS: Final = np.array([0.0, 0.075, 0.15, 0.25, 0.4])
"""σ: from none to 40 %."""
_SWING_SCALE: Final = 0.15
"""Scale of the half-normal prior of σ: a seller's half-years seldom differ by more than 30 %."""
NODES, _MASS = np.polynomial.hermite_e.hermegauss(5)
LOG_MASS: Final = np.log(_MASS / _MASS.sum())


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed of κ and σ.

    Attributes:
        strength: κ of each of H pairs, (H,).
        swing: σ of each, (H,).
        log_weight: how likely each is, (H,); sums to 1 as weights.

    """

    strength: Floats
    swing: Floats
    log_weight: Floats

    @property
    def spread(self) -> float:
        """By how much sellers differ, as the likely sd of θ."""
        return float(np.exp(self.log_weight) @ (1.0 / np.sqrt(self.strength)))

    @property
    def mean_swing(self) -> float:
        """The likely σ."""
        return float(np.exp(self.log_weight) @ self.swing)


def levels(passes: Passes, trains: Bools) -> tuple[Floats, Floats]:
    """The level of all sellers before, and its change since in those who do not train, (L,) each.

    Args:
        passes: of N sellers on L legs.
        trains: whether each trains for each leg, (N, L).

    """
    before = _ratio(passes.actual_before, passes.expected_before, trains & False)
    after = _ratio(passes.actual_after, passes.expected_after, trains)
    return before, after / before


def _ratio(actual: Floats, expected: Floats, without: Bools) -> Floats:
    """Passes over what was expected, half a pass added to each so that there is always one."""
    found: Floats = (np.where(without, 0.0, actual).sum(axis=0) + 0.5) / (
        np.where(without, 0.0, expected).sum(axis=0) + 0.5
    )
    return found


def swung(swing: Floats) -> Floats:
    """The log factors g at the rule's nodes, of mean 1, (..., nodes)."""
    found: Floats = swing[..., None] * NODES - (swing**2 / 2.0)[..., None]
    return found


def learned(passes: Passes, trains: Bools) -> Belief:
    """Learn κ and σ from all sellers and legs together.

    Args:
        passes: of N sellers on L legs.
        trains: whether each trains for each leg, (N, L): what came after is left out.

    """
    strength, swing = (each.ravel() for each in np.meshgrid(STRENGTHS, SWINGS, indexing="ij"))
    level, change = levels(passes, trains)
    mean_before = (passes.expected_before * level).ravel()
    mean_after = np.where(trains, 0.0, passes.expected_after * level * change).ravel()
    before = passes.actual_before.ravel()
    after = np.where(trains, 0.0, passes.actual_after).ravel()
    seen = mean_before + mean_after > 0
    before, after = before[seen], after[seen]
    bend = np.exp(swung(swing))
    # Pairs of κ and σ, nodes before, nodes after, sellers and legs.
    told = log_chance(
        strength[:, None, None, None],
        (before, mean_before[seen] * bend[:, :, None, None]),
        (after, mean_after[seen] * bend[:, None, :, None]),
    )
    mass = LOG_MASS[:, None, None] + LOG_MASS[None, :, None]
    likely = logsumexp(told + mass, axis=(1, 2)).sum(axis=1) - (swing / _SWING_SCALE) ** 2 / 2.0
    return Belief(strength, swing, likely - logsumexp(likely))


def log_chance(
    strength: Floats, before: tuple[Floats, Floats], after: tuple[Floats, Floats] | None = None
) -> Floats:
    """Log chance of the passes of one θ, up to a term that depends on the passes alone.

    Args:
        strength: κ.
        before: passes, and the mean that they would have at θ = 1.
        after: likewise; None: not known.

    """
    (n, mean), (m, later) = before, after or (np.zeros(1), np.zeros(1))
    found: Floats = (
        gammaln(strength + n + m)
        - gammaln(strength)
        + xlogy(strength, strength)
        + xlogy(n, mean)
        + xlogy(m, later)
        - (strength + n + m) * np.log(strength + mean + later)
    )
    return found
