"""Zones: local wall-clock time into moments, inside the engine, exactly as the core's zone does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from mellantid.core.clock import Zone

if TYPE_CHECKING:
    from mellantid.core.types import Ints


@cache
def zone_named(name: str) -> Zone:
    """The core's zone of an IANA name."""
    return Zone.of(ZoneInfo(name), name)


def moment_of(local: str, zone: Zone, low: int, high: int) -> str:
    """The engine's expression for the moment of a local time.

    Local time less moment is a step function of local time, with a step where an offset ends or
    begins; it is written out as a balanced tree of comparisons.

    Args:
        local: the expression for the wall-clock time in ms.
        zone: where the clock hangs.
        low: the earliest local time that occurs.
        high: the latest one.

    """
    edges = _edges(zone)
    edges = edges[(edges > low) & (edges <= high)]
    starts = np.concatenate([[low], edges])
    return f"({local}) - {_tree(local, edges, starts - zone.moments(starts))}"


def _edges(zone: Zone) -> Ints:
    changes = zone.changes[1:]
    both = [changes + zone.offsets[:-1], changes + zone.offsets[1:]]
    return np.unique(np.concatenate(both))


def _tree(local: str, edges: Ints, offsets: Ints) -> str:
    if not edges.size:
        return f"({int(offsets[0])})"
    middle = edges.size // 2
    before = _tree(local, edges[:middle], offsets[: middle + 1])
    after = _tree(local, edges[middle + 1 :], offsets[middle + 1 :])
    return f"(CASE WHEN {local} < {int(edges[middle])} THEN {before} ELSE {after} END)"
