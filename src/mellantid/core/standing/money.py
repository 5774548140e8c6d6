"""Money: the gap to the plan as an exact sum of steps by deal, leg, owner and day.

M(t) is the expected won amount of a period, given all that has happened up to the end of day t:
amount times chance of every deal, plus what the planned creation of the days to come is expected to
bring. Under the plan's model it is a martingale, and M(t) - M(0) is the sum of its steps:

- a deal moves: from the chance of the evening before (or of an entrant, where it entered the same
  day) to the chance of an entrant in the new state; the leg left has the step. From won or lost,
  the leg on which the deal was closed has it. The creation of a deal is a step of leg 0;
- a deal stands: what each day's end does to its chance belongs to the leg it is on;
- creations that were planned for the days gone by are taken off leg 0;
- an amount changes, or becomes known: the change times the chance at that moment;
- an owner changes: the deal's worth goes from one owner to the other, which sums to nothing.

What happens in one row happens in this order: movement, amount, owner. What was corrected in the
time before the plan, and what a model fitted anew makes of the same deals, are lines of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.planning.owners import Owners
from mellantid.core.planning.tracks import tracks
from mellantid.core.planning.worth import worth_of_rows
from mellantid.core.sums import sums
from mellantid.core.weeks import iso_weeks, week_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Period
    from mellantid.core.planning.tracks import Tracks
    from mellantid.core.planning.worth import Basis
    from mellantid.core.types import Floats, Ints

AMOUNT_CHANGES: Final = -1
"""In `Steps.leg`: an amount that changed or became known."""
TRANSFERS: Final = -2
"""In `Steps.leg`: a deal that went from one owner to another."""
PLANNED: Final = -1
"""In `Steps.deal`: the planned creation, which belongs to no deal."""
NO_ROW: Final = -1
"""In `Steps.row`: nothing happened, a deal stood or a creation was planned."""


@dataclass(frozen=True)
class Steps:
    """Steps of M, one a row.

    Attributes:
        deal: which deal, or `PLANNED`.
        leg: 0 to S, or `AMOUNT_CHANGES` or `TRANSFERS`.
        owner: place in `Money.owners`.
        day: the working day on which the step was made; of a stay, its last day.
        money: the step, positive when it brings the outcome forward.
        row: the history's row that made it, whose credit it is; `NO_ROW` where nothing happened.

    """

    deal: Ints
    leg: Ints
    owner: Ints
    day: Ints
    money: Floats
    row: Ints


@dataclass(frozen=True)
class Money:
    """Ahead or behind in money in one period; every sum of lines is a gap.

    Attributes:
        period: the target's period.
        owners: the owners' identities, nobody last.
        steps: what happened since the plan was made.
        legs: by owner and leg, (owners, S + 1).
        amount_changes: by owner.
        transfers: by owner, summing to zero.
        corrections: by owner: how the start looks now, less how it looked when the plan was made.
        refitted: by owner: what the new model makes of the deals and the creation that remain.
        gap: by owner: M(t) - M(0), computed from where the deals stand and from the stored plan,
            not from the steps.
        value: M(t) of all, the expected won amount.

    """

    period: Period
    owners: tuple[str, ...]
    steps: Steps
    legs: Floats
    amount_changes: Floats
    transfers: Floats
    corrections: Floats
    refitted: Floats
    gap: Floats
    value: float

    @property
    def re_estimation(self) -> Floats:
        """What the figures changed by for other reasons than what the deals did, by owner."""
        return self.corrections + self.refitted

    def lines(self) -> Floats:
        """Every line by owner, (owners, S + 5); a row sums to the owner's gap.

        Columns: the legs, amount changes, transfers, corrections, refitted.
        """
        others = (self.amount_changes, self.transfers, self.corrections, self.refitted)
        return np.column_stack([self.legs, *others])

    def by_week(self, history: History) -> tuple[Ints, Floats]:
        """ISO weeks (year * 100 + week) and the steps of each by leg, (weeks, S + 2).

        The last column is the amount changes. All together sum to the gap less re-estimation; where
        stays were not cut at the weeks' ends (`money(..., weekly=True)`), each is in its last week.
        """
        weeks, table = self.by_owner_and_week(history)
        return weeks, np.delete(table.sum(axis=1), TRANSFERS, axis=1)

    def by_owner_and_week(self, history: History) -> tuple[Ints, Floats]:
        """ISO weeks, and the steps of each by owner and line, (weeks, owners, S + 3).

        Columns: the legs, transfers, amount changes. Each owner's sum to the owner's gap less
        re-estimation; weeks are cut as in `by_week`.
        """
        weeks, place = np.unique(iso_weeks(history.clock, self.steps.day), return_inverse=True)
        lines = self.legs.shape[1] + 2
        shape = (weeks.size, len(self.owners), lines)
        cell = (place * shape[1] + self.steps.owner) * lines + self.steps.leg % lines
        return weeks, sums(cell, self.steps.money, int(np.prod(shape))).reshape(shape)


def money(
    history: History,
    plan: Plan,
    *,
    anew: Basis | None = None,
    assumed: ArrayLike | None = None,
    weekly: bool = False,
) -> list[Money]:
    """Where every leg and owner stands against the plan in money, for each of its periods.

    Args:
        history: what is known now.
        plan: the plan.
        anew: a model fitted since; what it changes is the line `refitted`.
        assumed: the amount of a deal whose amount is unknown, one for all or one a deal; left out,
            that of the plan.
        weekly: cut stays at the ends of weeks, so that every step falls in its own week.

    Raises:
        QuestionError: the history cannot be compared with the plan (`Plan.check`).

    """
    plan.check(history)
    guess = plan.assumed if assumed is None else assumed
    seen = tracks(history, plan.made, plan.start, guess)
    now = max(history.until_day, plan.start)
    owners = Owners.of(history, plan)
    cuts = _week_cuts(history, plan.start, now) if weekly else np.empty(0, dtype=np.int64)
    old = plan.chances(history.process)
    new = old if anew is None else plan.chances(history.process, anew)
    return [
        _statement(seen, plan, place, now, owners, cuts, (old[place], new[place]), anew)
        for place in range(len(plan.periods))
    ]


def _statement(
    seen: Tracks,
    plan: Plan,
    place: int,
    now: int,
    owners: Owners,
    cuts: Ints,
    chances: tuple[PeriodChance, PeriodChance],
    anew: Basis | None,
) -> Money:
    """One period's money."""
    of, (chance, refit) = plan.periods[place], chances
    gone = now - plan.start
    creation = plan.creation(chance)
    steps = _steps(seen, now, chance, of, owners, cuts, creation[:gone])
    opened, last = np.flatnonzero(seen.opening), np.flatnonzero(seen.last)
    opening = owners.total(seen.owner[opened], worth_of_rows(seen, opened, plan.start, chance, of))
    closing = owners.total(seen.owner[last], worth_of_rows(seen, last, now, chance, of))
    closing += creation[gone:] @ owners.daily[gone:]
    value = closing
    if anew is not None:
        value = owners.total(seen.owner[last], worth_of_rows(seen, last, now, refit, of))
        value += plan.creation(refit, anew)[gone:] @ owners.daily[gone:]
    stored = owners.spread(plan.opening[place])
    table = _table(steps, len(owners.names), seen.stages + 1)
    return Money(
        period=of,
        owners=owners.names,
        steps=steps,
        legs=table[:, : seen.stages + 1],
        amount_changes=table[:, AMOUNT_CHANGES],
        transfers=table[:, TRANSFERS],
        corrections=opening - stored,
        refitted=value - closing,
        gap=value - stored - creation @ owners.daily,
        value=float(value.sum()),
    )


