"""Age bins: ages grouped ever more coarsely, since few deals grow old and old ages differ little.

The bins of ages 0, 1, 2, ... are {0} to {4}, {5, 6}, {7, 8}, {9 to 11}, ...: each begins at one and
a quarter times the start of the one before it, rounded up. Chances change with age within a bin
too: with bins twice as wide old deals were kept alive, and 1 % too much was foretold. The last age
of an array stands for itself and all later ages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints

GROWTH: Final = 1.25


def bin_starts(ages: int) -> Ints:
    """First age of each bin, for arrays over ages 0 to `ages` - 1."""
    starts = [0]
    following = 1
    while following < ages:
        starts.append(following)
        following = int(np.ceil(max(GROWTH * following, following + 1)))
    return np.array(starts, dtype=np.int64)


def bin_sizes(ages: int) -> Ints:
    """The number of ages in each bin."""
    return np.diff(bin_starts(ages), append=ages)


def sum_bins(by_age: Floats) -> Floats:
    """Sums over the ages of each bin; ages are the last axis, and so are the bins."""
    sums: Floats = np.add.reduceat(by_age, bin_starts(by_age.shape[-1]), axis=-1)
    return sums


def spread_bins(by_bin: Floats, ages: int) -> Floats:
    """Each bin's value at each of its ages; bins are the last axis, and so are the ages."""
    return np.repeat(by_bin, bin_sizes(ages), axis=-1)
