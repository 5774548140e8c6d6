"""Which ways out of a stage lead onward: to a later stage, or to won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Bools


def onward_ways(stages: int) -> Bools:
    """Whether each way out leads onward, (S, S + 2)."""
    stage, to = np.arange(stages)[:, None], np.arange(stages + 2)
    found: Bools = (to > stage) & (to <= stages)
    return found
