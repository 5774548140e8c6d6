"""The credit of a movement: what it did, at once, to the expected outcome and to P(target).

The forecast that was last made in full is kept. A deal that moves is put where it now stands: its
chance in each of the forecast's versions comes from the same win table, and its factor in the
distribution of the total is replaced, which is exact up to the lattice (`totals.changing`). What is
expected of deals not created yet stays as it was until the next full forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.forecasting.banded_deals import wins_for
from mellantid.core.totals.changing import ChangingTotal, Stake

if TYPE_CHECKING:
    from mellantid.core.forecasting.forecast import Forecast
    from mellantid.core.forecasting.outlook import Outlook


@dataclass(frozen=True)
class Credit:
    """What a movement did.

    Attributes:
        expected: added to the expected outcome.
        chance: of the deal to be won in the period, before and after.
        target: P(target) before and after; None where there is no target, or where so much has
            changed that only a full forecast can tell.

    """

    expected: float
    chance: tuple[float, float]
    target: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class KeptForecast:
    """A forecast that follows movements until the next one is made.

    Attributes:
        outlook: the versions of the forecast.
        mean: the expected outcome now.
        aim: the target; None without one.
        p_target: the chance of it now; None without one.
        _total: the distribution that changes; None without a target.
        _read: the chance of the target as read off its lattice.

    """

    outlook: Outlook
    mean: float
    aim: float | None
    p_target: float | None
    _total: ChangingTotal | None
    _read: float

    @classmethod
    def of(cls, forecast: Forecast) -> KeptForecast:
        """Keep a forecast."""
        view = forecast.outlook
        if forecast.target is None:
            return cls(view, forecast.mean, None, None, None, 0.0)
        coming = view.amount_to_come(forecast.last, forecast.kind_means, forecast.direct_mean)
        total = ChangingTotal.of(
            forecast.amount,
            view.drawn,
            view.cell,
            float(forecast.won_amount.sum()),
            wins_for(coming, forecast.jumps) * view.coming,
            forecast.jumps,
        )
        read = total.exceeds(forecast.target)
        return cls(view, forecast.mean, forecast.target, forecast.p_target, total, read)

    @property
    def worn(self) -> bool:
        """Whether so much has changed that only a full forecast can tell the chance."""
        return self._total is None and self.aim is not None

    def open_stake(self, amount: float, group: int, stage: int, age: int) -> Stake:
        """What an open deal may bring.

        Args:
            amount: what it counts for.
            group: of the model.
            stage: where it stands.
            age: working days since it entered the stage.

        """
        return Stake(amount, self.outlook.versions_of(group, stage, age))

    def won_stake(self, amount: float) -> Stake:
        """What a deal that is won in the period brings."""
        return Stake(amount, np.ones(self.outlook.coming.size))

    def moved(self, before: Stake | None, after: Stake | None) -> tuple[Credit, KeptForecast]:
        """Credit a movement, and keep the forecast as it is after it.

        Args:
            before: what the deal might bring; None: nothing.
            after: what it may bring now; None: nothing.

        """
        gain = _mean(after) - _mean(before)
        chances = (_chance(before), _chance(after))
        kept = replace(self, mean=self.mean + gain)
        if self._total is None or self.aim is None or self.p_target is None:
            return Credit(gain, chances, None), kept
        if not self._total.fits(before, after):
            return Credit(gain, chances, None), replace(kept, _total=None)
        total = self._total.changed(before, after)
        # Only the difference is read off the lattice, so that it begins at the forecast's own.
        read = total.exceeds(self.aim)
        p = min(max(self.p_target + read - self._read, 0.0), 1.0)
        credit = Credit(gain, chances, (self.p_target, p))
        return credit, replace(kept, p_target=p, _total=total, _read=read)


def _mean(stake: Stake | None) -> float:
    return 0.0 if stake is None else stake.mean


def _chance(stake: Stake | None) -> float:
    return 0.0 if stake is None else stake.chance
