"""The plan's course so far: the passes made on each leg by the end of every day since its start.

What `core.splits` compares with the plan today, day by day, for charts and the pace band.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.planning.tracks import tracks

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.types import Floats


def passes_made(history: History, plan: Plan) -> Floats:
    """Cumulative passes of each leg since the plan's start, (days + 1, S + 1).

    The first row is the start, all zero; the last is the history's last day, or the plan's.

    Raises:
        QuestionError: the history cannot be compared with the plan (`Plan.check`).

    """
    plan.check(history)
    days = int(np.clip(history.until_day - plan.start, 0, plan.days))
    seen = tracks(history, plan.made, plan.start, plan.assumed)
    day = seen.day - plan.start
    rows = seen.later & seen.passes & (day <= days)
    cell = day[rows] * (seen.stages + 1) + seen.leg_left[rows]
    daily = np.bincount(cell, minlength=(days + 1) * (seen.stages + 1))
    return np.cumsum(daily.reshape(days + 1, seen.stages + 1), axis=0, dtype=np.float64)
