"""The course: the ordered open stages of a sales process, then won or lost.

States are small integers. With S stages, 0 to S - 1 are the stages in order, S is *won*, S + 1 is
*lost*. Where a stay may not have ended yet, its destination is S + 2, *still there*. Leg 0 is the
creation of a deal and leg s + 1 is the way out of stage s.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.types import Bools

WON_NAME = "won"
LOST_NAME = "lost"
STILL_NAME = "still there"
CREATION_LEG = "creation"


@dataclass(frozen=True)
class Process:
    """A sales process.

    Attributes:
        name: what people call it.
        stages: labels of the open stages, in order.
        won: labels in the source that mean won.
        lost: labels in the source that mean lost.
        ignore: labels in the source that are no stage.
        version: counts up each time the process is changed.

    """

    name: str
    stages: tuple[str, ...]
    won: tuple[str, ...] = ("Won",)
    lost: tuple[str, ...] = ("Lost",)
    ignore: tuple[str, ...] = ()
    version: int = 1
    _states: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.stages:
            raise DataError(f"The process {self.name!r} has no stages: list at least one.")
        labels = [*self.stages, *self.won, *self.lost, *self.ignore]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise DataError(
                f"The process {self.name!r} lists {', '.join(twice)} more than once: "
                "a label is one stage, or won, or lost, or ignored."
            )
        states = {label: code for code, label in enumerate(self.stages)}
        states |= dict.fromkeys(self.won, self.won_state)
        states |= dict.fromkeys(self.lost, self.lost_state)
        object.__setattr__(self, "_states", states)

    def with_version(self, version: int) -> Process:
        """The same process as another version."""
        return replace(self, version=version)

    @property
    def size(self) -> int:
        """The number of open stages, S."""
        return len(self.stages)

    @property
    def won_state(self) -> int:
        """The state of a deal that is won."""
        return self.size

    @property
    def lost_state(self) -> int:
        """The state of a deal that is lost."""
        return self.size + 1

    @property
    def still(self) -> int:
        """The destination of a stay that has not ended."""
        return self.size + 2

    def state(self, label: str) -> int | None:
        """The state that a label of the source means; None where it is listed nowhere."""
        return self._states.get(label)

    def state_name(self, state: int) -> str:
        """What to call a state or a destination."""
        names = (*self.stages, WON_NAME, LOST_NAME, STILL_NAME)
        return names[state]

    @property
    def legs(self) -> tuple[str, ...]:
        """Names of the legs: creation, then each stage that a leg leads out of."""
        return (CREATION_LEG, *self.stages)


def onward_ways(stages: int) -> Bools:
    """Whether each way out of each stage leads onward: to a later stage or to won, (S, S + 2)."""
    stage, to = np.arange(stages)[:, None], np.arange(stages + 2)
    found: Bools = (to > stage) & (to <= stages)
    return found
