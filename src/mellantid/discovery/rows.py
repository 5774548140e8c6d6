"""The rows of a file that tell what followed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.core.conformance.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.types import Ints

NO_MOMENT: Final = -(2**62)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows by deal, then in their order.

    Attributes:
        deal: which, from 0 on.
        label: its number among the names.
        at: the moment in ms, `NO_MOMENT` where not known; of a text without an offset of its own
            the time on its wall clock.
        local: the time on the wall clock in ms, likewise.
        names: of the labels.
        ordered: whether the file tells in which order the rows of one moment came.

    """

    deal: Ints
    label: Ints
    at: Ints
    local: Ints
    names: tuple[str, ...]
    ordered: bool = True

    def states(self, stages: Sequence[str], won: Sequence[str], lost: Sequence[str]) -> Ints:
        """The state on a course that each row tells; -1 where it is none of these labels."""
        state = dict.fromkeys(won, len(stages)) | dict.fromkeys(lost, len(stages) + 1)
        state |= {label: place for place, label in enumerate(stages)}
        return np.array([state.get(name, -1) for name in self.names], dtype=np.int64)[self.label]

    def paths(self, stages: Sequence[str], won: Sequence[str], lost: Sequence[str]) -> Paths:
        """The deals' paths on a course, as an import of the file would have them.

        Rows without a moment are left out. Where nothing tells the order of rows of one moment,
        they come along the course. A day is a date, and all is known until the newest row.
        """
        state = self.states(stages, won, lost)
        rows = np.flatnonzero(self.at > NO_MOMENT)
        if not self.ordered:
            rows = rows[np.lexsort((state[rows], self.at[rows], self.deal[rows]))]
        at, local = self.at[rows], self.local[rows]
        return Paths.of(
            len(stages),
            self.deal[rows],
            state[rows],
            at,
            local // MS_PER_DAY,
            np.ones(rows.size, dtype=np.bool_),
            local % MS_PER_DAY != 0,
            (int(at.max(initial=0)) + 1, int(local.max(initial=0)) // MS_PER_DAY),
        )
