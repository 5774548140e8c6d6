"""The characteristic function of many small deals, by the cumulants of their sum.

log(1 - p + p e^(iθ)) = Σ_k κ_k(p) (iθ)^k / k!  with the cumulants of a Bernoulli variable,

    κ_k(p) = Σ_j (-1)^(j-1) (j-1)! S(k, j) p^j        (S: Stirling numbers of the second kind),

analytic within |θ| < π whatever p is (1 - p + p e^(iθ) is 0 only where e^(iθ) is real and below
0). For deals of amounts x in cells of equal chances the sum over the deals needs only Σ x^k of each
cell: its cost does not grow with the number of deals. With `ORDER` terms and |θ| up to 1 the
relative error of φ is below 1e-7 at the highest frequency, where φ itself is 1e-10, and falls with
its 17th power below.
"""

from __future__ import annotations

from functools import cache
from math import comb, factorial
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mellantid.core.totals.portfolio import Portfolio
    from mellantid.core.types import Bools, Floats

    Complexes = NDArray[np.complex128]

ORDER: Final = 16
"""Terms of the series."""
REACH: Final = 1.0
"""The largest phase amount × frequency for which the series stands."""
# Multiplications that the linear algebra library does in the calling thread; above it would start
# threads, which for so little cost more than they give.
ONE_THREAD: Final = 250_000


def small_deals(portfolio: Portfolio, highest: float) -> Bools:
    """The deals whose phase stays within `REACH` up to the highest frequency, (n)."""
    small: Bools = np.abs(portfolio.amounts) * highest <= REACH
    return small


def log_coefficients(portfolio: Portfolio, small: Bools, highest: float) -> Floats:
    """The series of log φ of the small deals in powers of i·frequency/highest, (d, ORDER).

    Args:
        portfolio: the deals.
        small: which of them the series is of, (n).
        highest: the highest frequency.

    """
    phase = np.where(small, portfolio.amounts, 0.0) * highest
    power, sums = np.ones_like(phase), []
    for _ in range(ORDER):
        power = power * phase
        sums.append(portfolio.by_cell(power))
    moments, by_power = np.stack(sums, axis=1), _cumulants()
    found = np.zeros((portfolio.weights.size, ORDER))
    rows = max(ONE_THREAD // max(moments.size, 1), 1)
    for first in range(0, len(found), rows):
        some = slice(first, first + rows)
        chances = portfolio.chances[some]
        raised = np.ones_like(chances)
        for j in range(ORDER):
            raised = raised * chances
            found[some] += (raised @ moments) * by_power[j]
    return found


def transform_of(coefficients: Floats, shares: Floats) -> Complexes:
    """φ at the frequencies that are these shares of the highest one, (d, k)."""
    orders = np.arange(1, coefficients.shape[1] + 1)
    turned = (1j * shares) ** orders[:, None]
    found: Complexes = np.exp(coefficients @ turned.real + 1j * (coefficients @ turned.imag))
    return found


@cache
def _cumulants() -> Floats:
    """Coefficient of p^(j+1) in κ_(k+1)(p) / (k+1)!, (j, k)."""
    found = np.zeros((ORDER, ORDER))
    for k in range(1, ORDER + 1):
        for j in range(1, k + 1):
            exact = (-1) ** (j - 1) * factorial(j - 1) * _stirling(k, j)
            found[j - 1, k - 1] = exact / factorial(k)
    return found


def _stirling(k: int, j: int) -> int:
    """The number of ways to part k things into j groups."""
    ways: int = sum((-1) ** i * comb(j, i) * (j - i) ** k for i in range(j + 1))
    return ways // factorial(j)
