"""The distribution of a total: sure amounts, deals that may be won, and deals that may come.

It is computed by inversion of its characteristic function, not simulated (the method: Gil-Pelaez,
Biometrika 38, 1951; Davies, Biometrika 60, 1973), and mixed over versions of the chances before it
is inverted, since a mixture's characteristic function is the mixture of theirs. Few deals, or deals
that hardly ever win, leave atoms that no smooth curve describes: they are computed on a lattice, or
by going through all ways of winning and losing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.totals.distribution import Atoms, Mixed, Smooth, TotalDistribution
from mellantid.core.totals.inversion import (
    NEGLIGIBLE,
    lattice_masses,
    smooth_tables,
    smooth_transform,
)
from mellantid.core.totals.portfolio import Portfolio
from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats

__all__ = ["TotalDistribution", "mixture", "total", "total_mixture"]

# Up to so many deals every way of winning and losing is gone through: 4,096 at most.
FEW: Final = 12
# Dominating deals are gone through likewise: 64 ways at most.
MOST_DOMINATING: Final = 6
# Work on a lattice in deals x versions x cells: where it is cheap an exact lattice comes first;
# what is afforded (some 50 ms) decides whether a total that is not smooth gets an exact one.
CHEAP: Final = 4_000_000
AFFORDED: Final = 12_000_000
FEWEST_CELLS: Final = 1 << 10
MOST_CELLS: Final = 1 << 18
ROUNDED_CELLS: Final = 1 << 13


def total(
    amounts: ArrayLike,
    chances: ArrayLike,
    certain: float = 0.0,
    poisson_mean: float = 0.0,
    poisson_amounts: ArrayLike | None = None,
) -> TotalDistribution:
    """The distribution of certain + Σ amounts·Bernoulli(chances) + a compound Poisson sum.

    Assumes that deals are won independently of each other, given their chances. The error is below
    1e-9, except where more than 12 deals leave atoms and do not lie on a lattice of so few cells
    that it can be afforded: then amounts are off by a few cells, each 1/8,000 of the range (1/1,000
    where thousands of deals hardly ever win), while mean and standard deviation stay exact.

    Args:
        amounts: of the deals, (n).
        chances: to be won, (n).
        certain: an amount that is sure.
        poisson_mean: the expected number of further wins.
        poisson_amounts: a sample of their amounts, each as likely as the others.

    Raises:
        DataError: an amount is unknown, a chance lies outside 0 to 1, or wins are expected without
            amounts.

    """
    p = np.asarray(chances, dtype=np.float64)
    return total_mixture(amounts, p.reshape(1, -1), [poisson_mean], certain, poisson_amounts)


def total_mixture(
    amounts: ArrayLike,
    chances: ArrayLike,
    poisson_means: ArrayLike | None = None,
    certain: float = 0.0,
    poisson_amounts: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cells: ArrayLike | None = None,
) -> TotalDistribution:
    """The mixture of `total` over versions of the chances that share the amounts.

    Args:
        amounts: of the deals, (n).
        chances: to be won, by version and deal, (d, n); or by version and cell, (d, u).
        poisson_means: the expected number of further wins by version, (d); none by default.
        certain: an amount that is sure.
        poisson_amounts: a sample of the further wins' amounts.
        weights: of the versions, (d); equal by default.
        cells: the cell of each deal, (n): deals of one cell have the same chance in every version,
            which saves most of the work where they are many. By default each has its own.

    Raises:
        DataError: as `total`, or the shapes do not fit together.

    """
    x = np.asarray(amounts, dtype=np.float64)
    p = np.asarray(chances, dtype=np.float64)
    versions = p.shape[0] if p.ndim == 2 else 0
    comes = _or(poisson_means, np.zeros(versions))
    shares = _or(weights, np.ones(versions))
    cell = np.arange(x.size) if cells is None else np.asarray(cells, dtype=np.int64)
    columns = x.size if cells is None else int(cell.max(initial=-1)) + 1
    fits = p.ndim == 2 and p.shape[1] >= columns and cell.shape == x.shape
    if (
        not fits
        or (cells is None and p.shape[1] != x.size)
        or not comes.shape == shares.shape == (versions,)
    ):
        raise DataError("Amounts, chances and weights differ in number: give one for each deal.")
    jumps = _or(poisson_amounts, np.zeros(0))
    return _distribution(Portfolio.of(x, cell, p, certain, comes, jumps, shares))


def mixture(weights: ArrayLike, totals: Sequence[TotalDistribution]) -> TotalDistribution:
    """The mixture of distributions of any kind, with the same interface.

    Args:
        weights: of each, any non-negative numbers.
        totals: the distributions.

    Raises:
        DataError: there are none, or the weights are no weights.

    """
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (len(totals),) or not (shares >= 0).all() or not shares.sum() > 0:
        raise DataError("A mixture needs one weight of 0 or more for each part, and not all 0.")
    return Mixed.of(shares / shares.sum(), tuple(totals))


def _or(values: ArrayLike | None, default: Floats) -> Floats:
    return default if values is None else np.asarray(values, dtype=np.float64)


def _distribution(portfolio: Portfolio) -> TotalDistribution:
    """Choose how: all ways, a cheap exact lattice, smooth, a dearer lattice, a rounded one."""
    size = portfolio.amounts.size
    if not portfolio.jumps.size and size <= FEW:
        sums, chances = portfolio.ways(np.arange(size))
        masses = portfolio.weights @ chances
        return Atoms.of(portfolio.certain + sums, masses, portfolio.mean, portfolio.sd)
    unit = portfolio.unit()
    work = (size + 1) * portfolio.weights.size
    cells = _cells_within(portfolio, unit) if unit else MOST_CELLS + 1
    if cells * work <= CHEAP and cells <= MOST_CELLS:
        return _on_lattice(portfolio, unit, cells)
    if portfolio.log_roughness < np.log(NEGLIGIBLE):
        smooth = _smooth(portfolio, unit)
        if smooth is not None:
            return smooth
    if cells * work <= AFFORDED and cells <= MOST_CELLS:
        return _on_lattice(portfolio, unit, cells)
    return _rounded(portfolio)


def _cells_within(portfolio: Portfolio, unit: float) -> int:
    """Cells of a lattice that holds the whole total, a power of two."""
    low, high = portfolio.bounds
    return 1 << int(np.ceil(np.log2(max((high - low) / unit + 3, 2))))


def _smooth(portfolio: Portfolio, unit: float) -> Smooth | None:
    """Invert at few frequencies; None where the characteristic function does not die out."""
    rest, shifts, chances = portfolio.split(MOST_DOMINATING)
    low, high = rest.bounds
    length = high - low
    highest = np.pi / unit if unit else np.inf
    phi = smooth_transform(rest, 2 * np.pi / length, highest)
    if phi is None:
        return None
    weights = portfolio.weights[:, None] * chances
    start = low - rest.certain
    spacing, cumulative, density = smooth_tables(phi, weights, start, length, unit)
    return Smooth(
        portfolio.mean,
        portfolio.sd,
        low + float(shifts.min()),
        high + float(shifts.max()),
        shifts,
        low,
        spacing,
        cumulative,
        density,
        unit,
        portfolio.certain,
    )


def _on_lattice(portfolio: Portfolio, unit: float, cells: int) -> Atoms:
    """All amounts are multiples of the unit: the masses are exact."""
    values, masses = _masses(portfolio, unit, cells, portfolio.weights[:, None])
    return Atoms.of(values, masses[0], portfolio.mean, portfolio.sd)


def _rounded(portfolio: Portfolio) -> Atoms:
    """Dominating deals exactly, the others on a lattice as fine as the work allows."""
    rest, shifts, chances = portfolio.split(MOST_DOMINATING)
    weights = portfolio.weights[:, None] * chances
    work = (rest.amounts.size + 1) * rest.weights.size
    afforded = 1 << int(np.log2(max(AFFORDED // work, 1)))
    most = min(ROUNDED_CELLS, MOST_CELLS // shifts.size)
    cells = int(np.clip(afforded, FEWEST_CELLS, most))
    # Amounts that are divided between two cells spread a sum by at most sqrt(wins)/2 cells.
    numbers = rest.by_cell(np.ones(rest.amounts.size))
    wins = float((np.einsum("du,u->d", rest.chances, numbers) + rest.poisson).max())
    margin = min(int(4 * np.sqrt(wins)) + 2, cells // 8)
    low, high = rest.bounds
    unit = (high - low) / (cells - 2 * margin - 2)
    values, masses = _masses(rest, unit, cells, weights, margin)
    everywhere = (values + shifts[:, None]).ravel()
    return Atoms.of(everywhere, masses.ravel(), portfolio.mean, portfolio.sd)


def _masses(
    portfolio: Portfolio, unit: float, cells: int, weights: Floats, margin: int = 0
) -> tuple[Floats, Floats]:
    """The lattice's amounts, (cells), and their masses by component, (c, cells).

    The lattice begins `margin` cells below the lowest total.
    """
    low, _ = portfolio.bounds
    first = int(np.floor((low - portfolio.certain) / unit)) - margin
    masses = lattice_masses(portfolio, weights, first, cells, unit)
    cell = np.arange(first, first + cells, dtype=np.float64)
    return portfolio.certain + unit * cell, masses
