"""How large a pace is, with bounds that hold however often one looks.

Of plan against actual, and of this year against last.

While N events come from a process of cumulative rate L, the e-value of L and N (`e_values`, both
sides) is a martingale of mean 1, whatever the course of the rate. So

    { L : E(L, N) < 1 / alpha }

holds the true L at all times at once with a chance of 1 - alpha or more: a confidence process. As
log E is convex in L with its least value at N, it is an interval. Over the planned number it bounds
actual against plan. Of two independent processes E(L1, N1) E(L0, N0) is such a martingale too; the
ratios L1 / L0 of the pairs for which it is below 1 / alpha are an interval again, since the pairs
are a convex set.

Source: Lindon and Kallus, Anytime-valid continuous-time confidence processes for inhomogeneous
Poisson processes, arXiv:2410.09282, 2024.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.watch.e_values import SHAPE, Side, log_e_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Floats

ALPHA: Final = 0.05
_HALVINGS: Final = 60
_WIDEST: Final = 1e9
"""Ratios are looked for within this factor of the estimate."""


def ratio_to_plan(
    planned: ArrayLike, actual: ArrayLike, alpha: float = ALPHA, shape: float = SHAPE
) -> tuple[Floats, Floats]:
    """Bounds of the true pace over the planned one, from the first day to each, (..., days).

    Args:
        planned: planned events by day, (..., days).
        actual: actual events by day, (..., days).
        alpha: the chance that the true ratio is ever outside.
        shape: k of the law of the pace factor.

    Returns:
        The lower and the upper bounds; 0 and infinity while nothing has been planned.

    """
    mean = np.cumsum(planned, axis=-1, dtype=np.float64)
    made = np.cumsum(actual, axis=-1, dtype=np.float64)
    bar = -np.log(alpha)

    def inside(rate: Floats) -> Bools:
        found: Bools = log_e_value(rate, made, Side.EITHER, shape) < bar
        return found

    start = np.maximum(made, 0.5)
    low, high = _edge(inside, start, 1.0 / _WIDEST), _edge(inside, start, _WIDEST)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mean > 0, low / mean, 0.0), np.where(mean > 0, high / mean, np.inf)


def ratio_of_two(
    now: tuple[ArrayLike, ArrayLike],
    before: tuple[ArrayLike, ArrayLike],
    alpha: float = ALPHA,
    shape: float = SHAPE,
) -> tuple[Floats, Floats]:
    """Bounds of one pace over another, both as factors on what was expected of them, (..., days).

    Args:
        now: expected and actual events by day of the one, each (..., days).
        before: of the other, over as many days.
        alpha: the chance that the true ratio is ever outside.
        shape: k of the law of the pace factor.

    Returns:
        The lower and the upper bounds; 0 and infinity where one of the two had nothing to do.

    """
    (a1, n1), (a0, n0) = (
        tuple(np.cumsum(each, axis=-1, dtype=np.float64) for each in pair) for pair in (now, before)
    )
    bar = -np.log(alpha)

    def inside(ratio: Floats) -> Bools:
        least = _least(ratio, n1, n0, shape)
        both = log_e_value(ratio * least, n1, Side.EITHER, shape)
        found: Bools = both + log_e_value(least, n0, Side.EITHER, shape) < bar
        return found

    start = np.maximum(n1, 0.5) / np.maximum(n0, 0.5)
    low, high = _edge(inside, start, 1.0 / _WIDEST), _edge(inside, start, _WIDEST)
    known = (a1 > 0) & (a0 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = a0 / a1
        return np.where(known, low * scale, 0.0), np.where(known, high * scale, np.inf)


def _least(ratio: Floats, n1: Floats, n0: Floats, k: float) -> Floats:
    """The rate L of the second that makes E(ratio L, n1) E(L, n0) least: a quadratic's root."""
    a = ratio * (ratio + 1.0)
    b = k * (ratio + 1.0) ** 2 - ratio * (2.0 * k + n1 + n0)
    c = -k * (ratio * n1 + n0)
    root = np.sqrt(b * b - 4.0 * a * c)
    # The form without cancellation, for either sign of b.
    found: Floats = np.where(b > 0, -2.0 * c / np.where(b > 0, b + root, 1.0), (root - b) / 2.0 / a)
    return found


def _edge(inside: Callable[[Floats], Bools], start: Floats, reach: float) -> Floats:
    """Where `inside` ends, between `start`, which is inside, and `start` times `reach`.

    Where it does not end there, 0 or infinity.
    """
    within, beyond = np.log(start), np.log(start * reach)
    endless = inside(np.exp(beyond))
    for _ in range(_HALVINGS):
        middle = (within + beyond) / 2.0
        held = inside(np.exp(middle))
        within, beyond = np.where(held, middle, within), np.where(held, beyond, middle)
    return np.where(endless, 0.0 if reach < 1.0 else np.inf, np.exp(within)).astype(np.float64)
