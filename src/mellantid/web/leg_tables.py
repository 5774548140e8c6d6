"""The tables and sentences of a leg's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.core.standing.verdict import Verdict
from mellantid.core.watch.finding import Finding
from mellantid.metrics import numbers
from mellantid.report.wording import wording
from mellantid.report.writer import TableWriter
from mellantid.web.leg_charts import shown_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.report.data import LegLine
    from mellantid.report.writer import Table
    from mellantid.workspace import LegWatch, Rope
    from mellantid.workspace.leg import Cohort, Conversion, CoursePoint, StayPoint

DEFINED: Final = (
    *("planned", "actual", "movements", "days", "money", "trend", "needed_per_week"),
    *("now_per_week", "verdict", "expected_passes", "passes_made", "pace_against_plan"),
    *("watch_verdict", "since", "changed_pace", "e_value", "wait", "cohort_share"),
)
OF_STAGE: Final = (
    *("conversion", "stage_days", "stay_ended", "survival", "cutoff", "passage_by", "age"),
    "amount",
)
"""And of a leg that leads out of a stage."""
FEW_ENDED: Final = 10
"""Stays that have ended below which the model leans on what is usual."""
ROWS: Final = 16
"""Rows, at most, of the table of stays."""
MOST_ODDS: Final = 1e6
WATCHED: Final = {
    Finding.CHANGED: "leg.watch_changed",
    Finding.SIGN: "leg.watch_sign",
    Finding.BACK: "leg.watch_back",
    Finding.NONE_SEEN: "leg.watch_none",
    Finding.EARLY: "leg.watch_early",
    Finding.TOO_FEW: "leg.watch_too_few",
}


class LegWriter(TableWriter):
    """Writes a leg's tables in the pages' own words."""

    def title(self, key: str) -> str:
        """A column's title."""
        return self.words(f"leg_columns.{key}")

    def share(self, p: float) -> str:
        """A share."""
        return numbers.percent(p, self.language)

    def count(self, n: float) -> str:
        """A whole number."""
        return numbers.count(n, self.language)

    def between(self, low: str, high: str) -> str:
        """From one to the other."""
        return self.words("leg.range", low=low, high=high)


def sentence(w: LegWriter, name: str, line: LegLine | None) -> str:
    """The page's own: how the leg stands."""
    if line is None:
        return w.words("leg.no_plan", leg=name)
    if line.verdict == Verdict.TOO_EARLY:
        return w.words("leg.early", leg=name)
    days = numbers.signed(numbers.days(line.days, w.language))
    key = "leg.split_no_days" if days == numbers.NONE else "leg.split"
    return w.words(
        key,
        leg=name,
        verdict=wording(w.language)(f"verdicts.{line.kind}"),
        movements=numbers.signed(numbers.movements(line.movements, w.language)),
        days=days,
        money=w.money(line.money, sign=True),
    )


def watched(w: LegWriter, found: LegWatch | None) -> str:
    """What the watch says of the leg."""
    if found is None:
        return w.words("leg.watch_off")
    ratio = "" if found.ratio is None else w.share(found.ratio)
    return w.words(
        WATCHED[Finding(found.verdict)],
        since=numbers.date(found.since, w.language),
        ratio=ratio,
        odds=numbers.count(min(found.e_value, MOST_ODDS), w.language),
    )


def course_table(w: LegWriter, course: Sequence[CoursePoint]) -> Table:
    """The table behind the course."""
    columns = [
        w.column("date", "name"),
        w.column("planned", metric="planned"),
        w.column("band"),
        w.column("actual", metric="actual"),
    ]
    rows = [
        [
            numbers.date(each.date, w.language),
            numbers.movements(each.planned, w.language),
            w.between(w.count(each.low), w.count(each.high)),
            numbers.count(each.actual, w.language),
        ]
        for each in course
    ]
    return w.table(columns, rows, (), w.words("leg.course"))


