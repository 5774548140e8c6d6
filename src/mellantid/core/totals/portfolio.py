"""What a total is made of: deals that are won or not, a Poisson number of others, and what is sure.

All of it may come in several versions at once (posterior draws, values of a common factor), which
share the amounts and differ in the chances. Deals that stand alike (the same stage and age) have
one chance in every version: they are kept as *cells*, so that 100,000 deals in 200 versions are a
thousand cells in 200 versions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.sums import sums
from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats, Ints

# A probability of e^-32, some 1e-14: what lies beyond the bounds of a total.
LOG_TAIL: Final = 32.0
# A deal dominates when its amount is more than so many standard deviations of the smaller ones.
DOMINATING: Final = 4.0
# Bounds wider than so many standard deviations are worth a closer look.
WIDE: Final = 12.0
# Up to so many chances their exact cumulant functions are summed.
SOME_WORK: Final = 20_000
# A unit finer than the range of amounts divided by this makes atoms that nobody could notice.
FINEST: Final = 1 << 24
# So much of a unit is float noise, and so far apart two ratios are the same.
NO_STEP: Final = 1e-6
SAME_RATIO: Final = 4e-15


@dataclass(frozen=True)
class Portfolio:
    """A total: certain + Σ amounts·Bernoulli(chances) + a compound Poisson sum of jumps.

    Attributes:
        amounts: of the deals, (n).
        cell: of which cell each deal has its chance, (n).
        chances: to be won, by version and cell, (d, u).
        certain: the amount that is sure.
        poisson: expected number of jumps by version, (d).
        jumps: a jump has one of these amounts, each as likely as the others, (j).
        weights: of the versions, (d); they sum to 1.

    """

    amounts: Floats
    cell: Ints
    chances: Floats
    certain: float
    poisson: Floats
    jumps: Floats
    weights: Floats

    @classmethod
    def of(
        cls,
        amounts: Floats,
        cell: Ints,
        chances: Floats,
        certain: float,
        poisson: Floats,
        jumps: Floats,
        weights: Floats,
    ) -> Portfolio:
        """Check, and put away the deals that are sure to be won, sure to be lost or worth nothing.

        Raises:
            DataError: a chance outside 0 to 1, an unknown amount, weights that are not shares, or
                jumps expected without amounts.

        """
        _check(amounts, chances, certain, poisson, jumps, weights)
        sure: Bools = np.asarray((chances >= 1.0).all(axis=0))
        possible: Bools = np.asarray((chances > 0).any(axis=0))
        open_ = (~sure & possible)[cell] & (amounts != 0)
        if not jumps.any() or not poisson.any():
            poisson, jumps = np.zeros_like(poisson), np.zeros(0)
        return cls(
            amounts[open_],
            cell[open_],
            chances,
            certain + float(amounts[sure[cell]].sum()),
            poisson,
            jumps,
            weights / weights.sum(),
        )

    def chances_of(self, deals: Ints | slice) -> Floats:
        """Chances of some deals, by version and deal."""
        return self.chances[:, self.cell[deals]]

    def by_cell(self, values: Floats) -> Floats:
        """Values of deals summed by cell, (u)."""
        return sums(self.cell, values, self.chances.shape[1])

    @cached_property
    def means(self) -> Floats:
        """The expected total of each version, (d)."""
        jump = self.jumps.mean() if self.jumps.size else 0.0
        return self.certain + _sums(self.chances, self.by_cell(self.amounts)) + self.poisson * jump

    @cached_property
    def variances(self) -> Floats:
        """The variance of the total of each version, (d)."""
        jump = (self.jumps**2).mean() if self.jumps.size else 0.0
        spread = _sums(self.chances * (1 - self.chances), self.by_cell(self.amounts**2))
        return spread + self.poisson * jump

    @cached_property
    def mean(self) -> float:
        """The expected total over all versions."""
        # From one version on, so that equal versions have its mean exactly.
        return float(self.means[0] + self.weights @ (self.means - self.means[0]))

    @cached_property
    def sd(self) -> float:
        """The standard deviation over all versions."""
        apart = self.means - self.means[0]
        between = self.weights @ apart**2 - (self.weights @ apart) ** 2
        return float(np.sqrt(self.weights @ self.variances + max(float(between), 0.0)))

    @property
    def log_roughness(self) -> float:
        """About the logarithm of |φ| at frequencies where the phases are as good as random.

        The mean over phases of log|1 - p + p e^(iu)| is log max(p, 1 - p), by Jensen's formula.
        The version with the roughest distribution counts. Far below 0: the total is smooth.
        """
        numbers = self.by_cell(np.ones(self.amounts.size))
        deals = _sums(np.log(np.maximum(self.chances, 1 - self.chances)), numbers)
        jumping = np.count_nonzero(self.jumps) / max(self.jumps.size, 1)
        return float((deals - self.poisson * jumping).max())

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Amounts between which the total lies in every version, but for a chance of 3e-14."""
        lowest, highest = np.minimum(self.amounts, 0).sum(), np.maximum(self.amounts, 0).sum()
        if (self.jumps < 0).any():
            lowest = -np.inf
        if (self.jumps > 0).any():
            highest = np.inf
        low = max(float(lowest), -self._reach(-1.0))
        high = min(float(highest), self._reach(1.0))
        return self.certain + low, self.certain + high

    def _reach(self, sign: float) -> float:
        """What sign·(total - certain) hardly ever exceeds: (K(s) + 32)/s for a good s > 0.

        K is a bound on the logarithm of E exp(s·total) (Chernoff). Bennett's,
        K <= s·mean + variance/b² (e^(sb) - 1 - sb) with no amount above b, costs nothing; only
        where uneven amounts make it wide is the sum over the deals worth its while.
        """
        spread = np.sqrt(self.variances)
        largest = float(np.abs(np.concatenate([self.amounts, self.jumps])).max(initial=0.0))
        centre = sign * (self.means - self.certain)
        scale = max(float(spread.max()), 1e-6 * largest, np.finfo(float).tiny)
        s = np.sqrt(2 * LOG_TAIL) / scale * 1.25 ** np.arange(16.0, -60.0, -1.0)
        u = s * max(largest, np.finfo(float).tiny)
        with np.errstate(over="ignore", invalid="ignore"):
            growth = s**2 * self.variances[:, None] * ((np.expm1(u) - u) / u**2)
            bennett = float((centre[:, None] + (growth + LOG_TAIL) / s).max(axis=0).min())
        if bennett < centre.max() + WIDE * scale:
            return bennett
        return min(bennett, self._chernoff(sign, s[::2]))

    def _chernoff(self, sign: float, ladder: Floats) -> float:
        """As `_reach`, with K from all deals; the ladder of s descends."""
        jumps = sign * self.jumps
        best = np.inf
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for s in ladder:
                growth = self._growth(sign * s)
                if jumps.size:
                    growth = growth + self.poisson * np.expm1(s * jumps).mean()
                reach = float(
                    (np.nan_to_num(growth, nan=np.inf, posinf=np.inf).max() + LOG_TAIL) / s
                )
                if reach > best:
                    break
                best = reach
        return best

    def _growth(self, s: float) -> Floats:
        """The logarithm of E exp(s·deals) by version, or a bound above it where that is much work.

        Log(1 + y) <= y turns the bound into products of matrices; a deal that is likelier won than
        lost is read as sure, less a likely loss.
        """
        x = self.amounts
        if self.weights.size * x.size <= SOME_WORK:
            p = self.chances_of(slice(None))
            # What is sure has s·x: log1p alone would lose it where e^(sx) vanishes.
            each = np.maximum(np.log1p(p * np.expm1(s * x)), np.minimum(s * x, 0.0))
            return np.asarray(each.sum(axis=1))
        rises, falls, likely = self._rare
        growth = _sums(rises, self.by_cell(np.expm1(s * x))) + s * _sums(likely, self.by_cell(x))
        return growth + _sums(falls, self.by_cell(np.expm1(-s * x))) if likely.any() else growth

    @cached_property
    def _rare(self) -> tuple[Floats, Floats, Floats]:
        """Chances to win where these are the smaller ones, to lose where those are; and where."""
        rare = self.chances <= 0.5
        likely = (~rare).astype(np.float64)
        return np.where(rare, self.chances, 0.0), likely * (1.0 - self.chances), likely

    def split(self, most: int) -> tuple[Portfolio, Floats, Floats]:
        """Take out the deals that dominate the rest, at most `most` of them.

        Returns:
            The rest; what each way of winning the dominating deals adds, (c); and the chance of
            each way by version, (d, c). Without dominating deals c is 1.

        """
        size = self.amounts.size
        sizes = np.abs(self.amounts)
        top = np.arange(size)
        if size > most:
            top = np.argpartition(sizes, size - most)[size - most :]
        p = self.chances_of(top)
        spread = (p * (1 - p)).max(axis=0)
        top = top[np.lexsort((-spread, -sizes[top]))]
        p = self.chances_of(top)
        variance = p * (1 - p) * self.amounts[top] ** 2
        smaller = self.variances[:, None] - np.cumsum(variance, axis=1)
        dominates = sizes[top] > DOMINATING * np.sqrt(np.maximum(smaller, 0.0).max(axis=0))
        # Only an unbroken run from the largest one down leaves a rest that is even.
        large = top[np.logical_and.accumulate(dominates)]
        return self.without(large), *self.ways(large)

    def without(self, deals: Ints) -> Portfolio:
        """The portfolio less some deals."""
        if not deals.size:
            return self
        kept = np.delete(np.arange(self.amounts.size), deals)
        return replace(self, amounts=self.amounts[kept], cell=self.cell[kept])

    def ways(self, deals: Ints) -> tuple[Floats, Floats]:
        """Every way of winning and losing some deals: its amount, (2^k), its chances, (d, 2^k)."""
        sums, chances = np.zeros(1), np.ones((self.weights.size, 1))
        for deal in deals:
            p = self.chances_of(deal)[:, None]
            sums = np.concatenate([sums, sums + self.amounts[deal]])
            chances = np.concatenate([chances * (1 - p), chances * p], axis=1)
        return sums, chances

    def unit(self) -> float:
        """The largest amount of which all amounts are multiples; 0 where it is too small to matter.

        The largest amount divided by the least common multiple of the denominators that the others
        have as fractions of it. Float noise is far below the distance between such fractions.
        """
        sizes = np.abs(np.concatenate([self.amounts, self.jumps]))
        sizes = sizes[sizes > 0]
        if sizes.size == 0:
            return 0.0
        largest = float(sizes.max())
        parts = 1
        while parts <= FINEST:
            steps = sizes * (parts / largest)
            off = np.abs(steps - np.rint(steps))
            worst = int(np.argmax(off))
            if off[worst] <= NO_STEP and steps.min() > 0.5:
                return largest / parts
            before, parts = parts, lcm(parts, _denominator(float(sizes[worst]) / largest))
            if parts == before:
                break
        return 0.0


