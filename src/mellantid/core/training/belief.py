"""How sellers differ, and how each one's pace swings by itself: learned by marginal likelihood.

A seller i passes leg l n times where the model expects E. Over the days before and after

    n_b ~ Poisson(E_b L u v g_b),   n_a ~ Poisson(E_a L r u v g_a).

u is what the seller is against the others on every leg, log-normal of mean 1 and log sd τ; v ~
Gamma(κ, κ), of mean 1, what they are on this leg besides; g_b and g_a, log-normal of mean 1 and log
sd σ, what each stretch of days is by itself; L the level of all sellers before, and r how it has
changed since. v is integrated out in closed form (a negative multinomial), u and g over nodes. κ
and τ say how far a bad stretch is to be believed, and σ how much two stretches differ where nobody
has trained: regression to the mean is made of these. Without u a seller's worst leg, which is
mostly their unluckiest where sellers are fast or slow on all legs alike, would be believed too
much.

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

STRENGTHS: Final = np.geomspace(1.5, 1000.0, 10)
"""κ: from sellers whom a leg sets 80 % apart to 3 %, alike likely beforehand."""
SWINGS: Final = np.array([0.0, 0.1, 0.2, 0.35])
"""σ: from none to 35 %."""
SPREADS: Final = np.array([0.0, 0.1, 0.2, 0.3, 0.45])
"""τ: from none to 45 %, alike likely beforehand."""
LOG_OWN: Final = np.linspace(-0.9, 0.9, 13)
"""log u, at which it is integrated."""
_SWING_SCALE: Final = 0.15
"""Scale of the half-normal prior of σ: a seller's half-years seldom differ by more than 30 %."""
NODES, _MASS = np.polynomial.hermite_e.hermegauss(3)
LOG_MASS: Final = np.log(_MASS / _MASS.sum())


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed of κ, σ and each seller's u.

    Attributes:
        strength: κ of each of H pairs of κ and σ, (H,).
        swing: σ of each, (H,).
        log_weight: how likely each is with each u of `LOG_OWN`, for each of N sellers, (N, H, U);
            sums to 1 as weights for every seller.

    """

    strength: Floats
    swing: Floats
    log_weight: Floats


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
    """Learn κ, τ and σ from all sellers and legs together, and each seller's u.

    Args:
        passes: of N sellers on L legs.
        trains: whether each trains for each leg, (N, L): what came after is left out.

    """
    strength, swing = (each.ravel() for each in np.meshgrid(STRENGTHS, SWINGS, indexing="ij"))
    told = _told(passes, trains, strength, swing)
    own = _own()
    # Sellers, pairs of κ and σ, τ: the chance of all that a seller has done, over u.
    likely = logsumexp(told[:, :, None] + own, axis=3)
    whole = likely.sum(axis=0) - (swing[:, None] / _SWING_SCALE) ** 2 / 2.0
    whole -= logsumexp(whole)
    joint = whole - likely
    # With τ summed over, what is left of it is how likely each u is.
    weight = logsumexp(joint[..., None] + own + told[:, :, None], axis=2)
    return Belief(strength, swing, weight)


def _own() -> Floats:
    """Log weight of each log u under each τ, (τ, U), of mean 1 on the grid."""
    spread = np.maximum(SPREADS, 0.02)[:, None]
    log = -((LOG_OWN / spread) ** 2) / 2.0
    log -= logsumexp(log, axis=1, keepdims=True)
    tilted: Floats = log - LOG_OWN / 2.0
    # A normal log tilted by -log(u)/2 has a mean of u near 1; the grid leaves a trace.
    tilted -= logsumexp(tilted, axis=1, keepdims=True)
    return tilted


def _told(passes: Passes, trains: Bools, strength: Floats, swing: Floats) -> Floats:
    """Log chance of all that each seller has done, by pair of κ and σ and by u, (N, H, U)."""
    level, change = levels(passes, trains)
    bend = np.exp(swung(swing))
    own = np.exp(LOG_OWN)[:, None]
    before = passes.expected_before * level
    after = np.where(trains, 0.0, passes.expected_after * level * change)
    made = np.where(trains, 0.0, passes.actual_after)
    found = np.zeros((len(before), strength.size, LOG_OWN.size))
    mass = (LOG_MASS[:, None] + LOG_MASS).ravel()
    earlier, later = (each.reshape(swing.size, -1) for each in _pairs(bend))
    for leg in range(before.shape[1]):
        # Sellers, pairs, u, pairs of nodes.
        cell = (slice(None), leg, None, None, None)
        told = log_chance(
            strength[:, None, None],
            (passes.actual_before[cell], before[cell] * own * earlier[:, None]),
            (made[cell], after[cell] * own * later[:, None]),
        )
        top = told.max(axis=3, keepdims=True)
        found += np.log(np.exp(told - top) @ np.exp(mass)) + top[..., 0]
    return found


def _pairs(bend: Floats) -> tuple[Floats, Floats]:
    """Every factor before with every factor after, (H, nodes, nodes) each."""
    whole = (*bend.shape, bend.shape[1])
    return np.broadcast_to(bend[:, :, None], whole), np.broadcast_to(bend[:, None, :], whole)


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
