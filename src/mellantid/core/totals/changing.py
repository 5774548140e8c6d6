"""A total that changes by one deal at a time, without going through the others again.

φ of a total is a product over its deals, so that a deal that now stands otherwise changes one
factor of it. The total lies on a lattice: exactly, where all amounts do; else an amount between two
cells is divided between them so that its mean is kept, and a chance is good to about the chance of
a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.totals.inversion import lattice_transform, lattice_waves, masses_of
from mellantid.core.totals.portfolio import Portfolio

if TYPE_CHECKING:
    from mellantid.core.totals.inversion import Complexes
    from mellantid.core.types import Floats, Ints

CELLS: Final = 1 << 10
ROOM: Final = 0.25
"""Kept free on both sides of the total, as a share of its width, for what is yet to change."""
HALF: Final = 1e-8
"""A chance of one half makes a factor of 0, which cannot be taken out: it is moved by this."""
DEAD: Final = 1e-12
BEYOND: Final = 5.0
"""Standard deviations for which there must be room."""


@dataclass(frozen=True, eq=False)
class Stake:
    """What a deal may bring.

    Attributes:
        amount: if it is won.
        chances: to be won, by version, (d,).

    """

    amount: float
    chances: Floats

    @property
    def chance(self) -> float:
        """The chance to be won, over the versions."""
        return float(self.chances.mean())

    @property
    def mean(self) -> float:
        """What it brings on average."""
        return self.amount * self.chance

    @property
    def sure(self) -> bool:
        """Whether it is won already."""
        return bool((self.chances >= 1.0).all())


@dataclass(frozen=True, eq=False)
class ChangingTotal:
    """The distribution of a total in which deals are replaced.

    Attributes:
        certain: the amount that is sure.
        unit: the distance between the lattice's cells.
        first: the number of the first cell: its amount is certain + first·unit.
        exact: whether all amounts were multiples of the unit.
        phi: the transform of each version, less what is certain, (d, cells/2 + 1).
        room: how far the total may reach beyond where it reached at first.
        grown: by how much the sum of all amounts, the mean and the variance have grown since.

    """

    certain: float
    unit: float
    first: int
    exact: bool
    phi: Complexes
    room: float
    grown: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @classmethod
    def of(
        cls,
        amounts: Floats,
        chances: Floats,
        cell: Ints,
        certain: float,
        poisson: Floats,
        jumps: Floats,
    ) -> ChangingTotal:
        """The total of `total_mixture` with equal weights.

        Args:
            amounts: of the deals, (n).
            chances: to be won, by version and cell, (d, u).
            cell: of each deal, (n).
            certain: an amount that is sure.
            poisson: expected number of further wins by version, (d).
            jumps: amounts of further wins, each as likely as the others.

        Raises:
            DataError: an amount is unknown, or a chance lies outside 0 to 1.

        """
        weights = np.ones(chances.shape[0])
        apart = _apart(chances)
        portfolio = Portfolio.of(amounts, cell, apart, certain, poisson, jumps, weights)
        low, high = portfolio.bounds
        largest = float(np.abs(portfolio.amounts).max(initial=0.0))
        room = ROOM * (high - low) + 2 * largest
        length = max(high - low + 2 * room, 1.0)
        unit = portfolio.unit()
        parts = (CELLS - 3) * unit / length
        exact = parts >= 1
        # Where there is room, ten times as fine, or more: amounts that come are then on it too.
        unit = unit / 10 ** int(np.log10(parts)) if exact else length / (CELLS - 3)
        first = int(np.floor((low - room - portfolio.certain) / unit)) - 1
        phi = lattice_transform(portfolio, CELLS, unit)
        return cls(portfolio.certain, unit, first, exact, phi, room)

    def fits(self, before: Stake | None, after: Stake | None) -> bool:
        """Whether the lattice has room for a change."""
        amounts, mean, variance = self._growth(before, after)
        reach = min(amounts, mean + BEYOND * np.sqrt(max(variance, 0.0)))
        sizes = [abs(each.amount) for each in (before, after) if each is not None and not each.sure]
        return bool(max([reach, abs(mean), *sizes]) <= self.room)

    def _growth(self, before: Stake | None, after: Stake | None) -> tuple[float, float, float]:
        """What `grown` is after a change."""
        amounts, mean, variance = self.grown
        for stake, sign in ((before, -1), (after, 1)):
            if stake is not None and not stake.sure:
                amounts += sign * stake.amount
                mean += sign * stake.mean
                variance += sign * stake.chance * (1 - stake.chance) * stake.amount**2
        return amounts, mean, variance

    def changed(self, before: Stake | None, after: Stake | None) -> ChangingTotal:
        """The total in which a deal that stood so stands otherwise; None: it is not in it."""
        certain, phi = self.certain, self.phi
        if before is not None:
            if before.sure:
                certain -= before.amount
            else:
                was = self._factor(before)
                alive = np.abs(was) > DEAD
                phi = np.divide(phi, was, out=np.zeros_like(phi), where=alive)
        if after is not None:
            if after.sure:
                certain += after.amount
            else:
                phi = phi * self._factor(after)
        # It stays exact where what comes lies on the lattice.
        exact = self.exact and (after is None or _whole(after.amount / self.unit))
        grown = self._growth(before, after)
        return replace(self, certain=certain, phi=phi, exact=exact, grown=grown)

    def exceeds(self, x: float) -> float:
        """P(total >= x)."""
        weights = np.full((self.phi.shape[0], 1), 1.0 / self.phi.shape[0])
        masses = masses_of(self.phi, weights, self.first, CELLS)[0]
        below = np.append(0.0, np.cumsum(masses))
        place = (x - self.certain) / self.unit - self.first
        # A cell's chance lies between half a cell below its amount and half a cell above.
        at = np.ceil(place - 1e-6) if self.exact else place + 0.5
        return float(np.clip(1.0 - np.interp(at, np.arange(below.size), below), 0.0, 1.0))

    def _factor(self, stake: Stake) -> Complexes:
        wave = lattice_waves(np.array([stake.amount]), CELLS, self.unit)
        factor: Complexes = 1.0 + _apart(stake.chances)[:, None] * wave
        return factor


def _apart(chances: Floats) -> Floats:
    """Chances of which none is one half."""
    return np.where(np.abs(chances - 0.5) < HALF, 0.5 + HALF, chances)


def _whole(steps: float) -> bool:
    return abs(steps - round(steps)) < 1e-6
