"""Evaluations that were closed, with what was learned; and when the next one is due."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mellantid.core.clock import EPOCH, date_number
from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.clock import WorkingClock
    from mellantid.ledger import Ledger
    from mellantid.workspace.watching import Watch

LONGEST: Final = 10_000
EVER: Final = 2**62
MONTH: Final = "month"
LEG: Final = "leg"


@dataclass(frozen=True)
class Closed:
    """An evaluation that was closed.

    Attributes:
        on: the date.
        plan_version: the plan that was evaluated.
        gap_money: the gap as it was then.
        wrong: the assumptions that did not hold: kind, leg and money of each.
        learned: what was learned, in somebody's words.
        author: whose.

    """

    on: dt.date
    plan_version: int
    gap_money: float
    wrong: tuple[Mapping[str, Any], ...]
    learned: str
    author: str


@dataclass(frozen=True)
class Due:
    """Why it is time to evaluate.

    Attributes:
        why: `MONTH`, a new month has begun; or `LEG`, the watch says that legs have changed.
        legs: which.
        since: the date from which it is due.

    """

    why: str
    legs: tuple[str, ...]
    since: dt.date


def close_evaluation(
    ledger: Ledger, process: str, closed: Closed, recorded_at: int, key: str
) -> None:
    """Keep what was learned; the same key again adds nothing.

    Raises:
        CannotDo: it says nothing, or too much.

    """
    text = closed.learned.strip()
    if not text:
        raise CannotDo("nothing_learned")
    if len(text) > LONGEST:
        raise CannotDo("long_text", most=LONGEST)
    document = json.dumps(
        {"gap_money": closed.gap_money, "wrong": list(closed.wrong)}, ensure_ascii=False
    )
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO evaluation "
            "(key, process, plan_version, closed_on, document, text, author, recorded_at) "
            "SELECT ?, ?, ?, ?, ?, ?, ?, ? "
            "WHERE NOT EXISTS (SELECT 1 FROM evaluation WHERE key = ?)",
            (
                key,
                process,
                closed.plan_version,
                closed.on.isoformat(),
                document,
                text,
                closed.author,
                recorded_at,
                key,
            ),
        )


def closed_evaluations(
    ledger: Ledger, process: str, until: int | None = None
) -> tuple[Closed, ...]:
    """The evaluations that were closed before a moment (ms), or until now, the newest first."""
    rows = ledger.rows(
        "SELECT closed_on, plan_version, document, text, author FROM evaluation "
        "WHERE process = ? AND recorded_at < ? ORDER BY id DESC",
        (process, EVER if until is None else until),
    )
    return tuple(
        _closed(dt.date.fromisoformat(on), version, json.loads(document), text, author)
        for on, version, document, text, author in rows
    )


def _closed(
    on: dt.date, version: int, document: Mapping[str, Any], text: str, author: str
) -> Closed:
    return Closed(on, version, document["gap_money"], tuple(document["wrong"]), text, author)


def due(
    clock: WorkingClock,
    today: dt.date,
    begun: dt.date,
    closed: tuple[Closed, ...],
    watch: Watch | None,
) -> Due | None:
    """Whether it is time to evaluate: a leg has changed, or a month has begun; None: it is not.

    Args:
        clock: the workspace's clock.
        today: the present date.
        begun: the plan's first date.
        closed: the evaluations that were closed, the newest first.
        watch: what the watch says of the legs; None: nothing yet.

    """
    last = max((each.on for each in closed), default=None)
    alarms = [
        (each.alarm_on, each.leg)
        for each in (() if watch is None else watch.legs)
        if each.named and each.alarm_on is not None and (last is None or each.alarm_on > last)
    ]
    if alarms:
        return Due(LEG, tuple(leg for _, leg in alarms), min(date for date, _ in alarms))
    first = first_working_date(clock, today)
    if begun < first <= today and (last is None or last < first):
        return Due(MONTH, (), first)
    return None


def first_working_date(clock: WorkingClock, date: dt.date) -> dt.date:
    """The first working day of a date's month."""
    day = clock.day_of_date(date_number(date.replace(day=1) - dt.timedelta(days=1)))
    return EPOCH + dt.timedelta(days=int(clock.date_of_day(int(day) + 1)))
