"""Weeks on pace: weeks in which movements are not below the noise band of the plan.

Movements come at random, so a week may fall short of its plan without anything being wrong. A rule
of "red below 81 % of the plan" has one who is exactly on pace, at four movements a week, red in
43 % of weeks; the band of the verdicts, below which a Poisson number of the planned mean falls with
less than 10 %, in at most 10 %. All legs are counted together: eight bands a week would be broken
by chance in every other one. Where a week's plan is so small that no movement at all would be no
evidence (a mean below 2.3), two or four weeks up to each are judged together; a week of which even
so nothing can be said is not judged, and neither makes nor breaks a streak.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.standing.verdict import noise_band

if TYPE_CHECKING:
    from mellantid.core.types import Floats


SPANS: Final = (1, 2, 4)
"""Weeks that may be judged together."""
SAYS: Final = 2.303
"""Planned movements, -log 0.1, from which none at all is below the band."""


class WeekPace(StrEnum):
    """What is said of a week."""

    ON_PACE = "on pace"
    BELOW = "below the band"
    RUNNING = "running"
    NOT_JUDGED = "too little planned"


@dataclass(frozen=True)
class Streak:
    """The weeks of a plan.

    Attributes:
        span: how many weeks, up to each, are judged together.
        paces: of each week.
        planned: movements planned in the weeks judged with each.
        made: movements made in them.
        low: fewest that are no evidence of being behind.
        now: judged weeks on pace in a row, up to now.
        longest: the most in a row.
        judged: how many weeks could be judged.
        on_pace: how many of them were on pace.

    """

    span: int
    paces: tuple[WeekPace, ...]
    planned: Floats
    made: Floats
    low: Floats
    now: int
    longest: int
    judged: int
    on_pace: int


def streak(planned: Floats, made: Floats, *, running: bool) -> Streak:
    """Judge the weeks, and count those on pace in a row.

    A week that still runs is on pace as soon as it has what its whole band asks for, and until
    then it is not judged.

    Args:
        planned: movements planned in each week, all legs together.
        made: movements made.
        running: whether the last week still runs.

    """
    usual = float(np.median(planned)) if planned.size else 0.0
    span = next((each for each in SPANS if each * usual >= SAYS), SPANS[-1])
    plan, done = _together(planned, span), _together(made, span)
    low, _ = noise_band(plan)
    paces = tuple(
        _pace(place, low, done, running=running and place == low.size - 1, span=span)
        for place in range(low.size)
    )
    now = longest = 0
    judged = [each for each in paces if each in {WeekPace.ON_PACE, WeekPace.BELOW}]
    for each in judged:
        now = now + 1 if each is WeekPace.ON_PACE else 0
        longest = max(longest, now)
    on_pace = sum(each is WeekPace.ON_PACE for each in judged)
    return Streak(span, paces, plan, done, np.asarray(low), now, longest, len(judged), on_pace)


def _together(weeks: Floats, span: int) -> Floats:
    """The sums of each week and those before it, so many in all."""
    total = np.concatenate([np.zeros(span), np.cumsum(weeks)])
    found: Floats = total[span:] - total[: weeks.size]
    return found


def _pace(place: int, low: Floats, made: Floats, *, running: bool, span: int) -> WeekPace:
    if low[place] < 1 or place < span - 1:
        return WeekPace.NOT_JUDGED
    if made[place] >= low[place]:
        return WeekPace.ON_PACE
    return WeekPace.RUNNING if running else WeekPace.BELOW
