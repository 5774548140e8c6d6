"""Exits and exposure straight from sojourns: one pass of counting, without the histogram.

Where all sojourns are one group that weighs the same, the histogram between is not needed. Ages are
whole days, so ties are exact and nothing is sorted.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import Cells
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.counting.sojourns import Sojourns
    from mellantid.core.types import Ints

# Rows keyed at once: their keys then stay in the processor's cache.
_AT_ONCE: Final = 1 << 18


def cells_of(sojourns: Sojourns, ages: int) -> Cells:
    """Exits and exposure of all sojourns as one group, exactly as `Counts.table` gives them.

    Args:
        sojourns: the pieces of stays.
        ages: the number of ages A; the last one holds all the days from age A - 1 on.

    Returns:
        Exits (1, S, D, A) and exposure (1, S, A).

    Raises:
        QuestionError: `ages` is not positive.

    """
    if ages < 1:
        raise QuestionError("A table of counts needs at least one age: ask for more.")
    stages, end = sojourns.process.size, ages - 1
    cut = int(sojourns.age.max(initial=0)) > end
    age = np.minimum(sojourns.age, end) if cut else sojourns.age
    ended = _ended(sojourns, age, ages)
    gone = ended.sum(axis=1)
    entered = np.zeros((stages, ages), dtype=np.int64)
    entered[:, 0] = gone.sum(axis=1)
    if sojourns.entry_age.any():
        entry = np.minimum(sojourns.entry_age, end) if cut else sojourns.entry_age
        entered = _tally([sojourns.stage, entry], [stages, ages])
    exposure = np.cumsum(entered, axis=1) - np.cumsum(gone, axis=1) + gone
    if cut:
        exposure[:, end] += _beyond(sojourns, end)
    exits = np.ascontiguousarray(ended[:, :-1], dtype=np.float64)
    return Cells(sojourns.process, exits[None], exposure[None].astype(np.float64))


def _ended(sojourns: Sojourns, age: Ints, ages: int) -> Ints:
    """How many pieces end by stage, destination (*still there* last) and age, (S, D + 1, A)."""
    process = sojourns.process
    return _tally([sojourns.stage, sojourns.to, age], [process.size, process.still + 1, ages])


def _tally(columns: list[Ints], sizes: list[int]) -> Ints:
    """How often each combination of values comes, an axis for each column.

    Keys are packed tightly. Rounded up to powers of two they could be shifted together, but then
    the early ages of all stages, which nearly all rows are in, fall on the same few lines of the
    processor's cache, and counting takes more than twice as long.
    """
    rows, keys = columns[0].size, math.prod(sizes)
    counted = np.zeros(keys, dtype=np.int64)
    space = np.empty(min(_AT_ONCE, rows), dtype=np.int64)
    for start in range(0, rows, _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        key = space[: min(_AT_ONCE, rows - start)]
        np.multiply(columns[0][some], sizes[1], out=key)
        for column, size in zip(columns[1:-1], sizes[2:], strict=True):
            key += column[some]
            key *= size
        key += columns[-1][some]
        counted += np.bincount(key, minlength=keys)
    return counted.reshape(sizes)


def _beyond(sojourns: Sojourns, end: int) -> Ints:
    """Days at risk after the last age's own day, by stage, (S,)."""
    old = np.flatnonzero(sojourns.age > end)
    days = sojourns.age[old] - np.maximum(sojourns.entry_age[old], end)
    stages = sojourns.process.size
    return np.bincount(sojourns.stage[old], days, minlength=stages).astype(np.int64)