def _denominator(ratio: float) -> int:
    """Of the simplest fraction that a ratio of 0 to 1 is, by its continued fraction."""
    above, below, rest = (0, 1), (1, 0), ratio
    while below[0] <= FINEST:
        whole = int(rest)
        above = (above[1], above[0] + whole * above[1])
        below = (below[1], below[0] + whole * below[1])
        if abs(ratio - above[1] / below[1]) <= SAME_RATIO or rest == whole:
            break
        rest = 1.0 / (rest - whole)
    return below[1]


def _sums(rows: Floats, column: Floats) -> Floats:
    """Multiply rows @ column without waking the threads of a matrix library for so little."""
    sums: Floats = np.einsum("dn,n->d", rows, column)
    return sums


def _check(
    amounts: Floats,
    chances: Floats,
    certain: float,
    poisson: Floats,
    jumps: Floats,
    weights: Floats,
) -> None:
    def fine(values: Floats) -> bool:
        return bool(np.isfinite(values).all())

    if not (fine(amounts) and fine(jumps) and np.isfinite(certain)):
        raise DataError("An amount is not a number: give every deal an amount first.")
    outside: Bools = ~((chances >= 0) & (chances <= 1))
    if outside.any():
        raise DataError("A chance lies outside 0 to 1: correct the model that gave it.")
    if not fine(poisson) or (poisson < 0).any():
        raise DataError("An expected number of deals to come is below 0: give 0 or more.")
    if poisson.any() and jumps.size == 0:
        raise DataError("Deals are expected to come, but there are no amounts: give at least one.")
    if not fine(weights) or (weights < 0).any() or not weights.sum() > 0:
        raise DataError("The weights of a mixture must be 0 or more, and not all 0.")
