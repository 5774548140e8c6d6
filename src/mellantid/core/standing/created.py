"""What was created: the money of a plan told apart by what brought it, by week, owner and leg.

The steps of `standing.money` are of four parts: movements onward, movements back and losses, what
waiting did to the deals that stood, and the planned creation that is taken off. Onward is further
on the course than before, as a scoreboard has it: a deal that is lost had come nowhere. The four
parts of a leg sum to the leg's split in money, to the last öre.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.core.history import NOWHERE
from mellantid.core.standing.money import NO_ROW, PLANNED, TRANSFERS
from mellantid.core.sums import sums
from mellantid.core.weeks import iso_weeks

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.standing.money import Money
    from mellantid.core.types import Bools, Floats, Ints

ONWARD: Final = 0
"""In the last axis of `Created.table`: movements onward, the credit that people earn."""
BACK: Final = 1
"""Movements back, and losses."""
WAITING: Final = 2
"""What the days did to the deals that stood."""
OF_PLAN: Final = 3
"""The planned creation, taken off leg 0."""
PARTS: Final = 4
LONG_RUN: Final = 500
"""Working days after the period in which what is open now is won, if ever: two years."""


@dataclass(frozen=True, eq=False)
class Created:
    """The money of the legs by part.

    Attributes:
        weeks: ISO weeks (year * 100 + week) in which there were steps.
        table: (weeks, owners, S + 1, `PARTS`); summed over weeks and parts it is `Money.legs`.

    """

    weeks: Ints
    table: Floats

    def of(self, owners: Ints, week: int | None = None) -> Floats:
        """The parts of some owners together, (S + 1, `PARTS`): of a week, or of all."""
        weeks = self.table if week is None else self.table[self.weeks == week]
        found: Floats = weeks[:, owners].sum(axis=(0, 1))
        return found


def goes_onward(history: History) -> Bools:
    """Whether each row brings its deal further on the course than it was."""
    lost = history.process.lost_state
    before, after = (
        np.where(state == lost, NOWHERE, state) for state in (history.before, history.state)
    )
    found: Bools = after > before
    return found


def created(history: History, found: Money) -> Created:
    """Tell the money of the legs apart.

    Args:
        history: what is known.
        found: its money, with stays cut at the ends of weeks, so that each lies in its own week.

    """
    steps = found.steps
    # One more place, at the end, where `NO_ROW` finds itself.
    onward = np.append(goes_onward(history), False)
    part = np.where(onward[steps.row], ONWARD, BACK)
    part = np.where(steps.row == NO_ROW, WAITING, part)
    part = np.where(steps.deal == PLANNED, OF_PLAN, part)
    mine = np.flatnonzero(steps.leg >= 0)
    weeks, place = np.unique(iso_weeks(history.clock, steps.day), return_inverse=True)
    shape = (weeks.size, *found.legs.shape, PARTS)
    cell = np.ravel_multi_index(
        (place[mine], steps.owner[mine], steps.leg[mine], part[mine]), shape
    )
    table = sums(cell, steps.money[mine], int(np.prod(shape))).reshape(shape)
    return Created(weeks, table)


def row_credits(found: Money, owner: int, rows: int) -> tuple[Bools, Floats]:
    """Which of a history's rows an owner has the credit of, and each row's credit, else 0.

    A row that moved a deal and changed its amount has both as one credit; a deal that came from
    somebody else is none.

    Args:
        found: the history's money.
        owner: place in `Money.owners`.
        rows: how many rows the history has.

    """
    steps = found.steps
    mine = (steps.row != NO_ROW) & (steps.leg != TRANSFERS) & (steps.owner == owner)
    credited: Bools = np.bincount(steps.row[mine], minlength=rows) > 0
    return credited, sums(steps.row[mine], steps.money[mine], rows)


def at_all(plan: Plan, place: int, clock: WorkingClock) -> Plan:
    """A plan that asks whether deals are won at all: within `LONG_RUN` days after a period's end.

    What movements create by this measure, less what they create in the period, counts for periods
    to come: late in a year that is nearly all of it.

    Args:
        plan: the plan.
        place: which of its periods.
        clock: the plan's.

    """
    period = plan.periods[place]
    last = min(period.last + LONG_RUN, int(clock.days[-1]) - 1)
    ends = clock.zone.moments((clock.date_of_day(last) + 1) * MS_PER_DAY)
    longer = replace(period, last=last, ends=int(ends))
    one = slice(place, place + 1)
    return replace(
        plan,
        periods=(longer,),
        met=plan.met[one],
        expected=plan.expected[one],
        opening=plan.opening[one],
    )
