"""How each way out of a stage rises and falls with age, roughly: the trend that bins lean along.

Many legs are slow at first, quicken and tire again, by a factor of ten and more over a few age
bins. A bin that leaned on the very level of its neighbour would lag behind; it leans on the level
that the trend makes of it. The trend of one way out is exp(β1 u + β2 u²), with u the logarithm of
age, fitted to its exits by penalised Poisson regression on the bins after age 0. The penalty pulls
it to the trend of all exits together, and that one to none, so that few exits make no trend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.bins import bin_sizes, bin_starts, sum_bins

if TYPE_CHECKING:
    from mellantid.core.types import Floats

# Standard deviations of the slope and the bend: of all exits around 0, of one way around all.
_OF_ALL: Final = (1.0, 0.5)
_OF_ONE: Final = (0.5, 0.25)
# The level is left free; this only keeps its equation solvable.
_FREE: Final = 10.0
_STEPS: Final = 12
_LONGEST_STEP: Final = 1.0


def bin_trend(outcomes: Floats) -> Floats:
    """What each age bin's level is to the level of the bin before it, (R, K, B).

    The last outcome, the stay, has no trend of its own. It is 1 for bins 0 and 1, and for bins
    later than any that has been seen.

    Args:
        outcomes: deal-days by outcome and age, (R, K, A), the stay last.

    """
    ages = outcomes.shape[-1]
    counts = sum_bins(outcomes)[..., 1:]
    exposure = counts.sum(1, keepdims=True)
    u = np.log(bin_starts(ages) + (bin_sizes(ages) - 1) / 2 + 0.5)[1:]
    shape = np.stack((np.ones_like(u), u - u.mean(), (u - u.mean()) ** 2), axis=-1)
    exits = counts[:, :-1]
    spread = np.array((_FREE, *_OF_ALL))
    together = _regress(exits.sum(1, keepdims=True), exposure, shape, 0.0, spread)
    each = _regress(exits, exposure, shape, together, np.array((_FREE, *_OF_ONE)))
    log_level = each[..., 1:] @ shape[:, 1:].T
    steps = np.diff(log_level, axis=-1) * (exposure > 0)[..., 1:]
    trend = np.ones((*outcomes.shape[:2], u.size + 1))
    trend[:, :-1, 2:] = np.exp(np.clip(steps, -1.5, 1.5))
    return trend


def _regress(
    exits: Floats, exposure: Floats, shape: Floats, centre: Floats | float, spread: Floats
) -> Floats:
    """Coefficients of the penalised Poisson regression, (R, K, 3), by Newton's method."""
    total = exits.sum(-1)
    level = np.log(np.maximum(total, 1e-3) / np.maximum(exposure.sum(-1), 1.0))
    centre = np.broadcast_to(centre, (*exits.shape[:-1], 3)).copy()
    centre[..., 0] = level
    penalty = np.diag(spread**-2.0)
    beta = centre.copy()
    for _ in range(_STEPS):
        mean = exposure * np.exp(np.clip(beta @ shape.T, -30.0, 0.0))
        slope = (exits - mean) @ shape - (beta - centre) @ penalty
        bend = np.einsum("rkb,bi,bj->rkij", mean, shape, shape) + penalty
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        longest = np.abs(step).max(-1, keepdims=True)
        beta += step * np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, _LONGEST_STEP))
    return beta
