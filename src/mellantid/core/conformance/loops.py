"""Loops: stages that deals come back to, how often, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.conformance.paths import Paths


@dataclass(frozen=True)
class Loop:
    """Returns to a stage from one state.

    Attributes:
        source: the state that deals come back from; won or lost where they were reopened.
        target: the stage that they had been in before.
        times: how often.
        deals: how many deals did.

    """

    source: int
    target: int
    times: int
    deals: int


def loops(paths: Paths) -> tuple[Loop, ...]:
    """All returns to a stage, the most frequent first."""
    rows = np.flatnonzero((paths.visits > 0) & (paths.state < paths.stages))
    states = paths.stages + 2
    arc = paths.state[rows - 1] * states + paths.state[rows]
    found, times = np.unique(arc, return_counts=True)
    once = np.unique(paths.group[rows] * states**2 + arc) % states**2
    deals = np.unique(once, return_counts=True)[1]
    some = [
        Loop(int(a) // states, int(a) % states, int(t), int(d))
        for a, t, d in zip(found, times, deals, strict=True)
    ]
    return tuple(sorted(some, key=lambda each: (-each.times, each.source, each.target)))
