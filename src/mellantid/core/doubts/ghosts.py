"""Ghosts: deals that stand in a stage past the age at which anything still happens there.

Where a loss is not recorded the deal stays open for ever. Ever more of what is old is such deals,
and the chance to leave falls to nothing, faster than that of deals that are merely slow: times that
end, however long their tail, leave at a rate that falls no faster than 1/age. So up to an age c the
exits tell κ of a rate κ/age, and past it no fewer than κ Σ 1/age over those who stand there should
leave. Given how many left from c/2 to c and past c, the latter are binomial, and too few of them
are ghosts (a conditional test of two Poisson counts: Przyborowski and Wilenski, Biometrika 31,
1940).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.doubts.tails import believed, share_tail

if TYPE_CHECKING:
    from mellantid.core.doubts.stays import Stays
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

LEVEL: Final = 0.01
"""Of the stages named, this share at most is named by chance, on average."""
SHARE: Final = 0.995
"""Of the movements onward, this share came before the age past which a deal looks lost."""
SMALLEST: Final = 20
"""Fewer movements onward tell no such age."""
FEWEST: Final = 10
"""Fewer deals past it are no matter."""
PART: Final = 0.05
"""Nor is a smaller part of the stage's open deals."""
STEP: Final = 5
"""Ages are told in whole weeks."""


@dataclass(frozen=True)
class Ghosts:
    """What stands in one stage past the age at which things happen.

    Attributes:
        stage: the stage.
        age: the age, in working days; None: too few movements to tell.
        missing: how many more movements onward are needed to tell.
        open: deals that are open in the stage.
        past: how many of them have stood for longer than `age`.
        left: how many ever left past it, in any way.
        expected: how many would have, had the rate fallen as 1/age.
        p: the chance of so few.
        found: whether they are believed to be ghosts, all stages tested together.

    """

    stage: int
    age: int | None
    missing: int
    open: int
    past: int
    left: int
    expected: float
    p: float
    found: bool


def ghosts(stays: Stays, process: Process, today: int) -> tuple[Ghosts, ...]:
    """Look for ghosts in every stage.

    Args:
        stays: all of them.
        process: the course.
        today: the day at whose end they are known.

    """
    each = [_ghosts(stays, process, stage, today) for stage in range(process.size)]
    enough = [one.past >= FEWEST and one.past >= PART * one.open for one in each]
    named = believed([one.p for one in each], LEVEL)
    return tuple(
        replace(one, found=bool(name and much))
        for one, name, much in zip(each, named, enough, strict=True)
    )


def advised_silence(found: tuple[Ghosts, ...]) -> int | None:
    """The silence to declare: the longest of the stages' ages; None where there are no ghosts."""
    ages = [one.age for one in found if one.age is not None]
    return max(ages) if any(one.found for one in found) else None


def _ghosts(stays: Stays, process: Process, stage: int, today: int) -> Ghosts:
    here = stays.take(stays.stage == stage)
    still = (here.to == process.still) & (here.last == today)
    onward = (here.to > stage) & (here.to <= process.won_state)
    n = int(onward.sum())
    if n < SMALLEST:
        return Ghosts(stage, None, SMALLEST - n, int(still.sum()), 0, 0, 0.0, 1.0, found=False)
    quantile = float(np.quantile(here.age[onward], SHARE, method="inverted_cdf"))
    age = max(int(np.ceil(quantile / STEP)) * STEP, STEP)
    exits, at_risk = _by_age(here, process)
    ages = np.arange(exits.size)
    weight = at_risk / np.maximum(ages, 1)
    before, past = (ages > age // 2) & (ages <= age), ages > age
    left, rate = float(exits[past].sum()), float(exits[before].sum())
    told, coming = float(weight[before].sum()), float(weight[past].sum())
    share = coming / (told + coming) if told + coming > 0 else 0.0
    return Ghosts(
        stage,
        age,
        0,
        int(still.sum()),
        int((here.age[still] > age).sum()),
        int(left),
        rate * coming / told if told > 0 else 0.0,
        share_tail(left, rate, share),
        found=False,
    )


def _by_age(stays: Stays, process: Process) -> tuple[Floats, Floats]:
    """Exits, and stays at risk, by age."""
    first, last = stays.begin - stays.entry, stays.age
    size = int(last.max(initial=0)) + 2
    exits = np.bincount(last[stays.to < process.still], minlength=size)
    steps: Ints = np.bincount(first, minlength=size) - np.bincount(last + 1, minlength=size)
    return exits.astype(np.float64), np.cumsum(steps).astype(np.float64)
