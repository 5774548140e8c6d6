"""Has a leg changed pace? What the watch says, as a table of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.report.data import WatchLine

if TYPE_CHECKING:
    from mellantid.report.writer import Table, Writer
    from mellantid.workspace import Race, Workspace

MOST_ODDS: Final = 1e6
"""Evidence is written up to so much to 1."""


def watch_lines(workspace: Workspace, race: Race) -> tuple[WatchLine, ...]:
    """A line for each leg; none where no whole day of the plan has passed."""
    try:
        found = workspace.watch(race)
    except QuestionError:
        return ()
    return tuple(
        WatchLine(
            leg=each.leg,
            finding=each.verdict,
            planned=each.planned,
            actual=each.actual,
            pace=each.pace,
            since=each.since,
            ratio=each.ratio,
            e_value=each.e_value,
            wait_days=each.wait_days,
        )
        for each in found.legs
    )


def watch_table(w: Writer) -> Table:
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
    rows = [_row(w, line) for line in w.data.watch]
    return w.table(columns, rows, (), w.words("headings.watch"))


def _row(w: Writer, line: WatchLine) -> list[str]:
    def factor(x: float | None) -> str:
        return numbers.NONE if x is None else numbers.decimal(x, 2, w.language)

    much = "plain.odds_over" if line.e_value > MOST_ODDS else "plain.odds"
    odds = numbers.movements(min(line.e_value, MOST_ODDS), w.language)
    return [
        w.words.leg(line.leg),
        numbers.movements(line.planned, w.language),
        numbers.count(line.actual, w.language),
        factor(line.pace),
        w.words(f"findings.{line.kind}"),
        numbers.date(line.since, w.language),
        factor(line.ratio),
        w.words(much, odds=odds) if line.e_value >= 1.0 else numbers.NONE,
        numbers.days(line.wait_days, w.language),
    ]