def _table(steps: Steps, owners: int, legs: int) -> Floats:
    """Sums of the steps by owner and line: the legs, transfers, amount changes."""
    lines = legs + 2
    cell = steps.owner * lines + steps.leg % lines
    return sums(cell, steps.money, owners * lines).reshape(owners, lines)


def _steps(
    seen: Tracks,
    now: int,
    chance: PeriodChance,
    of: Period,
    owners: Owners,
    cuts: Ints,
    creation: Floats,
) -> Steps:
    """Every step from the plan's start to the end of day `now`."""
    rows = np.flatnonzero(seen.later)
    parts = [
        *_row_steps(seen, rows, chance, of),
        _stay_steps(seen, now, chance, of, cuts),
        _planned_steps(seen.start, creation, owners.daily[: creation.size]),
    ]
    deal, leg, owner, day, row = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("deal", "leg", "owner", "day", "row")
    )
    value = np.concatenate([part.money for part in parts])
    return Steps(deal, leg, owners.places(owner), day, value, row)


def _row_steps(seen: Tracks, rows: Ints, chance: PeriodChance, of: Period) -> Sequence[Steps]:
    """What each row did at its moment: movement, change of amount, change of owner."""
    day, first = seen.day[rows], seen.first[rows]
    previous = rows - ~first
    after = seen.during(rows, day, chance, of)
    before = np.where(first, 0.0, seen.during(previous, day, chance, of))
    owner, leg = seen.owner[previous], np.where(first, 0, seen.leg[previous])
    old, new = seen.amount[previous], seen.amount[rows]
    deal, given = seen.deal[rows], np.flatnonzero(seen.owner[rows] != owner)
    moved, priced = np.flatnonzero(seen.moved[rows]), np.flatnonzero(new != old)

    def steps(at: Ints, line: Ints, whose: Ints, value: Floats) -> Steps:
        return Steps(deal[at], line, whose, day[at], value, rows[at])

    worth = (new * after)[given]
    transfer = np.full(given.size, TRANSFERS)
    return [
        steps(moved, leg[moved], owner[moved], (old * (after - before))[moved]),
        steps(
            priced,
            np.full(priced.size, AMOUNT_CHANGES),
            owner[priced],
            ((new - old) * after)[priced],
        ),
        steps(given, transfer, owner[given], -worth),
        steps(given, transfer, seen.owner[rows][given], worth),
    ]


