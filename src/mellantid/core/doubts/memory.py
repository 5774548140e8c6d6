"""Memory: does the chance to leave a stage depend on more than the stage and the age in it?

The model is semi-Markov: when a deal enters a stage, how it came there is forgotten. That is tested
on each stage and each way to leave it (onward, lost) by splitting its stays by something known at
entry: the time since the deal was created, in thirds, or whether it had been there before. At each
age a, of Y deals at risk d leave; a group with Y_g of them should see d Y_g/Y. Over all ages

    U_g = Σ_a (d_g - d Y_g/Y),   V_gh = Σ_a d (Y - d)/(Y - 1) · Y_g/Y (δ_gh - Y_h/Y),

and U' V⁻ U is chi-square with one degree of freedom less than groups: the log-rank test for several
groups, with delayed entry and ties (Andersen, Borgan, Gill and Keiding, Statistical Models Based on
Counting Processes, 1993, chapter V.2). Age needs no model: it is the stratum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.doubts.tails import chi_square_tail
from mellantid.core.process import onward_ways

if TYPE_CHECKING:
    from mellantid.core.doubts.stays import Stays
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Floats, Ints

SINCE_CREATION: Final = "time since creation"
EARLIER_VISITS: Final = "earlier visits"
ONWARD: Final = "onward"
LOST: Final = "lost"

SMALLEST: Final = 10.0
"""A group of which fewer exits are expected tells nothing."""
MOST_AGES: Final = 500
_Z: Final = 1.6448536269514722


@dataclass(frozen=True)
class Memory:
    """One test of one stage.

    Attributes:
        stage: the stage.
        way: `ONWARD` or `LOST`.
        of: `SINCE_CREATION` or `EARLIER_VISITS`.
        groups: how many groups were compared; below 2 there was nothing to compare.
        low_from: the smallest value in the last group (a time since creation, or visits).
        high_to: the largest value in the first group.
        exits: exits compared.
        missing: how many more exits the smallest group needs before anything can be said.
        p: the test's p-value; NaN where it could not be done.
        ratio: the daily chance to leave so of the last group over that of the first, at any age.
        low: lower end of its 90 % interval.
        high: upper end.

    """

    stage: int
    way: str
    of: str
    groups: int
    low_from: int
    high_to: int
    exits: int
    missing: int
    p: float
    ratio: float
    low: float
    high: float


def memories(stays: Stays, process: Process) -> tuple[Memory, ...]:
    """Every test that the stays allow: by stage, way out and what may be remembered.

    Args:
        stays: all of them.
        process: the course.

    """
    onward = onward_ways(process.size)
    found = []
    for stage in range(process.size):
        here = stays.take((stays.stage == stage) & (stays.age < MOST_AGES))
        out = here.to < process.still
        leaves = {
            ONWARD: out & onward[stage, np.minimum(here.to, process.lost_state)],
            LOST: here.to == process.lost_state,
        }
        for of, value in ((SINCE_CREATION, here.since), (EARLIER_VISITS, here.visits)):
            group = _thirds(value) if of == SINCE_CREATION else np.minimum(value, 1)
            known = (value >= 0) & (here.since >= 0)
            for way, left in leaves.items():
                one = _memory(stage, way, of, here, known, group, value, left)
                if one is not None:
                    found.append(one)
    return tuple(found)


def _thirds(value: Ints) -> Ints:
    """Which third each value is in; equal values are in the same, and empty thirds have none."""
    known = value[value >= 0]
    if not known.size:
        return np.zeros(value.size, dtype=np.int64)
    cuts = np.unique(np.quantile(known, (1 / 3, 2 / 3), method="lower"))
    group = np.searchsorted(cuts, value, side="left")
    _, place = np.unique(group, return_inverse=True)
    return place.astype(np.int64)


def _memory(
    stage: int,
    way: str,
    of: str,
    stays: Stays,
    known: Bools,
    group: Ints,
    value: Ints,
    left: Bools,
) -> Memory | None:
    """One test; None where all stays are alike."""
    group, value, left = group[known], value[known], left[known]
    groups = np.unique(group)
    if groups.size < 2:
        return None
    group = np.searchsorted(groups, group)
    first, last = stays.begin[known] - stays.entry[known], stays.age[known]
    excess, expected, covariance = log_rank(group, first, last, left)
    exits = int(left.sum())
    low_from, high_to = int(value[group == group.max()].min()), int(value[group == 0].max())
    short = float(expected.min())
    missing = 0 if short >= SMALLEST else _needed(exits, short)
    if missing:
        nan = float("nan")
        return Memory(
            stage, way, of, groups.size, low_from, high_to, exits, missing, nan, nan, nan, nan
        )
    statistic = float(excess @ np.linalg.pinv(covariance) @ excess)
    seen = excess + expected
    ratio = float((seen[-1] + 0.5) / (expected[-1] + 0.5) / ((seen[0] + 0.5) / (expected[0] + 0.5)))
    half = _Z * float(np.sqrt(1.0 / expected[-1] + 1.0 / expected[0]))
    return Memory(
        stage,
        way,
        of,
        groups.size,
        low_from,
        high_to,
        exits,
        missing,
        chi_square_tail(statistic, groups.size - 1),
        ratio,
        ratio * float(np.exp(-half)),
        ratio * float(np.exp(half)),
    )


def _needed(exits: int, short: float) -> int:
    """How many more exits until the smallest group may expect enough, at its share of them."""
    if short <= 0.0 or exits == 0:
        return int(SMALLEST)
    return int(np.ceil(exits * (SMALLEST / short - 1.0)))


def log_rank(group: Ints, first: Ints, last: Ints, left: Bools) -> tuple[Floats, Floats, Floats]:
    """The test's parts: seen less expected exits of each group, expected ones, their covariance.

    Args:
        group: the group of each stay, from 0.
        first: its first age at risk.
        last: its last.
        left: whether it left, in the way in question, at `last`.

    """
    groups, ages = int(group.max()) + 1, int(last.max()) + 1
    size = groups * ages
    steps = np.bincount(group * ages + first, minlength=size).reshape(groups, ages)
    ends = np.bincount(group * ages + last, minlength=size).reshape(groups, ages)
    at_risk = np.cumsum(steps, axis=1) - np.cumsum(ends, axis=1) + ends
    exits = np.bincount((group * ages + last)[left], minlength=size).reshape(groups, ages)
    total, d = at_risk.sum(axis=0), exits.sum(axis=0)
    share = at_risk / np.maximum(total, 1)
    expected = share * d
    factor = d * (total - d) / np.maximum(total - 1, 1)
    covariance = np.diag(share @ factor) - (share * factor) @ share.T
    excess = (exits - expected).sum(axis=1)
    return excess, expected.sum(axis=1), covariance
