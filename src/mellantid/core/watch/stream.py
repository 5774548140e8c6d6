"""A stream: events planned and events that came, day by day. What everything here watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.types import Floats


@dataclass(frozen=True, eq=False)
class Stream:
    """One stream or many; days run along the last axis.

    Attributes:
        first: the working day of the first column.
        planned: events planned on each day, the compensator's increments, (..., days).
        actual: events that came, (..., days).

    """

    first: int
    planned: Floats
    actual: Floats

    def __post_init__(self) -> None:
        planned, actual = np.asarray(self.planned), np.asarray(self.actual)
        if planned.shape != actual.shape or planned.ndim < 1 or planned.shape[-1] == 0:
            raise QuestionError(
                "A stream needs as many planned as actual numbers, of one day at least: "
                "watch from an earlier day."
            )
        if not ((planned >= 0).all() and (actual >= 0).all() and np.isfinite(planned).all()):
            raise QuestionError(
                "A stream's planned and actual numbers must be 0 or more: correct them."
            )

    @property
    def days(self) -> int:
        """The number of days."""
        return int(np.shape(self.planned)[-1])

    @property
    def last(self) -> int:
        """The working day of the last column."""
        return self.first + self.days - 1
