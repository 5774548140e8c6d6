"""Has a leg changed pace? What the watch says, as a table of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.report.data import WatchLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from mellantid.report.writer import Cell, Table, TableWriter
    from mellantid.workspace import LegWatch, Race, Workspace

MOST_ODDS: Final = 1e6
"""Evidence is written up to so much to 1."""


def watch_lines(workspace: Workspace, race: Race) -> tuple[WatchLine, ...]:
    """A line for each leg; none where no whole day of the plan has passed."""
    try:
        found = workspace.watch(race)
    except QuestionError:
        return ()
    return tuple(watch_line(each) for each in found.legs)


def watch_line(found: LegWatch) -> WatchLine:
    """What the watch says of one leg, as the report has it."""
    return WatchLine(
        leg=found.leg,
        finding=found.verdict,
        planned=found.planned,
        actual=found.actual,
        pace=found.pace,
        since=found.since,
        ratio=found.ratio,
        e_value=found.e_value,
        wait_days=found.wait_days,
    )


def watch_table(w: TableWriter, lines: Sequence[WatchLine]) -> Table:
    """The finding for each leg, since when, how large and how sure."""
    columns = [
        w.column("leg", "name"),
        w.column("expected", metric="expected_passes"),
        w.column("actual", metric="passes_made"),
        w.column("pace", metric="pace_against_plan"),
        w.column("finding", "words", "watch_verdict"),
        w.column("since", metric="since"),
        w.column("pace_since", metric="changed_pace"),
        w.column("evidence", metric="e_value"),
        w.column("seen_in", metric="wait"),
    ]
    rows = [_row(w, line) for line in lines]
    return w.table(columns, rows, (), w.words("headings.watch"))


def _row(w: TableWriter, line: WatchLine) -> list[str | Markup | Cell]:
    def factor(x: float | None) -> str:
        return numbers.NONE if x is None else numbers.decimal(x, 2, w.language)

    much = "plain.odds_over" if line.e_value > MOST_ODDS else "plain.odds"
    odds = numbers.movements(min(line.e_value, MOST_ODDS), w.language)
    return [
        w.leg(line.leg),
        numbers.movements(line.planned, w.language),
        numbers.count(line.actual, w.language),
        factor(line.pace),
        w.words(f"findings.{line.kind}"),
        numbers.date(line.since, w.language),
        factor(line.ratio),
        w.words(much, odds=odds) if line.e_value >= 1.0 else numbers.NONE,
        numbers.days(line.wait_days, w.language),
    ]
