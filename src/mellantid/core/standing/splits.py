"""Splits: actual against planned passes of every leg since the plan's start.

In movements, N - P. In days, as a race clock says it: how much later or earlier the plan has as
many passes as there are now. Both are positive when ahead. By leg for everyone, or by leg for each
seller or team, whose plan is the roll of their own open deals and their share of the creation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.chances.passes import roll
from mellantid.core.names import EVERYONE
from mellantid.core.planning.owners import Owners
from mellantid.core.planning.tracks import open_numbers, tracks
from mellantid.core.standing.verdict import TREND_DAYS, noise_band, verdicts
from mellantid.core.weeks import WORKING_WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.tracks import Tracks
    from mellantid.core.types import Bools, Floats, Ints


@dataclass(frozen=True)
class Splits:
    """Where each group is on each leg; all arrays are (groups, S + 1).

    Attributes:
        groups: names of the groups; one, `EVERYONE`, where they were not asked for.
        legs: names of the legs.
        day: the working day at whose end they hold.
        days_gone: working days since the plan's start.
        planned: passes planned by now.
        actual: passes made since the plan's start.
        movements: actual less planned.
        days: working days ahead of the plan.
        trend: what `movements` has changed by in the last `TREND_DAYS` working days.
        low: fewest passes that are no evidence of being behind.
        high: most passes that are no evidence of being ahead.
        planned_in_all: passes planned to the end of the plan.
        needed_per_week: passes a working week that lead back to the plan at its end; NaN after it.
        now_per_week: passes a working week in the last `TREND_DAYS` days, or since the start.
        verdict: a `Verdict` each.

    """

    groups: tuple[str, ...]
    legs: tuple[str, ...]
    day: int
    days_gone: int
    planned: Floats
    actual: Floats
    movements: Floats
    days: Floats
    trend: Floats
    low: Floats
    high: Floats
    planned_in_all: Floats
    needed_per_week: Floats
    now_per_week: Floats
    verdict: NDArray[np.object_]


def splits(history: History, plan: Plan, belongs: Mapping[str, str] | None = None) -> Splits:
    """Where we are against the plan at the end of a history's last day.

    A movement is credited to whoever had the deal when it was made. Before day 0 and after the end
    of the plan the planned passes stand still.

    Args:
        history: what is known now.
        plan: the plan.
        belongs: the group of each owner (a seller's own name, or the team); left out, all are one.

    Raises:
        QuestionError: the history cannot be compared with the plan (`Plan.check`).

    """
    plan.check(history)
    seen = tracks(history, plan.made, plan.start, plan.assumed)
    owners = Owners.of(history, plan)
    groups, of = owners.groups(belongs if belongs is not None else _together(owners))
    planned = plan.planned[None]
    if belongs is not None:
        planned = _planned_by_group(seen, plan, owners, of, len(groups))
    gone = max(history.until_day - plan.start, 0)
    return _compare(history, seen, planned, of, groups, gone)


def planned_by_group(history: History, plan: Plan, belongs: Mapping[str, str]) -> dict[str, Floats]:
    """Each group's planned cumulative passes, (days + 1, S + 1).

    Each group's plan is the roll of its own open deals and its share of the planned creation; all
    together are the whole plan's.

    Args:
        history: what is known now.
        plan: the plan.
        belongs: the group of each owner.

    Raises:
        QuestionError: the history cannot be compared with the plan (`Plan.check`).

    """
    plan.check(history)
    seen = tracks(history, plan.made, plan.start, plan.assumed)
    owners = Owners.of(history, plan)
    groups, of = owners.groups(belongs)
    planned = _planned_by_group(seen, plan, owners, of, len(groups))
    return dict(zip(groups, planned, strict=True))


def _together(owners: Owners) -> dict[str, str]:
    """Everyone in one group."""
    return dict.fromkeys(owners.names, EVERYONE)


def days_ahead(planned: Floats, actual: float, day: int) -> float:
    """Working days by which `actual` passes are ahead of a plan, at the end of its day `day`.

    The plan's days are joined by straight lines. Where the plan stands still on `actual` passes,
    the nearest day counts, so that a leg on which nothing was planned and nothing happened is 0.
    Beyond the plan's last value it is drawn out at the pace of its last `TREND_DAYS` days, at most
    to twice its length, and not at all where it stands still. After its end the clock stands.

    Args:
        planned: cumulative passes at the end of each day, from 0, ascending.
        actual: passes made.
        day: the number of the day, 0 at the start.

    """
    end = planned.size - 1
    now = min(day, end)
    first = int(np.searchsorted(planned, actual, side="left"))
    if first > end:
        window = min(TREND_DAYS, end)
        pace = (planned[-1] - planned[-1 - window]) / max(window, 1)
        lead = actual - planned[-1]
        over = lead / pace if lead < end * pace else end if pace > 0 else 0
        return float(end + over - now)
    last = int(np.searchsorted(planned, actual, side="right")) - 1
    low = first - (planned[first] - actual) / _rise(planned, first - 1) if first > 0 else 0.0
    high = last + (actual - planned[last]) / _rise(planned, last) if last < end else end
    return float(np.clip(now, low, high) - now)


def _rise(planned: Floats, day: int) -> float:
    """What is planned on the day after `day`, where the plan rises."""
    return float(planned[day + 1] - planned[day])


def _planned_by_group(seen: Tracks, plan: Plan, owners: Owners, of: Ints, groups: int) -> Floats:
    """Planned cumulative passes, (groups, days + 1, S + 1): they sum to the whole plan's."""
    # The history's owners come first in the row and nobody last, as `open_numbers` counts them.
    by = np.append(of[: seen.owners], of[-1])
    share = owners.groups_daily(of, groups)
    standing = open_numbers(seen, plan.basis, by, groups)
    return roll(plan.basis.hazard, standing, share * plan.pace, plan.basis.entry).legs


def _compare(
    history: History,
    seen: Tracks,
    planned: Floats,
    of: Ints,
    groups: tuple[str, ...],
    gone: int,
) -> Splits:
    """Planned against actual."""
    end = planned.shape[1] - 1
    # What happened in the weekend after the plan was made is on its first day.
    day = seen.start + max(gone, 1)
    made = _made(seen, of, len(groups), day)
    now, ago = min(gone, end), max(gone - TREND_DAYS, 0)
    actual = made.count(seen.start + 1, day)
    then = made.count(seen.start + 1, seen.start + ago)
    movements = actual - planned[:, now]
    change = movements - (then - planned[:, min(ago, end)])
    low, high = noise_band(planned[:, now])
    needed = (
        (planned[:, end] - actual) / (end - now) if now < end else np.full(actual.shape, np.nan)
    )
    lately = max(gone - ago, 1)
    days = [
        [days_ahead(planned[g, :, leg], actual[g, leg], gone) for leg in range(actual.shape[1])]
        for g in range(len(groups))
    ]
    return Splits(
        groups=groups,
        legs=history.process.legs,
        day=seen.start + gone,
        days_gone=gone,
        planned=planned[:, now],
        actual=actual,
        movements=movements,
        days=np.array(days),
        trend=change,
        low=low,
        high=high,
        planned_in_all=planned[:, end],
        needed_per_week=np.maximum(needed, 0.0) * WORKING_WEEK,
        now_per_week=(actual - then) / lately * WORKING_WEEK,
        verdict=verdicts(
            planned[:, now],
            actual,
            change,
            made.best(day),
            planned[:, now] - planned[:, min(ago, end)],
        ),
    )


@dataclass(frozen=True)
class _Made:
    """Passes made by group and leg on every day of the history.

    Attributes:
        first: the first day.
        total: cumulative passes before each day, (groups, S + 1, days + 1).

    """

    first: int
    total: Floats

    def count(self, first: int, last: int) -> Floats:
        """Passes on the days first..last, (groups, S + 1)."""
        limit = self.total.shape[2] - 1
        low, high = (int(np.clip(day - self.first, 0, limit)) for day in (first, last + 1))
        return self.total[:, :, max(low, high)] - self.total[:, :, low]

    def best(self, day: int) -> Bools:
        """Whether the `TREND_DAYS` up to a day have more passes than any as many before them."""
        end = int(np.clip(day + 1 - self.first, 0, self.total.shape[2] - 1))
        if end < 2 * TREND_DAYS:
            return np.zeros(self.total.shape[:2], dtype=np.bool_)
        window = self.total[:, :, TREND_DAYS : end + 1] - self.total[:, :, : end + 1 - TREND_DAYS]
        earlier = window[:, :, :-TREND_DAYS].max(axis=2)
        found: Bools = window[:, :, -1] > earlier
        return found


def _made(seen: Tracks, of: Ints, groups: int, until: int) -> _Made:
    """Count the passes made up to a day."""
    rows = np.flatnonzero(seen.passes)
    # Whoever had the deal before the row made the movement; nobody is last.
    owner = seen.owner[rows - ~seen.first[rows]]
    group = of[np.where(owner < 0, of.size - 1, owner)]
    legs = seen.stages + 1
    begin = int(seen.day.min(initial=seen.start))
    days = int(seen.day.max(initial=until)) + 1 - begin
    cell = (group * legs + seen.leg_left[rows]) * days + seen.day[rows] - begin
    daily = np.bincount(cell, minlength=groups * legs * days).reshape(groups, legs, days)
    total = np.zeros((groups, legs, days + 1))
    total[:, :, 1:] = np.cumsum(daily, axis=2)
    return _Made(begin, total)
