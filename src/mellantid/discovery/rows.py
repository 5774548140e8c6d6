"""The rows of a file that tell what followed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.core.conformance.paths import Paths
from mellantid.core.counting.follows import directly_follows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.counting.follows import DirectlyFollows
    from mellantid.core.types import Ints

NO_MOMENT: Final = -(2**62)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows by deal, then in their order.

    Attributes:
        deal: which, from 0 on.
        label: its number among the names.
        at: wall-clock milliseconds, `NO_MOMENT` where not known.
        names: of the labels.

    """

    deal: Ints
    label: Ints
    at: Ints
    names: tuple[str, ...]

    def graph(self) -> DirectlyFollows:
        """What comes straight after what, and after how long; rows without a moment left out."""
        known = self.at > NO_MOMENT
        return directly_follows(
            self.deal[known], self.at[known], self.label[known], len(self.names)
        )

    def states(self, stages: Sequence[str], won: Sequence[str], lost: Sequence[str]) -> Ints:
        """The state on a course that each row tells; -1 where it is none of these labels."""
        state = dict.fromkeys(won, len(stages)) | dict.fromkeys(lost, len(stages) + 1)
        state |= {label: place for place, label in enumerate(stages)}
        return np.array([state.get(name, -1) for name in self.names], dtype=np.int64)[self.label]

    def paths(self, stages: Sequence[str], won: Sequence[str], lost: Sequence[str]) -> Paths:
        """The deals' paths on a course; a day is a date, and all is known until the newest row."""
        known = self.at > NO_MOMENT
        newest = int(self.at[known].max(initial=0))
        return Paths.of(
            len(stages),
            self.deal,
            self.states(stages, won, lost),
            self.at,
            self.at // MS_PER_DAY,
            known,
            known & (self.at % MS_PER_DAY != 0),
            (newest + 1, newest // MS_PER_DAY),
        )