def _stay_steps(seen: Tracks, now: int, chance: PeriodChance, of: Period, cuts: Ints) -> Steps:
    """What standing did to the deals between one row and the next, cut after the days `cuts`."""
    from_row = np.flatnonzero((seen.opening | seen.later) & (seen.state < seen.stages))
    ends = seen.last[from_row]
    # What has no next row stands to the end of today: as if a row came tomorrow.
    until = np.where(ends, now + 1, seen.day[np.where(ends, from_row, from_row + 1)])
    begun = np.where(seen.later[from_row], seen.day[from_row], seen.start + 1)
    low, high = np.searchsorted(cuts, begun), np.searchsorted(cuts, until)
    pieces = np.maximum(high - low, 0) + 1
    row = np.repeat(from_row, pieces)
    starts = np.cumsum(pieces) - pieces
    nth = np.arange(row.size) - np.repeat(starts, pieces)
    # A piece runs to the morning after a cut, the last one to the next row.
    stop = np.repeat(until, pieces)
    inner = nth < np.repeat(pieces - 1, pieces)
    stop[inner] = cuts[(np.repeat(low, pieces) + nth)[inner]] + 1
    end = seen.during(row, stop, chance, of)
    begin = np.empty_like(end)
    begin[1:] = end[:-1]
    begin[starts] = seen.during(from_row, begun, chance, of)
    return Steps(
        seen.deal[row],
        seen.leg[row],
        seen.owner[row],
        np.maximum(stop - 1, np.repeat(begun, pieces)),
        seen.amount[row] * (end - begin),
        np.full(row.size, NO_ROW),
    )


def _planned_steps(start: int, creation: Floats, daily: Floats) -> Steps:
    """The planned creation of the days gone by, taken off leg 0 of every owner by share."""
    whose = np.flatnonzero(daily.any(axis=0))
    days, size = creation.size, creation.size * whose.size
    return Steps(
        np.full(size, PLANNED),
        np.zeros(size, dtype=np.int64),
        np.tile(whose, days),
        np.repeat(np.arange(start + 1, start + 1 + days), whose.size),
        -(creation[:, None] * daily[:, whose]).ravel(),
        np.full(size, NO_ROW),
    )


def _week_cuts(history: History, start: int, now: int) -> Ints:
    """The last working day of every week from the plan's first day to today."""
    days = np.arange(start + 1, now + 1)
    return days[week_ends(iso_weeks(history.clock, days))]
