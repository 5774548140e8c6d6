"""The truth about an organisation in closed form, to hold what is estimated against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.chances.wintable import win_table

if TYPE_CHECKING:
    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.types import Floats
    from mellantid.simulation.organisation import Organisation


@dataclass(frozen=True)
class Truth:
    """What holds for an average seller where the calendar bends nothing.

    Attributes:
        organisation: whose truth.
        hazard: q[s, j, a], shape (S, S + 2, A).

    """

    organisation: Organisation
    hazard: Floats

    @classmethod
    def of(cls, organisation: Organisation) -> Truth:
        """The truth about an organisation."""
        return cls(organisation, organisation.base_hazard)

    def win_table(self, horizon: int) -> WinTable:
        """The true V and F up to a time to go."""
        return win_table(self.organisation.process, self.hazard, horizon)

    @property
    def destinations(self) -> Floats:
        """The chance that a stay in each stage ends in each destination, shape (S, S + 2)."""
        stay = np.cumprod(1.0 - self.hazard.sum(axis=1), axis=1)
        before = np.concatenate([np.ones_like(stay[:, :1]), stay[:, :-1]], axis=1)
        left = (self.hazard[:, :, :-1] * before[:, None, :-1]).sum(axis=2)
        last = self.hazard[:, :, -1]
        share = last / np.maximum(last.sum(axis=1, keepdims=True), 1e-300)
        found: Floats = left + before[:, -1:] * share
        return found

    @property
    def ever_won(self) -> Floats:
        """The chance that a deal that enters each stage is ever won, shape (S,)."""
        size = self.organisation.process.size
        chances = self.destinations
        return np.linalg.solve(np.eye(size) - chances[:, :size], chances[:, size]).astype(
            np.float64
        )

    @property
    def won_per_day(self) -> float:
        """The expected amount won by working day once the pipeline is full."""
        organisation = self.organisation
        mean = organisation.amount_median * np.exp(organisation.amount_sd**2 / 2)
        return float(organisation.creation * mean * (organisation.entry @ self.ever_won))
