"""Cox's proportional hazards for several causes, and the chance of one of them within a time.

Every case is followed from day 0, at most to a last day. Cases of one stratum share a baseline for
each cause; what is known of a case multiplies it. (Cox, J. R. Stat. Soc. B 34, 1972; ties as
Breslow, Biometrics 30, 1974; cause by cause as Prentice et al., Biometrics 34, 1978.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats, Ints

MOST_STEPS: Final = 50
HALVINGS: Final = 30
SMALL: Final = 1e-9
"""The step that would raise the log-likelihood by less than this is Newton's last."""


@dataclass(frozen=True, eq=False)
class Followed:
    """Cases that are followed; arrays of one length n, but for `features` (n, k).

    Attributes:
        features: what is known of each on day 0.
        stratum: which baseline each has, from 0 on.
        day: the last day on which each was seen, 1 or later.
        strata: how many baselines there are.

    """

    features: Floats
    stratum: Ints
    day: Ints
    strata: int

    def sums(self, values: Floats, among: Bools | None = None) -> Floats:
        """Sums of values (n, m) by stratum and last day, (strata, days + 1, m)."""
        days = int(self.day.max()) + 1
        cell = self.stratum * days + self.day
        rows = slice(None) if among is None else among
        columns = [np.bincount(cell[rows], column[rows], self.strata * days) for column in values.T]
        # A bincount of nothing is of integers.
        sums = np.stack(columns, axis=-1).astype(np.float64)
        return sums.reshape(self.strata, days, values.shape[1])

    def at_risk(self, values: Floats) -> Floats:
        """Sums of values (n, m) over those who are seen on a day or later, by stratum and day."""
        sums: Floats = self.sums(values)[:, ::-1].cumsum(axis=1)[:, ::-1]
        return sums


@dataclass(frozen=True, eq=False)
class Cause:
    """One cause of an end.

    Attributes:
        weights: the logarithm of the hazard's ratio by feature, (k,).
        baseline: a day's hazard of a case whose features are all 0, (strata, days + 1).

    """

    weights: Floats
    baseline: Floats

    def hazard(self, features: Floats, stratum: Ints) -> Floats:
        """Each case's hazard by day, (n, days + 1)."""
        hazard: Floats = np.exp(features @ self.weights)[:, None] * self.baseline[stratum]
        return hazard


def fit_cause(followed: Followed, ended: Bools, ridge: float = 0.0) -> Cause:
    """Fit one cause: all other ends count as no longer seen.

    Args:
        followed: the cases.
        ended: whether each ended on its last day, of this cause.
        ridge: what is taken from the log-likelihood for each squared weight, halved: a normal
            prior of this precision, which keeps a feature that separates all cases finite.

    Returns:
        The weights that make the partial likelihood greatest, and Breslow's baseline.

    """
    x = followed.features
    ends = followed.sums(np.ones((x.shape[0], 1)), ended)[:, :, 0]
    seen = x[ended].sum(axis=0)
    weights: Floats = np.zeros(x.shape[1])
    value, slope, curve = _likelihood(followed, ends, seen, weights, ridge)
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(curve, slope) if weights.size else slope
        if float(slope @ step) < SMALL:
            weights = weights + step
            break
        for _ in range(HALVINGS):
            found = _likelihood(followed, ends, seen, weights + step, ridge)
            if found[0] >= value:
                break
            step = step / 2
        weights = weights + step
        value, slope, curve = found
    risk = followed.at_risk(np.exp(x @ weights)[:, None])[:, :, 0]
    return Cause(weights, np.divide(ends, risk, out=np.zeros_like(ends), where=ends > 0))


def _likelihood(
    followed: Followed, ends: Floats, seen: Floats, weights: Floats, ridge: float
) -> tuple[float, Floats, Floats]:
    """The partial log-likelihood, its slope (k,) and minus its curvature (k, k)."""
    x, k = followed.features, weights.size
    risk = np.exp(x @ weights)[:, None]
    pairs = (x[:, :, None] * x[:, None, :]).reshape(-1, k * k)
    all_ = followed.at_risk(risk * np.concatenate([np.ones_like(risk), x, pairs], axis=1))
    here = ends > 0
    ends, sums = ends[here], all_[here]
    mean = sums[:, 1 : k + 1] / sums[:, :1]
    square = (sums[:, k + 1 :] / sums[:, :1]).reshape(-1, k, k)
    spread = square - mean[:, :, None] * mean[:, None, :]
    value = float(seen @ weights - ends @ np.log(sums[:, 0]) - ridge / 2 * (weights @ weights))
    slope = seen - ends @ mean - ridge * weights
    return value, slope, np.tensordot(ends, spread, axes=1) + ridge * np.eye(k)


def chance_within(
    cause: Cause, others: Cause, features: Floats, stratum: Ints, days: int
) -> Floats:
    """Each case's chance to end of a cause within so many days, while another may come first.

    The sum over days of the chance to be still there, times that to end on the day, times the
    cause's share of the day's hazard: with the other's it never passes 1.
    """
    mine, theirs = (each.hazard(features, stratum)[:, : days + 1] for each in (cause, others))
    both = mine + theirs
    there = np.exp(both - np.cumsum(both, axis=1))
    share = np.divide(mine, both, out=np.zeros_like(mine), where=both > 0)
    chance: Floats = (there * -np.expm1(-both) * share).sum(axis=1)
    return chance
