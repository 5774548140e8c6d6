"""Playbooks: what others have seen of each stage, as a prior that gives way to one's own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.process import Process
    from mellantid.core.types import Floats


@dataclass(frozen=True)
class Playbook:
    """A published or chosen belief about each stage, before any own history.

    A stage's deals are taken to leave at the same chance every day: to the next stage (from the
    last one: to won) or to lost.

    Attributes:
        name: what to call it, with its source.
        conversion: for each stage the share of its deals that go on to the next one, between 0
            and 1; a single number stands for every stage.
        median_days: for each stage the working days after which half of its deals have left; a
            single number stands for every stage.
        weight: what it counts for at the first age bins, in deal-days of own observation.
        deals: for each stage how many finished deals of one's own it counts for besides, at all
            ages; a single number stands for every stage.

    """

    name: str
    conversion: tuple[float, ...]
    median_days: tuple[float, ...]
    weight: float
    deals: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in self.conversion):
            raise DataError(
                f"The playbook {self.name!r} has a conversion outside 0 to 1: give shares."
            )
        if not all(days > 0 for days in self.median_days) or not self.weight > 0:
            raise DataError(
                f"The playbook {self.name!r} has a median or a weight that is not above 0: "
                "give days and deal-days above 0."
            )
        if not all(0 <= number < float("inf") for number in self.deals):
            raise DataError(
                f"The playbook {self.name!r} counts for fewer than 0 deals: give 0 or more."
            )

    def hazard(self, process: Process) -> Floats:
        """Daily chances to leave each stage, as far as the playbook says.

        With median m the total p solves (1 - p)^m = 1/2, so p = 1 - 2^(-1/m), of which the share
        c goes to the next stage and 1 - c to lost.

        Returns:
            Chances per working day, (S, D) with D = S + 2.

        Raises:
            DataError: the playbook describes another number of stages.

        """
        conversion = self._for_stages(self.conversion, process)
        total = -np.expm1(-np.log(2.0) / self._for_stages(self.median_days, process))
        stages = np.arange(process.size)
        chances = np.zeros((process.size, process.size + 2))
        chances[stages, stages + 1] = conversion * total
        chances[:, process.lost_state] = (1.0 - conversion) * total
        return chances

    def weight_in_deals(self, process: Process) -> Floats:
        """How many finished deals it counts for in each stage, (S,).

        Raises:
            DataError: the playbook describes another number of stages.

        """
        return self._for_stages(self.deals, process)

    def outcomes(self, process: Process, ages: int) -> Floats:
        """Deal-days by outcome and age of the deals that the playbook counts for, the stay last.

        Of n deals with the daily chance p to leave from the day after entry on, n (1 - p)^(a - 1)
        are at risk at age a, and the last age holds all later ones: n (1 - p)^(A - 2) / p. So a
        stage's exits sum to its deals, as they would of its own that have been seen to their end,
        and the prior is conjugate: own deals are added to it (a power prior of Ibrahim and Chen,
        *Statistical Science* 15, 2000, whose data are what the playbook says).

        Args:
            process: the course.
            ages: how many ages are told apart, A, at least 2.

        Returns:
            (S, D + 1, A) with D = S + 2.

        Raises:
            DataError: the playbook describes another number of stages.

        """
        chance = self.hazard(process)
        leaving = chance.sum(axis=1)
        risk = np.zeros((process.size, ages))
        risk[:, 1:] = (1.0 - leaving)[:, None] ** np.arange(ages - 1)
        risk[:, -1] /= leaving
        risk *= self.weight_in_deals(process)[:, None]
        parts = np.concatenate((chance, 1.0 - leaving[:, None]), axis=1)
        outcomes: Floats = parts[..., None] * risk[:, None, :]
        return outcomes

    def _for_stages(self, values: tuple[float, ...], process: Process) -> Floats:
        if len(values) not in (1, process.size):
            raise DataError(
                f"The playbook {self.name!r} describes {len(values)} stages and the process "
                f"{process.name!r} has {process.size}: give one number for each stage, or one "
                "for all."
            )
        return np.broadcast_to(np.array(values, dtype=np.float64), (process.size,))


# Half go on and half of the deals have left after three weeks: a guess on purpose, worth no more
# than five deals observed for one day.
DEFAULT: Final = Playbook("nobody's", conversion=(0.5,), median_days=(15.0,), weight=5.0)
