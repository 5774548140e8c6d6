"""Before and after, against the team: a difference in differences on the log rate.

What is asked is ρ, by which the rate of a leg's passes changed beyond what the others' did:

    ρ = (n_a / E_a) / (n_b / E_b)  /  (m_a / F_a) / (m_b / F_b),

n and E of the one who trains, m and F of those compared with, before and after. A small n_b is in
part bad luck, which goes away without any training, so n_b / E_b is not taken as it is. With κ, σ
and u as believed (`belief`), v given n_b is Gamma(κ + n_b, κ + E_b L u g_b), so n_a at a given ρ
is negative binomial of shape κ + n_b and mean ρ E_a L r u g_a (κ + n_b) / (κ + E_b L u g_b), mixed
over what is not known: κ, σ, u, g_b given n_b, g_a, and r, whose log has the posterior of
log(m_a / F_a) - log(m_b / F_b), gamma each (mean and variance by digamma and trigamma), widened by
the swings of those compared with.

The interval is the set of ρ at which n_a is not in a tail: its ends have
P(N > n_a) + P(N = n_a) / 2 = 0.1 and 0.9 (mid-p), and the estimate 0.5, so that it is too high as
often as too low. All this is given n_b, so it holds however the leg was chosen from what was known
before. The evidence is the mixed chance of n_a at ρ's about 1 over that at 1: an e-process (a
likelihood ratio of fixed mixtures), so under no effect it ever reaches 1 / α with chance α at most,
however often one looks (Ville).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import betainc, digamma, gammaln, logsumexp, polygamma

from mellantid.core.training.belief import LOG_MASS, LOG_OWN, levels, log_chance, swung

if TYPE_CHECKING:
    from mellantid.core.training.belief import Belief
    from mellantid.core.training.passes import Passes
    from mellantid.core.types import Bools, Floats

LEVEL: Final = 0.8
ALPHA: Final = 0.2
"""The chance that an effect is ever told of where there is none."""
LEAST_EXPECTED: Final = 5.0
"""Passes to be expected in each stretch before a ratio is told."""
LEAST_DAYS: Final = 20
"""Working days after the first week before a ratio is told: four weeks."""
LEAST_COMPARED: Final = 10.0
"""Passes expected of the rest of the team in each stretch; from fewer, everyone else is taken."""
_WIDEST: Final = 64.0
"""Ratios are looked for within this factor of 1."""
_COARSE: Final = np.geomspace(1.0 / _WIDEST, _WIDEST, 19)
_FINE: Final = np.linspace(0.0, 1.0, 9)
_OTHERWISE: Final = 0.4
"""Log sd of the effects that the evidence looks for: 20 to 100 per cent, either way."""
_NODES, _MASS = np.polynomial.hermite_e.hermegauss(5)
_SHARE: Final = _MASS / _MASS.sum()
_EFFECTS, _MORE = np.polynomial.hermite_e.hermegauss(11)
_LIKELY: Final = _MORE / _MORE.sum()
_NEGLIGIBLE: Final = 1e-3


class Finding(StrEnum):
    """What can be said."""

    EARLY = "too early to say"
    NONE = "may be chance"
    FASTER = "faster"
    SLOWER = "slower"


@dataclass(frozen=True)
class Effect:
    """What happened on a leg before and after.

    Attributes:
        expected_before: passes to be expected of the deals at risk in the days before, at the
            pace of all sellers, E_b L.
        actual_before: passes made in them.
        expected_after: of the days after the first week, at the pace to which the others have
            changed, E_a L r.
        actual_after: likewise.
        before: pace before over the others', as believed: a bad stretch only in part.
        raw_before: the same as counted; None where nothing was expected.
        change: by which the others' pace has changed, r.
        ratio: ρ; None where it is too early to say.
        low: the interval's lower end; None likewise.
        high: its upper end.
        e_value: evidence that ρ is not 1.
        finding: what can be said.

    """

    expected_before: float
    actual_before: int
    expected_after: float
    actual_after: int
    before: float
    raw_before: float | None
    change: float
    ratio: float | None
    low: float | None
    high: float | None
    e_value: float
    finding: Finding


@dataclass(frozen=True, eq=False)
class _Foreseen:
    """n_a at ρ = 1 as a mixture of K negative binomials: shape, odds of the rate, weight."""

    shape: Floats
    scale: Floats
    weight: Floats

    @property
    def mean(self) -> float:
        return float(self.weight @ (self.shape * self.scale))

    def above(self, ratio: Floats, n: int) -> Floats:
        """P(N > n) + P(N = n) / 2 at each ratio, (ratios,)."""
        stays = 1.0 / (1.0 + ratio[:, None] * self.scale)
        most: Floats = betainc(self.shape, n + 1.0, stays) @ self.weight
        return 1.0 - most + self.chance(ratio, n) / 2.0

    def chance(self, ratio: Floats, n: int) -> Floats:
        """P(N = n) at each ratio, (ratios,)."""
        moves = ratio[:, None] * self.scale
        log = (
            gammaln(self.shape + n)
            - gammaln(self.shape)
            - gammaln(n + 1.0)
            + n * np.log(moves)
            - (self.shape + n) * np.log1p(moves)
        )
        found: Floats = np.exp(log) @ self.weight
        return found


def effect(
    passes: Passes, seller: int, compared: Bools, trains: Bools, belief: Belief, days: int
) -> Effect:
    """Tell what happened on one leg.

    Args:
        passes: of N sellers on that leg, (N, 1).
        seller: which of them trains.
        compared: the others that are compared with, (N,).
        trains: who trains for this leg, (N,), the seller too.
        belief: of κ, σ and each seller's u.
        days: working days after the first week.

    """
    level, _ = levels(passes, trains[:, None])
    told = tuple(float(each[seller, 0]) for each in vars(passes).values())
    expected, made, later, now = told
    mean, n, n_after = expected * float(level[0]), int(made), int(now)
    change, variance, weights = _change(passes, compared)
    foreseen, before = _foreseen(
        belief, seller, (n, mean, later * float(level[0])), (change, variance, weights)
    )
    e_value = _evidence(foreseen, n_after)
    early = days < LEAST_DAYS or min(foreseen.mean, mean) < LEAST_EXPECTED
    low, ratio, high = (None,) * 3 if early else _interval(foreseen, n_after)
    return Effect(
        expected_before=mean,
        actual_before=n,
        expected_after=later * float(level[0]) * float(np.exp(change)),
        actual_after=n_after,
        before=before,
        raw_before=n / mean if mean > 0 else None,
        change=float(np.exp(change)),
        ratio=ratio,
        low=low,
        high=high,
        e_value=e_value,
        finding=_finding(e_value, ratio),
    )


def enough_compared(passes: Passes, compared: Bools) -> bool:
    """Whether those compared with (N,) had enough to pass on a leg, both before and after."""
    before = float(passes.expected_before[compared].sum())
    return min(before, float(passes.expected_after[compared].sum())) >= LEAST_COMPARED


def _finding(e_value: float, ratio: float | None) -> Finding:
    if ratio is None:
        return Finding.EARLY
    if e_value < 1.0 / ALPHA:
        return Finding.NONE
    return Finding.FASTER if ratio > 1.0 else Finding.SLOWER


def _change(passes: Passes, compared: Bools) -> tuple[float, float, float]:
    """Mean and variance of log r, and by how many σ² it is widened."""
    some = passes.of_sellers(compared)
    mean = variance = weights = 0.0
    pairs = ((some.actual_before, some.expected_before), (some.actual_after, some.expected_after))
    for sign, (actual, expected) in zip((-1.0, 1.0), pairs, strict=True):
        shape, total = float(actual.sum()) + 0.5, float(expected.sum())
        mean += sign * float(digamma(shape) - np.log(max(total, 0.5)))
        variance += float(polygamma(1, shape))
        weights += float((expected**2).sum()) / max(total, 0.5) ** 2
    return mean, variance, weights


def _foreseen(
    belief: Belief,
    seller: int,
    passes: tuple[int, float, float],
    changed: tuple[float, float, float],
) -> tuple[_Foreseen, float]:
    """What n_a would be without an effect; and the seller's pace before, as believed."""
    (n, mean, later), (change, variance, weights) = passes, changed
    # Pairs of κ and σ, u, nodes before, nodes after.
    strength, own = belief.strength[:, None, None], np.exp(LOG_OWN)[:, None]
    bent = mean * own * np.exp(swung(belief.swing))[:, None]
    log = LOG_MASS + log_chance(strength, (np.array(float(n)), bent))
    weight = np.exp(
        belief.log_weight[seller][..., None] + log - logsumexp(log, axis=2, keepdims=True)
    )
    shape, rate = np.broadcast_to(strength + n, bent.shape), strength + bent
    before = float((weight * own * shape / rate).sum())
    sd = np.sqrt(variance + belief.swing**2 * (1.0 + weights))
    log_later = change - belief.swing[:, None] ** 2 / 2.0 + sd[:, None] * _NODES
    scale = later * (own / rate)[..., None] * np.exp(log_later)[:, None, None, :]
    whole = weight[..., None] * _SHARE
    kept = (whole > _NEGLIGIBLE * whole.max()) & (scale > 0)
    shapes = np.broadcast_to(shape[..., None], scale.shape)
    if not kept.any():
        return _Foreseen(np.ones(1), np.full(1, np.finfo(np.float64).tiny), np.ones(1)), before
    share = whole[kept] / whole[kept].sum()
    return _Foreseen(shapes[kept], scale[kept], share), before


