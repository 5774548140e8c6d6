"""The plan's own course of the won amount, for a picture of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_table
from mellantid.core.planning.tracks import tracks
from mellantid.core.planning.worth import (
    worth_of_created,
    worth_of_direct_wins,
    worth_of_rows,
)

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats, Ints


def planned_amounts(history: History, plan: Plan, place: int, days: Ints) -> Floats:
    """Expected won amount of a period by the end of each day, as the plan saw it at its start.

    Args:
        history: what is known now, the past before the plan included.
        plan: the plan.
        place: which of its periods.
        days: working days from the plan's start to the period's end.

    Raises:
        QuestionError: the history cannot be compared with the plan (`Plan.check`).

    """
    plan.check(history)
    of = plan.periods[place]
    seen = tracks(history, plan.made, plan.start, plan.assumed)
    rows = np.flatnonzero(seen.opening)
    table = win_table(history.process, plan.basis.hazard, max(of.last - plan.start, 1))
    amounts = []
    for day in days.tolist():
        if day < of.first:
            amounts.append(0.0)
            continue
        chance = PeriodChance(table, of.first, day)
        opening = worth_of_rows(seen, rows, plan.start, chance, replace(of, last=day))
        ahead = max(day - plan.start, 0)
        created = worth_of_created(plan.basis, chance, plan.start, ahead)
        direct = worth_of_direct_wins(plan.basis, chance, plan.start, ahead)
        amounts.append(float(opening.sum() + plan.pace[:ahead] @ created + direct.sum()))
    return np.array(amounts)
