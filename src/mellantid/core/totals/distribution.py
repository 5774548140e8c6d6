"""Distributions of a total amount: one interface, whether it has atoms, is smooth, or is a mixture.

Amounts have atoms: a total of two deals takes four values. A target is reached when the total is at
least the target, so `exceeds` counts an atom that lies on the target and `cdf` counts one that lies
on its argument; the two add up to 1 plus that atom.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats

# Two amounts are the same when they differ by less than this share of themselves: far above what
# adding floats in another order changes, far below a hundredth of a currency unit.
SAME: Final = 1e-12
# Lookups done at once: bounds the memory of evaluating many points on many components.
AT_ONCE: Final = 1 << 20


@dataclass(frozen=True)
class TotalDistribution(ABC):
    """A distribution of an amount.

    Attributes:
        mean: its expected value.
        sd: its standard deviation.
        low: an amount below which there is no probability worth counting (under 1e-13).
        high: an amount above which there is none.

    """

    mean: float
    sd: float
    low: float
    high: float

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Floats:
        """P(total <= x), in the shape of `x`."""

    @abstractmethod
    def below(self, x: ArrayLike) -> Floats:
        """P(total < x), in the shape of `x`."""

    def exceeds(self, x: ArrayLike) -> Floats:
        """P(total >= x): the chance that a target of x is reached."""
        return 1.0 - self.below(x)

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest amount whose `cdf` is at least p, in the shape of `p`."""
        wanted = np.asarray(p, dtype=np.float64)
        low, high = np.full(wanted.shape, self.low), np.full(wanted.shape, self.high)
        at_once = self.cdf(low) >= wanted
        # 60 halvings take any range to the last digit of a float.
        for _ in range(60):
            middle = 0.5 * (low + high)
            reached = self.cdf(middle) >= wanted
            high, low = np.where(reached, middle, high), np.where(reached, low, middle)
        return np.where(at_once, self.low, high)

    def bars(self, count: int = 60) -> tuple[Floats, Floats]:
        """The distribution as bars for a chart.

        Returns:
            Edges, (count + 1), over the middle 99.8 %, and the probability between them, (count).
            An atom on an edge counts in the bar above it.

        """
        first, last = self.quantile([0.001, 0.999])
        edges = np.linspace(first, max(last, np.nextafter(first, np.inf)), count + 1)
        below = self.below(edges)
        below[-1] = self.cdf(edges[-1])
        return edges, np.diff(below)

    def crps(self, outcome: float) -> float:
        """The continuous ranked probability score against what came: smaller is better.

        The integral of (F(x) - [x >= outcome])^2 over x, in units of the amount (Gneiting and
        Raftery, J. Am. Stat. Assoc. 102, 2007), by the trapezoidal rule on 4,000 intervals.
        """
        before = np.linspace(min(self.low, outcome), outcome, 2001)
        after = np.linspace(outcome, max(self.high, outcome), 2001)
        short = np.trapezoid(self.cdf(before) ** 2, before)
        return float(short + np.trapezoid((1.0 - self.cdf(after)) ** 2, after))


