"""A forecast given as equally likely amounts: what those who know only their past errors have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats


@dataclass(frozen=True, eq=False)
class Sample:
    """Equally likely amounts, ascending.

    Attributes:
        values: the amounts, at least one.

    """

    values: Floats

    @classmethod
    def of(cls, values: ArrayLike) -> Sample:
        """Sort amounts.

        Raises:
            DataError: there is none, or one is no number.

        """
        found = np.sort(np.asarray(values, dtype=np.float64).ravel())
        if not found.size or not np.isfinite(found).all():
            raise DataError("A sample needs amounts, all of them numbers: give at least one.")
        return cls(found)

    @property
    def mean(self) -> float:
        """The mean amount."""
        return float(self.values.mean())

    def exceeds(self, amount: float) -> float:
        """P(total >= amount)."""
        return float((self.values >= amount).mean())

    def crps(self, outcome: float) -> float:
        """The continuous ranked probability score: E|X - y| - E|X - X'|/2, smaller is better.

        (Gneiting and Raftery, J. Am. Stat. Assoc. 102, 2007, equation 21.) With x ascending
        E|X - X'| = 2 Σ_i (2i - n - 1) x[i] / n².
        """
        n = self.values.size
        rank = 2.0 * np.arange(1, n + 1) - n - 1
        spread = 2.0 * float(rank @ self.values) / n**2
        return float(np.abs(self.values - outcome).mean()) - spread / 2
