"""The directly-follows graph: which stage comes straight after which, how often and after how long.

It is what process discovery begins with. One sort puts the rows in order, one more puts the steps'
durations in order within their arcs, and every figure is then a difference of neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.history import LARGEST_KEY
from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class DirectlyFollows:
    """The arcs of the graph, sorted by source and target; durations in the unit of the moments.

    Attributes:
        labels: the number of labels, K.
        source: the label that an arc leaves, (N,).
        target: the label that comes straight after it, (N,).
        count: how often, (N,).
        mean: mean time between the two, (N,).
        median: median time between the two, (N,).
        least: the shortest, (N,).
        most: the longest, (N,).
        starts: how many deals begin with each label, (K,).
        ends: how many deals end in each label, (K,).

    """

    labels: int
    source: Ints
    target: Ints
    count: Ints
    mean: Floats
    median: Floats
    least: Ints
    most: Ints
    starts: Ints
    ends: Ints

    def matrix(self) -> Ints:
        """How often the column's label comes straight after the row's, (K, K)."""
        counts = np.zeros((self.labels, self.labels), dtype=np.int64)
        counts[self.source, self.target] = self.count
        return counts


def directly_follows(
    deal: Ints, at: Ints, label: Ints, labels: int | None = None
) -> DirectlyFollows:
    """Read the graph off rows in any order; rows of one deal and moment keep the order they have.

    Args:
        deal: which deal, 0 or more.
        at: when.
        label: what it entered, 0 or more.
        labels: how many labels there are; None: as many as come.

    Raises:
        DataError: the columns are not equally long, or a label is not below `labels`.

    """
    size = int(label.max(initial=-1)) + 1
    many = size if labels is None else labels
    if not deal.size == at.size == label.size or size > many or label.min(initial=0) < 0:
        raise DataError(
            "Deals, moments and labels do not belong together: give columns of one length, and "
            "labels counted from 0."
        )
    deal, at, label = _in_order(deal, at, label)
    first = np.ones(deal.size, dtype=np.bool_)
    first[1:] = deal[1:] != deal[:-1]
    goes_on = ~first[1:]
    arc = (label[:-1] * many + label[1:])[goes_on]
    took = (at[1:] - at[:-1])[goes_on]
    last = np.append(first[1:], True)[: deal.size]
    return DirectlyFollows(
        many,
        *_arcs(arc, took, many),
        starts=np.bincount(label[first], minlength=many),
        ends=np.bincount(label[last], minlength=many),
    )


def _in_order(deal: Ints, at: Ints, label: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows by deal, then moment, then as they came; nothing is moved where they are so."""
    if _sorted(deal, at):
        return deal, at, label
    # A log is often in the order of time: then only the deals are left to part.
    if not (at[1:] >= at[:-1]).all():
        order = _stable_order(at)
        deal, at, label = deal[order], at[order], label[order]
    order = _stable_order(deal)
    return deal[order], at[order], label[order]


def _sorted(deal: Ints, at: Ints) -> bool:
    fine: Bools = (deal[1:] > deal[:-1]) | ((deal[1:] == deal[:-1]) & (at[1:] >= at[:-1]))
    return bool(fine.all())


def _stable_order(values: Ints) -> Ints:
    """The order of some numbers, equal ones as they came.

    Each number carries its row in its lowest bits, so that plain numbers are sorted, which is many
    times faster than sorting references to them, and no two are equal.
    """
    low, rows = int(values.min()), values.size
    bits = rows.bit_length()
    if int(values.max()) - low >= LARGEST_KEY >> bits:
        return np.argsort(values, kind="stable")
    key = values - low
    key <<= bits
    key |= np.arange(rows)
    key.sort()
    key &= (1 << bits) - 1
    return key


def _arcs(
    arc: Ints, took: Ints, labels: int
) -> tuple[Ints, Ints, Ints, Floats, Floats, Ints, Ints]:
    """Source, target, count, mean, median, least and most of the arcs."""
    count = np.bincount(arc, minlength=labels * labels)
    found = np.flatnonzero(count)
    count = count[found]
    took = _durations_in_order(arc, took)
    ends = np.cumsum(count)
    begin = ends - count
    total = np.add.reduceat(took, begin) if took.size else took
    middle = took[begin + (count - 1) // 2], took[begin + count // 2]
    source, target = np.divmod(found, max(labels, 1))
    return (
        source,
        target,
        count,
        total / count,
        0.5 * (middle[0] + middle[1]),
        took[begin],
        took[ends - 1],
    )


def _durations_in_order(arc: Ints, took: Ints) -> Ints:
    """The durations by arc, then by length: as one number each where two fit into one."""
    bits = int(took.max(initial=0)).bit_length()
    if int(arc.max(initial=0)) >= LARGEST_KEY >> bits:
        return took[np.lexsort((took, arc))]
    key = arc << bits
    key |= took
    key.sort()
    key &= (1 << bits) - 1
    return key
