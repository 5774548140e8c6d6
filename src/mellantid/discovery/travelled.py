"""The way most deals take: what mostly comes straight after each stage, and after how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.follows import directly_follows
from mellantid.core.process import LOST_NAME, WON_NAME

if TYPE_CHECKING:
    from mellantid.core.conformance.paths import Paths
    from mellantid.discovery.labels import Labels

MOST_TOLD: Final = 6
DAY: Final = 86_400_000
HOUR: Final = 3_600_000


def travelled(paths: Paths, labels: Labels) -> tuple[str, ...]:
    """A sentence with the most travelled step out of each stage; none where there is none.

    Args:
        paths: of the deals on the course, in milliseconds.
        labels: of the course.

    """
    graph = directly_follows(paths.group, paths.at, paths.state, paths.stages + 2)
    ends = (
        some[0] if len(some) == 1 else name
        for some, name in ((labels.won, WON_NAME), (labels.lost, LOST_NAME))
    )
    names = (*labels.stages, *ends)
    told = []
    for stage in range(min(paths.stages, MOST_TOLD)):
        arcs = np.flatnonzero(graph.source == stage)
        if arcs.size:
            most = arcs[np.argmax(graph.count[arcs])]
            share = graph.count[most] / graph.count[arcs].sum()
            after = _after(float(graph.median[most]))
            told.append(f"{names[stage]} > {names[graph.target[most]]} ({share:.0%}, {after})")
    return (f"What mostly comes next: {'; '.join(told)}.",) if told else ()


def _after(milliseconds: float) -> str:
    """How long after, in the unit that a person would take; calendar time."""
    told = how_long(milliseconds)
    return f"after {told}" if told else "within the hour"


def how_long(milliseconds: float) -> str:
    """A time in whole days or hours; empty below an hour."""
    for unit, name in ((DAY, "day"), (HOUR, "hour")):
        number = round(milliseconds / unit)
        if number >= 1:
            return f"{number:,} {name}{'s' if number > 1 else ''}"
    return ""
