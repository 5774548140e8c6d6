"""Shares of a number of cases, and how sure they are."""

from __future__ import annotations

import math
from typing import Final

NORMAL_95: Final = 1.959963984540054


def wilson(hits: int, n: int, z: float = NORMAL_95) -> tuple[float, float]:
    """The interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927); all of it for n = 0.

    Args:
        hits: cases that are so.
        n: all cases.
        z: the normal quantile of its level; 95 % by default.

    """
    if n == 0:
        return 0.0, 1.0
    share, weight = hits / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / weight
    half = z / weight * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def shares_differ(first: tuple[int, int], second: tuple[int, int], z: float = NORMAL_95) -> bool:
    """Whether the interval of the difference of two shares leaves out 0.

    Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10), of Wilson's.

    Args:
        first: hits and cases.
        second: hits and cases of the others.
        z: the normal quantile of its level; 95 % by default.

    """
    if not (first[1] and second[1]):
        return False
    p, q = first[0] / first[1], second[0] / second[1]
    (p_low, p_high), (q_low, q_high) = wilson(*first, z), wilson(*second, z)
    below = math.hypot(p - p_low, q_high - q)
    above = math.hypot(p_high - p, q - q_low)
    return p - q - below > 0 or p - q + above < 0
