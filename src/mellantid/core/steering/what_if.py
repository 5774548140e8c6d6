"""What if: the distribution of the outcome under a change, quickly and without noise.

The model is drawn once, and each change bends the same draws, so that two answers differ by the
change alone and not by chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.forecasting.outlook import outlook
from mellantid.core.totals.total import total_mixture

if TYPE_CHECKING:
    from mellantid.core.creation.arrivals import Arrivals
    from mellantid.core.forecasting.forecast import Forecast
    from mellantid.core.history import History
    from mellantid.core.modelling.model import DailyChances
    from mellantid.core.process import Process
    from mellantid.core.steering.change import Change
    from mellantid.core.totals.total import TotalDistribution
    from mellantid.core.types import Floats

DRAWS: Final = 16
"""Versions that an answer is mixed over: an eighth of a second for ten answers."""


@dataclass(frozen=True, eq=False)
class _Bent:
    """Daily chances under a change: the bent mean, and the same draws bent."""

    process: Process
    hazard: Floats
    drawn: Floats

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        """The draws that there are; the outlook asks for all of them, in one or more goes."""
        del rng
        return self.drawn[:n]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A forecast that can be asked again under a change.

    Attributes:
        history: what is known.
        arrivals: the pace of creation.
        base: the forecast as things are.
        first: the first day on which a win counts.
        model: the daily chances as they are.
        drawn: draws of them, (n, G, S, D, A).
        seed: of all else that is drawn.

    """

    history: History
    arrivals: Arrivals
    base: Forecast
    first: int
    model: DailyChances
    drawn: Floats
    seed: int

    @classmethod
    def of(
        cls,
        history: History,
        model: DailyChances,
        arrivals: Arrivals,
        base: Forecast,
        first: int,
        seed: int = 0,
        draws: int = DRAWS,
    ) -> WhatIf:
        """Prepare to be asked.

        Args:
            history: what is known.
            model: the fitted model, of one group.
            arrivals: the pace of creation.
            base: the forecast of the period.
            first: the period's first working day.
            seed: of the draws.
            draws: how many versions an answer is mixed over.

        """
        drawn = model.draw(np.random.default_rng(seed), draws)
        return cls(history, arrivals, base, first, model, drawn, seed)

    def under(self, change: Change) -> TotalDistribution:
        """The distribution of the amount won in the period, were things as changed from today."""
        today, last = self.history.until_day, self.base.last
        model = _Bent(self.model.process, change.bend(self.model.hazard), change.bend(self.drawn))
        coming = replace(self.arrivals, rate_days=self.arrivals.rate_days / change.pace)
        view = outlook(
            self.history,
            model,
            coming,
            self.base.open_,
            self.first,
            max(last, today),
            max(last, today),
            np.random.default_rng(self.seed),
            len(self.drawn),
        )
        return total_mixture(
            self.base.amount * change.amount,
            view.drawn,
            view.all_to_come(last) * view.coming,
            float(self.base.won_amount.sum()),
            self.base.jumps * change.amount,
            cells=view.cell,
        )

    def chance(self, change: Change) -> float:
        """The chance of the target under a change; that of any amount at all without a target."""
        target = self.base.target or 0.0
        return float(self.under(change).exceeds(target))
