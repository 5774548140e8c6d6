"""The chance to be won within a period: two columns of the win table, one less the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True)
class PeriodChance:
    """The chance to be won on one of the working days `first` to `last`, both included.

    Attributes:
        table: the win table.
        first: the period's first working day.
        last: its last one.

    """

    table: WinTable
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise QuestionError(
                "The period ends before it begins: give a last day after the first."
            )

    def standing(self, stage: ArrayLike, age: ArrayLike, day: ArrayLike) -> Floats:
        """Chance of deals that stand in a stage at the end of a day.

        V[s, a, last - day] - V[s, a, first - 1 - day], the second only while days before the
        period are to come; 0 once it is over.

        Args:
            stage: where they stand.
            age: working days since they entered it; the table's last age stands for later ones.
            day: the working day at whose end they stand there.

        Raises:
            QuestionError: the period ends later than the table reaches.

        """
        stage_, age_, day_ = _ints(stage), _ints(age), _ints(day)
        age_ = np.clip(age_, 0, self.table.ages - 1)
        until = self.table.standing[self._to_go(day_), stage_, age_]
        # V[., ., 0] is 0, so that no case is needed once the period has begun.
        before = self.table.standing[np.maximum(self.first - 1 - day_, 0), stage_, age_]
        chance: Floats = np.maximum(until - before, 0.0)
        return chance

    def entering(self, stage: ArrayLike, day: ArrayLike) -> Floats:
        """Chance of deals on the day on which they enter a stage, before they may move on.

        F_s(last - day) - F_s(first - 1 - day), the second only on days before the period; 0 once
        it is over.

        Args:
            stage: the stage entered.
            day: the working day.

        Raises:
            QuestionError: the period ends later than the table reaches.

        """
        stage_, day_ = _ints(stage), _ints(day)
        until = self.table.entering[self._to_go(day_), stage_]
        early = self.first - 1 - day_
        before = self.table.entering[np.maximum(early, 0), stage_]
        chance = np.maximum(until - np.where(early >= 0, before, 0.0), 0.0)
        in_time: Floats = np.where(day_ <= self.last, chance, 0.0)
        return in_time

    def _to_go(self, day: Ints) -> Ints:
        """Days left of the period, 0 once it is over."""
        left: Ints = np.maximum(self.last - day, 0)
        if left.size and left.max() > self.table.horizon:
            raise QuestionError(
                f"The period ends {int(left.max())} working days on and the win table reaches "
                f"{self.table.horizon}: make the table with a horizon that covers the period."
            )
        return left


def _ints(values: ArrayLike) -> Ints:
    return np.asarray(values, dtype=np.int64)
