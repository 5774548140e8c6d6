"""Counts: the histogram of sojourns, all that estimation needs; counts of two halves add up.

`Counts` are unique rows with how often they came, `Cells` are exits and exposure by age.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.tally import tally
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from mellantid.core.counting.fading import Fading
    from mellantid.core.counting.sojourns import Sojourns
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

COLUMNS: Final = ("stage", "to", "owner", "month", "entry_age", "age")


@dataclass(frozen=True, eq=False)
class Counts:
    """Unique rows, sorted by all columns in their order, each with a count above 0.

    Attributes:
        process: the course.
        stage: where.
        to: the state left for, or `process.still`.
        owner: who; -1 unknown.
        month: year * 100 + month of entry into the stage.
        entry_age: the first age at risk.
        age: the last age at risk: at exit, or seen last.
        count: the number of sojourns.

    """

    process: Process
    stage: Ints
    to: Ints
    owner: Ints
    month: Ints
    entry_age: Ints
    age: Ints
    count: Ints

    @classmethod
    def of(cls, sojourns: Sojourns, by: Ints | None = None) -> Counts:
        """Count the sojourns.

        Args:
            sojourns: the pieces.
            by: a group of each piece, to count by in the place of its owner.

        """
        columns = [getattr(sojourns, name) for name in COLUMNS]
        if by is not None:
            columns[COLUMNS.index("owner")] = by
        return cls._of(sojourns.process, columns, None)

    @classmethod
    def _of(cls, process: Process, columns: list[Ints], count: Ints | None) -> Counts:
        rows, sums = tally(columns, count)
        return cls(process, **dict(zip(COLUMNS, rows, strict=True)), count=sums)

    @property
    def size(self) -> int:
        """The number of different rows."""
        return int(self.count.size)

    @property
    def total(self) -> int:
        """The number of sojourns."""
        return int(self.count.sum())

    def columns(self) -> list[Ints]:
        """The columns that tell rows apart, in the order in which they are sorted."""
        return [getattr(self, name) for name in COLUMNS]

    def __add__(self, other: Counts) -> Counts:
        if self.process != other.process:
            raise DataError(
                "Counts of two different processes cannot be added: count each on its own."
            )
        pairs = zip(self.columns(), other.columns(), strict=True)
        columns = [np.concatenate(pair) for pair in pairs]
        return self._of(self.process, columns, np.concatenate((self.count, other.count)))

    def table(
        self,
        ages: int,
        group_of_owner: ArrayLike | None = None,
        weight_of_month: Callable[[Ints], Floats] | None = None,
        unknown_owner: int = -1,
        fading: Fading | None = None,
    ) -> Cells:
        """Exits and exposure by group, stage and age.

        Args:
            ages: the number of ages A; the last one holds all the days from age A - 1 on.
            group_of_owner: the group of each owner; a negative one leaves the owner out. None: all
                sojourns, also those of unknown owners, are one group.
            weight_of_month: what a sojourn counts, by its month of entry (year * 100 + month).
            unknown_owner: the group of sojourns whose owner is not known, where there are groups.
            fading: how old deal-days and exits count less; None: all count alike.

        Raises:
            QuestionError: `ages` is not positive, or an owner has no group.

        """
        if ages < 1:
            raise QuestionError("A table of counts needs at least one age: ask for more.")
        group, groups = self._groups(group_of_owner, unknown_owner)
        weight = self.count.astype(np.float64)
        if weight_of_month is not None:
            months, which = np.unique(self.month, return_inverse=True)
            weight *= np.asarray(weight_of_month(months), dtype=np.float64)[which]
        rows = group >= 0
        where = (group * self.process.size + self.stage)[rows]
        shape = (groups, self.process.size)
        to, first, last, weight = self.to[rows], self.entry_age[rows], self.age[rows], weight[rows]
        at_exit, growth = weight, None
        if fading is not None:
            growth = fading.growth(np.arange(self.process.size))
            weight = weight * fading.of_entry(self.stage[rows], self.month[rows])
            at_exit = weight * growth[self.stage[rows]] ** last
        return Cells(
            self.process,
            _exits(shape, self.process.still, ages, where, to, last, at_exit),
            exposure_by_age(shape, ages, where, first, last, weight, growth),
        )

    def _groups(self, group_of_owner: ArrayLike | None, unknown: int) -> tuple[Ints, int]:
        """The group of each row, and the number of groups."""
        if group_of_owner is None:
            return np.zeros(self.size, dtype=np.int64), 1
        # Owner -1 picks the last entry: the group of the unknown.
        by_owner = np.append(np.asarray(group_of_owner, dtype=np.int64), unknown)
        if self.size and self.owner.max() >= by_owner.size - 1:
            raise QuestionError("An owner has no group: give the groups of all owners.")
        return by_owner[self.owner], max(int(by_owner.max()) + 1, 1)


@dataclass(frozen=True, eq=False)
class Cells:
    """What estimation needs, with G groups, S stages, D = S + 2 destinations and A ages.

    Attributes:
        process: the course.
        exits: (weighted) number of exits, by group, stage, destination and age.
        exposure: (weighted) deal-days at risk, by group, stage and age.

    """

    process: Process
    exits: Floats
    exposure: Floats

    def __post_init__(self) -> None:
        groups, stages, _, ages = self.exits.shape
        if self.exposure.shape != (groups, stages, ages) or stages != self.process.size:
            raise DataError(
                f"Exits {self.exits.shape} and exposure {self.exposure.shape} do not belong "
                "together: make both with one call of Counts.table."
            )


def _exits(
    shape: tuple[int, int],
    still: int,
    ages: int,
    where: Ints,
    to: Ints,
    age: Ints,
    weight: Floats,
) -> Floats:
    """The sum of weights by group and stage, destination and age; `still` is no exit."""
    out = to < still
    cell = (where * still + to) * ages + np.minimum(age, ages - 1)
    size = shape[0] * shape[1] * still * ages
    exits = np.bincount(cell[out], weights=weight[out], minlength=size)
    return exits.reshape(*shape, still, ages).astype(np.float64)


def exposure_by_age(
    shape: tuple[int, int],
    ages: int,
    where: Ints,
    first: Ints,
    last: Ints,
    weight: Floats,
    growth: Floats | None = None,
) -> Floats:
    """Deal-days at risk by group and stage, and age: each row on `first` to `last`, both included.

    Each row adds its weight at its first age and takes it away after its last one; the running sum
    is how many are at risk, each with the growth of its stage to the power of the age. Days from
    the last age on are summed in one go.
    """
    size = shape[0] * shape[1]
    end = ages - 1
    steps = np.zeros((size, ages), dtype=np.float64)
    # Both ends are cut at the last age, so that what is later neither adds nor takes away before.
    for age, sign in ((np.minimum(first, end), 1.0), (np.minimum(last + 1, end), -1.0)):
        cells = np.bincount(where * ages + age, weights=weight, minlength=size * ages)
        steps += sign * cells.reshape(size, ages)
    # Weights that are no whole numbers leave a rounding error where none is at risk.
    exposure = np.maximum(np.cumsum(steps, axis=1), 0.0)
    oldest = last >= end
    where, first, last = where[oldest], np.maximum(first[oldest], end), last[oldest]
    tail = weight[oldest]
    if growth is None:
        tail = tail * (last - first + 1)
    else:
        exposure *= np.tile(growth, shape[0])[:, None] ** np.arange(ages)
        tail = tail * _powers(growth[where % shape[1]], first, last)
    exposure[:, end] = np.bincount(where, weights=tail, minlength=size)
    return exposure.reshape(*shape, ages)


def _powers(growth: Floats, low: Ints, high: Ints) -> Floats:
    """The sum of growth^a over the whole numbers a from `low` to `high`, both included."""
    more, many = growth - 1.0, high - low + 1.0
    flat = more == 0.0
    sums = np.expm1(many * np.log(growth)) / np.where(flat, 1.0, more)
    return np.where(flat, many, growth**low * sums)
