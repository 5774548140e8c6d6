"""From a characteristic function back to probabilities: smooth totals, and totals on a lattice.

φ(ω) = E exp(iω·total) is a product over the deals, times exp(λ(φ_jump(ω) - 1)) for a compound
Poisson part. On an interval of length L that holds the total, the frequencies 2πk/L suffice.
"""

from __future__ import annotations

from functools import cache
from itertools import count, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.totals.series import log_coefficients, small_deals, transform_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mellantid.core.totals.portfolio import Portfolio
    from mellantid.core.types import Floats, Ints

    Complexes = NDArray[np.complex128]

# |φ| below this adds nothing to a probability that is good to 1e-9.
NEGLIGIBLE: Final = 1e-10
MOST_FREQUENCIES: Final = 512
DEAD_AT: Final = 6.8
# Frequencies between looks at whether φ has died out.
STRIDE: Final = 8
# Factors held at once: 256 kB of complex numbers stay in a core's own cache.
CACHED: Final = 1 << 14
# A deal with a chance below this enters a lattice by the series of log(1 + p·z), which costs one
# multiplication of matrices for all versions together, to terms below the other number.
UNLIKELY: Final = 0.01
LAST_TERM: Final = 1e-15


def smooth_transform(portfolio: Portfolio, step: float, highest: float) -> Complexes | None:
    """φ of each version at step, 2·step, ... until it is negligible.

    Deals of small amounts go by the series of their cumulants; of the others exp(iωx) is carried
    from one frequency to the next by a multiplication, and shared by the versions. Which deals are
    small depends on where φ dies out: that is guessed from the spread, and guessed again further
    out where it was too near.

    Args:
        portfolio: the total; what is certain is left out of φ.
        step: the distance between frequencies.
        highest: the frequency at which φ must have died out.

    Returns:
        φ, (d, k); None where it has not died out by `highest` or by 512 frequencies.

    """
    most = int(min(MOST_FREQUENCIES, highest / step))
    # A normal total would be dead at sqrt(2 log 1e10) = 6.8 over its spread.
    spread = float(np.sqrt(portfolio.variances.min()))
    guess = int(np.ceil(DEAD_AT / max(spread * step, DEAD_AT / MOST_FREQUENCIES)))
    while True:
        guess = min(guess + STRIDE, most)
        found = _transform_until(portfolio, step, guess)
        if found is not None or guess == most:
            return found
        guess *= 2


def _transform_until(portfolio: Portfolio, step: float, most: int) -> Complexes | None:
    """φ of each version at up to `most` frequencies; None where it has not died out by then."""
    small = small_deals(portfolio, step * most)
    series = log_coefficients(portfolio, small, step * most)
    blocks = _blocks(portfolio, np.flatnonzero(~small), step)
    jump = np.exp(1j * step * portfolio.jumps)
    jump_power = jump.copy()
    found: list[Complexes] = []
    for first in range(0, most, STRIDE):
        size = min(STRIDE, most - first)
        phi = transform_of(series, (first + 1 + np.arange(size)) / most)
        for chances, base, power in blocks:
            for k in range(phi.shape[1]):
                phi[:, k] *= _product(1.0 + chances * (power - 1.0))
                np.multiply(power, base, out=power)
        if jump.size:
            for k in range(phi.shape[1]):
                phi[:, k] *= np.exp(portfolio.poisson * (jump_power.mean() - 1.0))
                jump_power *= jump
        found.append(phi)
        dead = np.abs(phi).max(axis=0) < NEGLIGIBLE
        if dead.any():
            return np.concatenate(found, axis=1)[:, : first + int(np.argmax(dead)) + 1]
    return None


