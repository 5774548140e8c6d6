"""The order of stages in which the fewest moves go backward.

It is the linear ordering problem (Marti and Reinelt 2011): of all orders the one with the least sum
of what goes from a stage to an earlier one. Solved exactly over the sets of stages (Held and Karp
1962): the best order of a set ends in one of its stages, before which stands the best order of the
rest. The two best are kept of each set, so that the next best order is exact too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Ints

MOST: Final = 14
"""Stages up to which every set of them is looked at."""
NONE: Final = np.iinfo(np.int64).max // 4
KEPT: Final = 2


@dataclass(frozen=True)
class Ordering:
    """An order, and how many moves go backward in it.

    Attributes:
        order: the stages.
        backward: moves from a stage to an earlier one.
        ties: how much of the tie-break goes against it.

    """

    order: tuple[int, ...]
    backward: int
    ties: int


def best_orders(moves: Ints, ties: Ints) -> tuple[Ordering, ...]:
    """The best order, and the next best; only one where there is one stage.

    Args:
        moves: how often deals moved from the row's stage to the column's, (K, K); K at most `MOST`.
        ties: what decides between orders in which equally many moves go backward: how often the
            row's came before the column's, (K, K).

    """
    k = moves.shape[0]
    # One number that is compared as the pair is.
    weight = int(ties.sum()) + 1
    cost = (moves - np.diag(np.diag(moves))) * weight + ties - np.diag(np.diag(ties))
    least, ends = _by_set(cost.astype(np.int64))
    whole = (1 << k) - 1
    found = []
    for place in range(KEPT):
        if least[whole, place] < NONE:
            backward, tied = divmod(int(least[whole, place]), weight)
            found.append(Ordering(_walked(ends, whole, place), backward, tied))
    return tuple(found)


def _by_set(cost: Ints) -> tuple[Ints, Ints]:
    """For each set of stages its two least costs, and each one's last stage and place before it."""
    k = cost.shape[0]
    sets = np.arange(1 << k)
    to_set = _cost_to_set(cost)
    least = np.full((1 << k, KEPT), NONE, dtype=np.int64)
    ends = np.zeros((1 << k, KEPT), dtype=np.int64)
    least[0, 0] = 0
    sizes = np.array([s.bit_count() for s in range(1 << k)])
    for size in range(1, k + 1):
        layer = sets[sizes == size]
        tried = np.full((layer.size, k * KEPT), NONE, dtype=np.int64)
        for last in range(k):
            has = np.flatnonzero(layer >> last & 1)
            rest = layer[has] ^ (1 << last)
            for place in range(KEPT):
                tried[has, last * KEPT + place] = least[rest, place] + to_set[last, rest]
        chosen = np.argsort(tried, axis=1, kind="stable")[:, :KEPT]
        least[layer] = np.minimum(np.take_along_axis(tried, chosen, axis=1), NONE)
        ends[layer] = chosen
    return least, ends


def _cost_to_set(cost: Ints) -> Ints:
    """What goes from each stage to the stages of each set, (K, 2^K): one stage after another."""
    k = cost.shape[0]
    found = np.zeros((k, 1 << k), dtype=np.int64)
    for stage in range(k):
        bit = 1 << stage
        found[:, bit : 2 * bit] = found[:, :bit] + cost[:, [stage]]
    return found


def _walked(ends: Ints, whole: int, place: int) -> tuple[int, ...]:
    """The order that one of a set's least costs belongs to."""
    order: list[int] = []
    while whole:
        last, place = divmod(int(ends[whole, place]), KEPT)
        order.append(last)
        whole ^= 1 << last
    return tuple(reversed(order))


def backward(moves: Ints, order: tuple[int, ...] | list[int]) -> int:
    """How many moves go backward in an order."""
    some = np.array(order, dtype=np.int64)
    return int(np.tril(moves[np.ix_(some, some)], -1).sum())
