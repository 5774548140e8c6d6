"""Stays drawn by inversion: from a deal's row of hazards and its age, the age and way of exit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True)
class SojournTable:
    """Cumulative chances of (age, way) for many rows of hazards at once.

    Attributes:
        cumulative: row r holds r plus the cumulative chance, age by age and way by way within an
            age, so that one search over all rows inverts them all; shape (R * (A - 1) * W,).
        ages: the ages before the last, A - 1; the last stands for all later ones.
        ways: W.
        last: rates by way at the last age, shape (R, W).

    """

    cumulative: Floats
    ages: int
    ways: int
    last: Floats

    @classmethod
    def of(cls, rate: Floats) -> SojournTable:
        """Tabulate daily rates of shape (R, A, W)."""
        early = rate[:, :-1]
        total = early.sum(axis=2)
        after = np.exp(-np.cumsum(total, axis=1))
        before = np.concatenate([np.ones_like(after[:, :1]), after[:, :-1]], axis=1)
        # Of those who leave at an age, each way takes its part of the rate.
        per_rate = (before - after) / np.maximum(total, 1e-300)
        left = (early * per_rate[:, :, None]).reshape(rate.shape[0], -1)
        cumulative = np.minimum(np.cumsum(left, axis=1), 1.0)
        cumulative += np.arange(rate.shape[0])[:, None]
        return cls(cumulative.ravel(), early.shape[1], rate.shape[2], rate[:, -1])

    def draw(self, row: Ints, age: Ints, rng: Generator) -> tuple[Ints, Ints]:
        """Age and way of the exit of deals that have not left before `age`.

        A deal that never leaves gets an age beyond any calendar.
        """
        width = self.ages * self.ways
        first = np.minimum(age, self.ages) * self.ways
        start = np.where(first > 0, self.cumulative[row * width + np.maximum(first, 1) - 1], row)
        wanted = start + rng.random(row.size) * (row + 1.0 - start)
        found = np.searchsorted(self.cumulative, wanted, side="right") - row * width
        exit_age, way = np.divmod(np.clip(found, first, width), self.ways)
        late = exit_age >= self.ages
        exit_age[late], way[late] = self._late(row[late], np.maximum(age[late], self.ages), rng)
        return exit_age, way

    def _late(self, row: Ints, age: Ints, rng: Generator) -> tuple[Ints, Ints]:
        """The exit at the last age or later: a geometric wait, then a way in proportion."""
        summed = np.cumsum(self.last[row], axis=1)
        total = np.maximum(summed[:, -1], 1e-9)
        wait = (rng.exponential(size=row.size) / total).astype(np.int64)
        way = (summed <= (rng.random(row.size) * total)[:, None]).sum(axis=1)
        return age + wait, np.minimum(way, self.ways - 1)