def cohorts_table(w: LegWriter, cohorts: Sequence[Cohort], *, created: bool) -> Table:
    """Where those of each month are now."""
    backs = any(each.back for each in cohorts)
    onward, there, share = ("won", "open", "share_won") if created else ("onward", "there", "share")
    columns = [
        w.column("created_in" if created else "month", "name"),
        w.column("created" if created else "entered"),
        w.column(onward),
        *([w.column("back")] if backs else []),
        w.column("lost"),
        w.column(there),
        w.column(share, metric="cohort_share"),
        w.column("sure"),
    ]

    early = "leg.too_early_open" if created else "leg.too_early"

    def row(each: Cohort) -> list[str]:
        told = (
            (w.words(early, n=w.count(each.there)), "")
            if each.too_early
            else (w.share(each.share), w.between(w.share(each.low), w.share(each.high)))
        )
        return [
            f"{numbers.month(each.month, w.language)} {each.month.year}",
            w.count(each.entered),
            w.count(each.onward),
            *([w.count(each.back)] if backs else []),
            w.count(each.lost),
            w.count(each.there),
            *told,
        ]

    caption = w.words("leg.cohorts_created" if created else "leg.cohorts")
    return w.table(columns, [row(each) for each in cohorts], (), caption, "cards")


def stays_table(w: LegWriter, curve: Sequence[StayPoint], cutoff: int | None) -> Table:
    """The table behind the curve of stays, at some ages."""
    shown = shown_curve(curve, cutoff)
    step = max(-(-len(shown) // ROWS), 1)
    backs = any(each.back for each in shown)
    columns = [
        w.column("age", "name"),
        w.column("there", metric="survival"),
        w.column("onward", metric="stay_ended"),
        *([w.column("back", metric="stay_ended")] if backs else []),
        w.column("lost", metric="stay_ended"),
        w.column("at_risk"),
    ]
    rows = [
        [
            w.count(each.age),
            w.share(each.there),
            w.share(each.onward),
            *([w.share(each.back)] if backs else []),
            w.share(each.lost),
            w.count(each.at_risk),
        ]
        for each in shown[::step]
    ]
    return w.table(columns, rows, (), w.words("leg.stays"))


def figures(w: LegWriter, found: Conversion) -> list[dict[str, str]]:
    """Conversion and time in the stage: the title, the number, how sure it is, its definition."""
    told = []
    if found.share is not None:
        told.append(
            {
                "title": w.words("leg.goes_on"),
                "value": w.share(found.share),
                "sure": _sure(w, w.share(found.low), w.share(found.high)),
                "metric": "conversion",
            }
        )
    if found.days is not None:
        days = (numbers.days(x, w.language) for x in (found.days_low, found.days_high))
        told.append(
            {
                "title": w.words("leg.days"),
                "value": w.words("leg.days_n", n=numbers.days(found.days, w.language)),
                "sure": _sure(w, *days),
                "metric": "stage_days",
            }
        )
    return told


def _sure(w: LegWriter, low: str, high: str) -> str:
    return w.words("leg.interval", low=low, high=high)


def ended(w: LegWriter, found: Conversion) -> str:
    """How many stays the figures stand on."""
    return w.words("leg.ended_few" if found.n < FEW_ENDED else "leg.ended", n=w.count(found.n))


def rope_sentence(w: LegWriter, rope: Rope) -> str:
    """The cut-off, why it hangs there, and how many stays it stands on; its bands' own."""
    if rope.cutoff is None:
        return w.words("leg.rope_none", n=w.count(rope.missing))
    basis = wording(w.language)(f"bases.{rope.basis}")
    told = w.words("leg.rope_at", n=w.count(rope.cutoff), basis=basis, stays=w.count(rope.n))
    own = [each for each in rope.bands if each.above is not None or each.up_to is not None]
    ages = [each.cutoff for each in own if each.cutoff is not None]
    if len(ages) < len(own) or len(set(ages)) < 2:
        return told
    return f"{told} {w.words('leg.rope_bands', bands=', '.join(map(w.count, ages)))}"