def _interval(foreseen: _Foreseen, n: int) -> tuple[float, float, float]:
    """Lower end, estimate and upper end of ρ: where `above` has risen to 0.1, 0.5 and 0.9."""
    tail = (1.0 - LEVEL) / 2.0
    risen = foreseen.above(_COARSE, n)
    low, ratio, high = (_where(foreseen, n, risen, at) for at in (tail, 0.5, 1.0 - tail))
    return low, ratio, high


def _where(foreseen: _Foreseen, n: int, risen: Floats, level: float) -> float:
    """The ratio at which `above` has risen to a level: from a coarse grid to a fine one."""
    if level <= risen[0]:
        # With none made there is nothing to bound it from below.
        return 0.0
    step = min(int(np.searchsorted(risen, level)), risen.size - 1)
    grid = _COARSE[step - 1] * (_COARSE[step] / _COARSE[step - 1]) ** _FINE
    return float(np.exp(np.interp(level, foreseen.above(grid, n), np.log(grid))))


def _evidence(foreseen: _Foreseen, n: int) -> float:
    """The mixed chance of n_a at effects about 1, over that at none."""
    ratios = np.exp(_OTHERWISE * _EFFECTS)
    return float(_LIKELY @ foreseen.chance(ratios, n) / foreseen.chance(np.ones(1), n)[0])
