"""Shares of a number of cases, and how sure they are."""

from __future__ import annotations

import math
from typing import Final

NORMAL_95: Final = 1.959963984540054


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927); all of it for n = 0."""
    if n == 0:
        return 0.0, 1.0
    z = NORMAL_95
    share, weight = hits / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / weight
    half = z / weight * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)