def _blocks(
    portfolio: Portfolio, deals: Ints, step: float
) -> list[tuple[Floats, Complexes, Complexes]]:
    """Chances, exp(i·step·amount) and its running power of so many deals as fit the cache."""
    size = max(CACHED // portfolio.weights.size // 16, 1) * 16
    blocks = []
    for first in range(0, deals.size, size):
        some = deals[first : first + size]
        base = np.exp(1j * step * portfolio.amounts[some])
        blocks.append((portfolio.chances_of(some), base, base.copy()))
    return blocks


def _product(factors: Complexes) -> Complexes:
    """Products along the last axis, sixteen rows against each other first for speed."""
    rows = factors.shape[-1] // 16
    head = factors[:, : 16 * rows].reshape(len(factors), 16, rows).prod(axis=1).prod(axis=1)
    product: Complexes = head * factors[:, 16 * rows :].prod(axis=1)
    return product


def smooth_tables(
    phi: Complexes, weights: Floats, low: float, length: float, unit: float
) -> tuple[float, Floats, Floats]:
    """Cumulative probabilities and densities on an even grid from `low` to `low` + `length`.

    With F(low) = 0,  F(x) = (x - low)/L + (2/L) Σ_k Re φ(ω_k) (e^(-iω_k low) - e^(-iω_k x))/(iω_k)
    (the Fourier series of the distribution wrapped round a circle of length L). On a lattice of
    unit u the sum over its amounts up to x is the same with φ times (ωu/2)/sin(ωu/2), read half a
    unit above x.

    Args:
        phi: φ of each version, (d, k), of the total less what is certain.
        weights: of each version in each component, (d, c).
        low: start of the interval, likewise less what is certain.
        length: of the interval, L.
        unit: of the lattice; 0 for none.

    Returns:
        The spacing of the grid; and of each component, (c, points), times its weight.

    """
    count = phi.shape[1]
    omega = 2 * np.pi / length * np.arange(1, count + 1)
    mixed = weights.T @ phi * np.exp(-1j * omega * low)
    if unit:
        mixed = mixed / np.sinc(omega * unit / (2 * np.pi))
    # Sixteen points to the shortest wave make the cubic's error less than what was cut off.
    points = 1 << max(12, int(np.ceil(np.log2(16 * count))))
    share = weights.sum(axis=0)[:, None]
    density = np.zeros((share.size, points // 2 + 1), dtype=np.complex128)
    density[:, 0] = share[:, 0]
    density[:, 1 : count + 1] = mixed.conj()
    risen = np.zeros_like(density)
    risen[:, 1 : count + 1] = mixed.conj() / (1j * omega)
    slope = np.fft.irfft(density, points, axis=1) * (points / length)
    wave = np.fft.irfft(risen, points, axis=1) * (points / length)
    rise = share * np.arange(points + 1) / points
    close = np.append(np.arange(points), 0)
    return length / points, rise + (wave - wave[:, :1])[:, close], slope[:, close]


def lattice_masses(
    portfolio: Portfolio, weights: Floats, first: int, cells: int, unit: float
) -> Floats:
    """Probabilities of the amounts (first + i)·unit, i = 0 .. cells - 1, less what is certain.

    An amount between two cells is divided between them so that its mean is kept; on a lattice that
    holds all amounts the masses are exact.

    Args:
        portfolio: the total.
        weights: of each version in each component, (d, c).
        first: the first cell.
        cells: how many, a power of two.
        unit: the distance between cells.

    Returns:
        Masses, (c, cells), each component's times its weight.

    """
    return masses_of(lattice_transform(portfolio, cells, unit), weights, first, cells)


def lattice_transform(portfolio: Portfolio, cells: int, unit: float) -> Complexes:
    """φ of each version, less what is certain, at the lattice's frequencies, (d, cells/2 + 1)."""
    phi = _jump_factor(portfolio, cells, unit)
    highest = portfolio.chances.max(axis=0, initial=0.0)[portfolio.cell]
    order = np.argsort(highest, kind="stable")
    unlikely = int(np.searchsorted(highest[order], UNLIKELY))
    block = max(CACHED * 8 // phi.shape[1], 1)
    starts = [*range(0, unlikely, block), *range(unlikely, order.size, block)]
    for begin, end in pairwise([*starts, order.size]):
        some = order[begin:end]
        waves = lattice_waves(portfolio.amounts[some], cells, unit)
        chance = portfolio.chances[:, portfolio.cell[some]]
        if begin < unlikely:
            phi *= np.exp(_log_series(chance, waves))
            continue
        for deal, wave in enumerate(waves):
            phi *= 1.0 + chance[:, deal, None] * wave
    return phi


def lattice_waves(amounts: Floats, cells: int, unit: float) -> Complexes:
    """φ - 1 of amounts that are sure, at the lattice's frequencies, (n, cells/2 + 1)."""
    turn, frequency = _turn(cells), np.arange(cells // 2 + 1)
    cell, part = _cells(amounts, unit)
    place = cell[:, None] * frequency & (cells - 1)
    waves: Complexes = turn[place] * (1.0 + part[:, None] * (turn[frequency] - 1.0)) - 1.0
    return waves


def masses_of(phi: Complexes, weights: Floats, first: int, cells: int) -> Floats:
    """Probabilities of the lattice's amounts, (c, cells), from φ of each version."""
    frequency = np.arange(cells // 2 + 1)
    mixed = weights.T @ phi * _turn(cells)[-first * frequency & (cells - 1)]
    masses: Floats = np.fft.irfft(mixed.conj(), cells, axis=1)
    return np.where(masses > 1e-17, masses, 0.0)


def _log_series(chance: Floats, wave: Complexes) -> Complexes:
    """Σ log(1 + p·z) over deals by log(1 + y) = y - y²/2 + y³/3 - ..., for small p.

    Args:
        chance: p of each version and deal, (d, m).
        wave: z = exp(iωx) - 1 of each deal and frequency, |z| at most 2, (m, f).

    Returns:
        The sum of each version at each frequency, (d, f).

    """
    total = np.zeros((chance.shape[0], wave.shape[1]), dtype=np.complex128)
    largest = 2.0 * float(chance.max(initial=0.0))
    p, z, sign = chance, wave, 1.0
    for term in count(1):
        # Real by complex: the two parts of z stand beside each other, so that no zeros are added.
        total += (sign / term) * (p @ z.view(np.float64)).view(np.complex128)
        if chance.shape[1] * largest ** (term + 1) / (term + 1) < LAST_TERM:
            return total
        p, z, sign = p * chance, z * wave, -sign
    raise AssertionError


@cache
def _turn(cells: int) -> Complexes:
    """The roots of unity, (cells,)."""
    turn: Complexes = np.exp(2j * np.pi / cells * np.arange(cells))
    return turn


def _jump_factor(portfolio: Portfolio, cells: int, unit: float) -> Complexes:
    """exp(λ(φ_jump - 1)) of each version at the lattice's frequencies, (d, cells/2 + 1)."""
    if not portfolio.jumps.size:
        return np.ones((portfolio.weights.size, cells // 2 + 1), dtype=np.complex128)
    cell, part = _cells(portfolio.jumps, unit)
    places = np.concatenate([cell, cell + 1]) & (cells - 1)
    shares = np.concatenate([1 - part, part]) / portfolio.jumps.size
    jump = np.fft.rfft(np.bincount(places, shares, minlength=cells)).conj()
    factor: Complexes = np.exp(portfolio.poisson[:, None] * (jump - 1.0))
    return factor


def _cells(amounts: Floats, unit: float) -> tuple[Ints, Floats]:
    """The cell at or below each amount, and how far the amount lies towards the next one."""
    steps = amounts / unit
    whole = np.rint(steps)
    near = np.abs(steps - whole) < 1e-4
    cell = np.where(near, whole, np.floor(steps))
    return cell.astype(np.int64), np.where(near, 0.0, steps - cell)
