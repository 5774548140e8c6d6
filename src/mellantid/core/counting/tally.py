"""Tally: the unique rows of some integer columns, and how often each came.

The columns are packed into one integer key by their ranges, so that one sort of one array, or one
bincount where there are few possible keys, does the work of a `GROUP BY`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.history import LARGEST_KEY

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Ints

DENSE_KEYS: Final = 4
"""Possible keys for each row up to which counting in place beats sorting."""


def tally(columns: list[Ints], count: Ints | None = None) -> tuple[list[Ints], Ints]:
    """Unique rows, sorted by the columns in their order, and how often each came.

    Args:
        columns: int64 arrays of one length.
        count: how often each row came already; once where left out.

    Returns:
        The columns of the unique rows, and the sum of the counts of each.

    """
    if columns[0].size == 0:
        return columns, np.zeros(0, dtype=np.int64)
    lows = [int(column.min()) for column in columns]
    widths = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    keys = math.prod(widths)
    if keys > LARGEST_KEY:
        return _tally_wide(columns, count)
    unique, sums = _tally_keys(_pack(columns, lows, widths), count, keys)
    return _unpack(unique, lows, widths), sums


def _pack(columns: list[Ints], lows: list[int], widths: list[int]) -> Ints:
    """One key for each row; keys are ordered as the rows are."""
    key = np.zeros(columns[0].size, dtype=np.int64)
    for column, low, width in zip(columns, lows, widths, strict=True):
        if width > 1:
            key *= width
            key += column
            key -= low
    return key


def _unpack(key: Ints, lows: list[int], widths: list[int]) -> list[Ints]:
    columns: list[Ints] = []
    for low, width in zip(reversed(lows), reversed(widths), strict=True):
        key, code = np.divmod(key, width)
        columns.append(code + low)
    return columns[::-1]


def _tally_keys(key: Ints, count: Ints | None, keys: int) -> tuple[Ints, Ints]:
    """Sorted unique keys, of which `keys` are possible, and the sum of the counts of each."""
    if count is not None:
        order = np.argsort(key)
        key = key[order]
        starts = np.flatnonzero(_new(key))
        return key[starts], np.add.reduceat(count[order], starts)
    if keys <= DENSE_KEYS * key.size:
        dense = np.bincount(key)
        unique = np.flatnonzero(dense)
        return unique, dense[unique]
    key = np.sort(key)
    starts = np.flatnonzero(_new(key))
    return key[starts], np.diff(np.append(starts, key.size))


def _new(column: Ints) -> Bools:
    """Whether each value of a column differs from the one before it; the first one does."""
    new = np.ones(column.size, dtype=np.bool_)
    new[1:] = column[1:] != column[:-1]
    return new


def _tally_wide(columns: list[Ints], count: Ints | None) -> tuple[list[Ints], Ints]:
    """As `tally`, where the columns are too wide for one key."""
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    starts = np.flatnonzero(np.logical_or.reduce([_new(column) for column in ordered]))
    once = np.ones(order.size, dtype=np.int64)
    sums = np.add.reduceat((once if count is None else count)[order], starts)
    return [column[starts] for column in ordered], sums
