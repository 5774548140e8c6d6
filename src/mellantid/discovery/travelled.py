"""The way most deals take: what mostly comes straight after each stage, and after how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.counting.follows import DirectlyFollows

MOST_TOLD: Final = 6
DAY: Final = 86_400_000
HOUR: Final = 3_600_000


def travelled(
    graph: DirectlyFollows, labels: Sequence[str], stages: Sequence[str]
) -> tuple[str, ...]:
    """A sentence with the most travelled step out of each stage; none where there is none.

    Args:
        graph: of the rows, with moments in milliseconds.
        labels: what its numbers mean.
        stages: the stages in order.

    """
    told = []
    for stage in stages[:MOST_TOLD]:
        # A row that repeats a stage is no step.
        arcs = np.flatnonzero(
            (graph.source == labels.index(stage)) & (graph.target != graph.source)
        )
        if arcs.size:
            most = arcs[np.argmax(graph.count[arcs])]
            share = graph.count[most] / graph.count[arcs].sum()
            after = _after(float(graph.median[most]))
            told.append(f"{stage} > {labels[graph.target[most]]} ({share:.0%}, {after})")
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
