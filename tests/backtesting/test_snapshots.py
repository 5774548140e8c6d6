from __future__ import annotations

import datetime as dt

import numpy as np

from mellantid.backtesting.snapshots import past
from mellantid.calendars import working_clock
from mellantid.core.history import History
from mellantid.core.process import Process

CLOCK = working_clock("UTC")
PROCESS = Process("Sales", ("First", "Second"))


def history(*rows: tuple[int, str, int]) -> History:
    """Rows of deal, date and state; all happen at noon."""
    deal, date, state = zip(*rows, strict=True)
    noon = [int(dt.datetime.fromisoformat(f"{each}T12:00+00:00").timestamp()) for each in date]
    until = CLOCK.end_of(dt.date(2025, 6, 30))
    names = tuple(map(str, range(max(deal) + 1)))
    return History.fold(PROCESS, CLOCK, until, names, (), deal, np.array(noon) * 1000, state)


def test_what_became_of_each_open_deal_and_when():
    won, lost = PROCESS.won_state, PROCESS.lost_state
    found = past(
        history(
            (0, "2025-03-03", 0), (0, "2025-04-02", won),
            (1, "2025-03-03", 0), (1, "2025-04-09", lost),
            (2, "2025-03-03", 1), (2, "2025-06-20", won),
            (3, "2025-03-03", 0), (3, "2025-04-03", lost), (3, "2025-04-04", 0),
            (4, "2025-04-01", 0), (4, "2025-04-03", won),
        ),
        dt.date(2025, 3, 31), dt.timedelta(weeks=4), 7.0,
    )  # fmt: skip
    assert found.snapshot.deal.tolist() == [0, 1, 2, 3]
    assert found.won.tolist() == [True, False, False, False]
    # One that was lost and has come back within the horizon is as open as it was.
    assert found.lost.tolist() == [False, True, False, False]
    assert found.days.tolist() == [2, 7, 20, 20]
    assert (found.of_open, found.of_new) == (7.0, 7.0)


def test_an_end_on_the_weekend_after_the_date_is_put_on_the_first_day():
    found = past(
        history((0, "2025-03-03", 0), (0, "2025-03-29", PROCESS.won_state)),
        dt.date(2025, 3, 28), dt.timedelta(weeks=4), 1.0,
    )  # fmt: skip
    assert (found.won.tolist(), found.days.tolist()) == ([True], [1])
