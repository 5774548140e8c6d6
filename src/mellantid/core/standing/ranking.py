"""A ranking that says what it does not know: shares of the own plan, with intervals and places.

Movements made over movements planned, for each seller against the own plan. The number made is
taken as Poisson, whose exact interval is Garwood's: with n made, the mean lies between the
quantiles α/2 of Gamma(n) and 1 - α/2 of Gamma(n + 1). A place is a span: one stands behind those
whose whole interval lies above the own one, and before those whose whole interval lies below it.
Source: F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936), 437-442.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from mellantid.core.standing.verdict import INSIDE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats, Ints


def share_bounds(made: ArrayLike, planned: ArrayLike) -> tuple[Floats, Floats]:
    """Bounds of made over planned, `INSIDE` between them; planned must be positive.

    Args:
        made: movements, whole numbers.
        planned: movements planned.

    """
    count, mean = np.asarray(made, dtype=np.float64), np.asarray(planned, dtype=np.float64)
    tail = (1 - INSIDE) / 2
    low = np.where(count > 0, special.gammaincinv(np.maximum(count, 1.0), tail), 0.0)
    high = special.gammaincinv(count + 1.0, 1 - tail)
    bounds: tuple[Floats, Floats] = (low / mean, high / mean)
    return bounds


def places(low: ArrayLike, high: ArrayLike) -> tuple[Ints, Ints]:
    """The first and the last place that each may have, 1 the best."""
    below, above = np.asarray(low), np.asarray(high)
    better = (below[None, :] > above[:, None]).sum(axis=1)
    worse = (above[None, :] < below[:, None]).sum(axis=1)
    return 1 + better, below.size - worse
