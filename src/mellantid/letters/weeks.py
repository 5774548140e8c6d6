"""The week that a letter tells of: by default the latest one that is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.workspace import Workspace

WEEK: Final = dt.timedelta(days=7)
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday.

    Attributes:
        monday: its first date.
        known: the last date whose end is asked about: its Sunday, or today while it runs.

    """

    monday: dt.date
    known: dt.date

    @property
    def name(self) -> str:
        """What ISO calls it, as 2026-W07."""
        return iso_name(self.monday)

    @property
    def since(self) -> dt.date:
        """The Sunday before it, at whose end it is compared with."""
        return self.monday - DAY


def iso_name(date: dt.date) -> str:
    """The ISO week of a date, as 2026-W07."""
    year, week, _ = date.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(date: dt.date) -> dt.date:
    """The Monday of a date's week."""
    return date - dt.timedelta(days=date.weekday())


def week_of(asked: str | None, workspace: Workspace, now: int) -> Week:
    """The week that is asked for.

    Args:
        asked: such as `2026-W07`; None: the latest that is over. Where the newest data are old, the
            latest of which something is known.
        workspace: the organisation.
        now: the present moment (ms).

    Raises:
        QuestionError: it is no week, or has not begun.

    """
    today = workspace.clock.date(now)
    known = workspace.clock.date(workspace.moment(None, now + 1).until - 1)
    if not asked:
        monday = min(monday_of(today) - WEEK, monday_of(known))
    else:
        monday = _read(asked)
        if monday > today:
            raise QuestionError(f"Week {asked} has not begun: ask for one that has.")
    return Week(monday, min(monday + WEEK - DAY, today))


def _read(asked: str) -> dt.date:
    year, _, week = asked.strip().partition("-W")
    try:
        return dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError as error:
        raise QuestionError(f"{asked!r} is no week: write it as 2026-W07.") from error