@dataclass(frozen=True)
class Atoms(TotalDistribution):
    """A distribution on finitely many amounts.

    Attributes:
        values: the amounts, ascending, (n).
        cumulative: P(total <= value) at each, (n); the last is 1.

    """

    values: Floats
    cumulative: Floats

    @classmethod
    def of(cls, values: Floats, masses: Floats, mean: float, sd: float) -> Atoms:
        """Sort amounts, add up the masses of equal ones, and leave out those without any."""
        order = np.argsort(values, kind="stable")
        order = order[masses[order] > 0]
        values, masses = values[order], masses[order]
        new = np.append(True, np.diff(values) > _slack(values, values)[1:])
        cumulative = np.cumsum(masses)
        last = np.append(new[1:], True)
        values, cumulative = values[new], np.minimum(cumulative[last] / cumulative[-1], 1.0)
        return cls(mean, sd, float(values[0]), float(values[-1]), values, cumulative)

    def cdf(self, x: ArrayLike) -> Floats:
        """P(total <= x)."""
        at = np.asarray(x, dtype=np.float64)
        rank = np.searchsorted(self.values, at + _slack(at, self.values), side="right")
        return np.append(0.0, self.cumulative)[rank]

    def below(self, x: ArrayLike) -> Floats:
        """P(total < x)."""
        at = np.asarray(x, dtype=np.float64)
        rank = np.searchsorted(self.values, at - _slack(at, self.values), side="left")
        return np.append(0.0, self.cumulative)[rank]

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest amount whose `cdf` is at least p: always one of the amounts."""
        # A sum of masses may miss a round p by a last digit.
        rank = np.searchsorted(self.cumulative, np.asarray(p, dtype=np.float64) - 1e-14)
        return self.values[np.minimum(rank, self.values.size - 1)]

    def crps(self, outcome: float) -> float:
        """The continuous ranked probability score, exactly."""
        knots = np.sort(np.append(self.values, outcome))
        level = self.cdf(knots[:-1]) - (knots[:-1] >= outcome)
        return float((level**2) @ np.diff(knots))


@dataclass(frozen=True)
class Smooth(TotalDistribution):
    """A sum of shifted smooth tables, read between its points by Hermite's cubic.

    Attributes:
        shifts: what each component is shifted by, (c).
        start: the first point of the tables.
        spacing: the distance between points.
        cumulative: each component's cumulative probability times its weight, (c, points).
        density: its slope, (c, points).
        unit: all amounts are multiples of this, counted from `anchor`; 0 where there is no such
            unit. The table of a total on a lattice passes through P(total <= x) half a unit above
            each amount x.
        anchor: an amount of the lattice.

    """

    shifts: Floats
    start: float
    spacing: float
    cumulative: Floats
    density: Floats
    unit: float
    anchor: float

    def cdf(self, x: ArrayLike) -> Floats:
        """P(total <= x)."""
        at = np.asarray(x, dtype=np.float64)
        if self.unit:
            at = self.anchor + self.unit * (np.floor(self._ticks(at) + 1e-6) + 0.5)
        return self._read(at)

    def below(self, x: ArrayLike) -> Floats:
        """P(total < x)."""
        at = np.asarray(x, dtype=np.float64)
        if self.unit:
            at = self.anchor + self.unit * (np.ceil(self._ticks(at) - 1e-6) - 0.5)
        return self._read(at)

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest amount whose `cdf` is at least p."""
        found = super().quantile(p)
        if not self.unit:
            return found
        return np.asarray(self.anchor + self.unit * np.ceil(self._ticks(found) - 1e-6))

    def _ticks(self, at: Floats) -> Floats:
        ticks: Floats = (at - self.anchor) / self.unit
        return ticks

    def _read(self, at: Floats) -> Floats:
        flat = at.reshape(-1)
        step = max(AT_ONCE // self.shifts.size, 1)
        parts = [self._read_some(flat[i : i + step]) for i in range(0, flat.size, step)]
        read = np.concatenate(parts) if parts else flat
        return np.clip(read, 0.0, 1.0).reshape(at.shape)

    def _read_some(self, at: Floats) -> Floats:
        points = self.cumulative.shape[1]
        steps = (at[:, None] - self.shifts - self.start) / self.spacing
        steps = np.clip(steps, 0.0, points - 1)
        left = np.minimum(steps.astype(np.int64), points - 2)
        u = steps - left
        component = np.arange(self.shifts.size)
        f0, f1 = self.cumulative[component, left], self.cumulative[component, left + 1]
        g0 = self.density[component, left] * self.spacing
        g1 = self.density[component, left + 1] * self.spacing
        bend = 2.0 * (f0 - f1) + g0 + g1
        value = f0 + u * (g0 + u * (3.0 * (f1 - f0) - 2.0 * g0 - g1 + u * bend))
        return np.asarray(value.sum(axis=1))


@dataclass(frozen=True)
class Mixed(TotalDistribution):
    """A mixture of distributions."""

    weights: Floats
    parts: tuple[TotalDistribution, ...]

    @classmethod
    def of(cls, weights: Floats, parts: tuple[TotalDistribution, ...]) -> Mixed:
        """Mix, with the spread by the law of total variance; the weights sum to 1."""
        means = np.array([part.mean for part in parts])
        mean = float(weights @ means)
        within = weights @ np.array([part.sd**2 for part in parts])
        sd = float(np.sqrt(within + weights @ (means - mean) ** 2))
        low, high = min(part.low for part in parts), max(part.high for part in parts)
        return cls(mean, sd, low, high, weights, parts)

    def cdf(self, x: ArrayLike) -> Floats:
        """P(total <= x)."""
        return _mix(self.weights, [part.cdf(x) for part in self.parts])

    def below(self, x: ArrayLike) -> Floats:
        """P(total < x)."""
        return _mix(self.weights, [part.below(x) for part in self.parts])


def _mix(weights: Floats, values: list[Floats]) -> Floats:
    return np.clip(np.tensordot(weights, np.stack(values), axes=1), 0.0, 1.0)


def _slack(at: Floats, values: Floats) -> Floats:
    """How far two equal sums near each amount may lie apart; more where credits can cancel."""
    sizes = np.abs(at)
    if values[0] < 0:
        sizes = np.maximum(sizes, np.abs(values[[0, -1]]).max())
    return np.asarray(SAME * sizes)
