"""The demo's activities: on some days before a movement, and on some days on which none came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.activity.tally import movements
from mellantid.core.clock import MS_PER_DAY
from mellantid.core.watch.stays import stays
from mellantid.core.weeks import WORKING_WEEK
from mellantid.demo.rows import deal_name
from mellantid.workspace.activities import Activity, log

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Ints
    from mellantid.demo.company import DemoCompany
    from mellantid.workspace import Workspace

DAYS: Final = 120
"""Working days of which activities are known: the company began to log half a year ago."""
A_DAY: Final = 0.03
"""Activities on a deal at hand on a day, were there no difference between legs."""
BEFORE: Final = 0.12
"""The share of movements that an activity comes shortly before."""
CREATING: Final = 1.2
"""Activities for a deal that is created."""
BY_PLACE: Final = (
    ("call", "call", "email"),
    ("call", "meeting", "email"),
    ("meeting", "demo", "call"),
    ("proposal", "meeting", "call"),
)
SEED: Final = 5
HOUR: Final = MS_PER_DAY // 24


def be_active(workspace: Workspace, company: DemoCompany, now: int) -> None:
    """Log what the demo's sellers have done lately, in proportion to what has moved."""
    rng = np.random.default_rng(SEED)
    history, process = company.history, company.process
    last = history.until_day
    first = last - DAYS + 1
    found = stays(history).within(first, last)
    found = found.take(found.owner >= 0)
    # Some sellers log more than they do, and some less.
    eager = rng.gamma(6.0, 1.0 / 6.0, len(history.owners))
    length = found.last - found.begin + 1
    some = rng.poisson(A_DAY * length * eager[found.owner])
    stay = np.repeat(np.arange(length.size), some)
    day = found.begin[stay] + (rng.random(stay.size) * length[stay]).astype(np.int64)
    led = np.flatnonzero(found.onward & (rng.random(length.size) < BEFORE))
    ago = rng.integers(0, WORKING_WEEK, led.size)
    stay, day = (
        np.append(stay, led),
        np.append(day, np.maximum(found.last[led] - ago, found.begin[led])),
    )
    owner, leg, when = movements(history)
    created = np.flatnonzero((leg == 0) & (when > first) & (owner >= 0))
    many = rng.poisson(CREATING * eager[owner[created]])
    for_new = np.repeat(created, many)
    sellers = np.append(found.owner[stay], owner[for_new])
    days = np.append(day, np.maximum(when[for_new] - rng.integers(0, 10, for_new.size), first))
    deals = [deal_name(each) for each in found.deal[stay].tolist()] + [None] * for_new.size
    places = np.append(1 + found.stage[stay] * 3 // process.size, np.zeros(for_new.size, np.int64))
    at = _moments(history.clock, days, rng.random(days.size))
    which = rng.integers(0, 3, days.size)
    rows = [
        Activity(
            f"demo:activity:{n}",
            history.owners[sellers[n]],
            BY_PLACE[places[n]][which[n]],
            deals[n],
            None if deals[n] is not None else process.legs[0],
            int(at[n]),
            int(at[n]) - 1,
            "demo",
            min(int(at[n]), now),
        )
        for n in np.argsort(at, kind="stable").tolist()
        if at[n] < min(now, history.until)
    ]
    log(workspace.ledger, process.name, rows)


def _moments(clock: WorkingClock, days: Ints, part: np.ndarray) -> Ints:
    """Moments between 8 and 16 on working days."""
    local = clock.date_of_day(days) * MS_PER_DAY + ((8 + 8 * part) * HOUR).astype(np.int64)
    return clock.zone.moments(local)
