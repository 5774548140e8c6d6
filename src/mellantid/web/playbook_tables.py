"""The tables of the playbooks' page: theirs beside ours, where numbers come from, who leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.metrics import numbers
from mellantid.report.wording import wording
from mellantid.report.writer import TableWriter

if TYPE_CHECKING:
    from markupsafe import Markup

    from mellantid.core.learning.stay_times import Measured
    from mellantid.playbooks import Given, PlaybookFile
    from mellantid.report.writer import Cell, Table
    from mellantid.workspace import People
    from mellantid.workspace.leaders import LegLead, Part
    from mellantid.workspace.playbook_beside import Beside

DEFINED: Final = (
    *("playbook_conversion", "seen_conversion", "playbook_days", "seen_days", "seen_stays"),
    *("playbook_deals", "playbook_kept", "playbook_share"),
)
OF_LEADERS: Final = ("leader_share", "skipped", "stepped_back")


class PlaybookWriter(TableWriter):
    """Writes the page's tables in the pages' own words."""

    def title(self, key: str) -> str:
        """A column's title."""
        return self.words(f"playbook_columns.{key}")

    def share(self, found: Measured | None) -> str:
        """A share with its interval."""
        if found is None:
            return self.words("playbooks.early")
        return self._between(
            numbers.percent(found.value, self.language),
            numbers.decimal(100 * found.low, 0, self.language),
            numbers.decimal(100 * (found.high or 0.0), 0, self.language),
        )

    def part(self, found: Part) -> str:
        """A share of cases with its interval."""
        if found.share is None:
            return numbers.NONE
        return self._between(
            numbers.percent(found.share, self.language),
            numbers.decimal(100 * found.low, 0, self.language),
            numbers.decimal(100 * found.high, 0, self.language),
        )

    def days(self, found: Measured | None) -> str:
        """A number of days with its interval."""
        if found is None:
            return self.words("playbooks.early")
        low, high = (numbers.days(each, self.language) for each in (found.low, found.high))
        value = numbers.days(found.value, self.language)
        if found.high is None:
            return self.words("playbooks.at_least", value=value, low=low)
        return self._between(value, low, high)

    def _between(self, value: str, low: str, high: str) -> str:
        return self.words("playbooks.between", value=value, low=low, high=high)


def beside_table(w: PlaybookWriter, found: Beside, playbook: PlaybookFile) -> Table:
    """A playbook's numbers beside one's own, stage by stage."""
    columns = [
        w.column("stage", "name"),
        w.column("theirs", "words"),
        w.column("conversion", metric="playbook_conversion"),
        w.column("seen", metric="seen_conversion"),
        w.column("days", metric="playbook_days"),
        w.column("seen_days", metric="seen_days"),
        w.column("n", metric="seen_stays"),
        w.column("kept", metric="playbook_kept"),
        w.column("share", metric="playbook_share"),
    ]
    rows = [
        [
            each.stage,
            ", ".join(playbook.stages[place].name(w.language) for place in each.covers)
            or w.words("playbooks.silent"),
            numbers.percent(each.conversion, w.language),
            w.share(each.seen.conversion),
            numbers.days(each.median_days, w.language),
            w.days(each.seen.median_days),
            numbers.count(each.seen.n, w.language),
            numbers.movements(each.kept, w.language),
            numbers.percent(each.share, w.language),
        ]
        for each in found.stages
    ]
    return w.table(columns, rows, (), w.words("playbooks.beside"), "cards")


def numbers_table(w: PlaybookWriter, playbook: PlaybookFile) -> Table:
    """A playbook's own numbers, each with its grade."""
    columns = [
        w.column("stage", "name"),
        w.column("conversion", metric="playbook_conversion"),
        w.column("days", metric="playbook_days"),
        w.column("stated", metric="playbook_deals"),
        w.column("grades", "words"),
    ]

    def graded(given: Given) -> str:
        source = playbook.source(given)
        place = list(playbook.sources).index(source.key) + 1
        return f"{source.grade} [{place}]"

    rows = [
        [
            stage.name(w.language),
            numbers.percent(stage.conversion.value, w.language),
            numbers.days(stage.median_days.value, w.language),
            numbers.movements(stage.deals, w.language),
            f"{graded(stage.conversion)}, {graded(stage.median_days)}",
        ]
        for stage in playbook.stages
    ]
    return w.table(columns, rows, (), playbook.title(w.language), "cards")


def leaders_table(w: PlaybookWriter, leg: LegLead) -> Table:
    """What those who lead a leg do, beside everybody else."""
    columns = [
        w.column("who", "name"),
        w.column("n", metric="seen_stays"),
        w.column("goes_on", metric="seen_conversion"),
        w.column("median", metric="seen_days"),
        w.column("skipped", metric="skipped"),
        w.column("back", metric="stepped_back"),
    ]
    rows: list[list[str | Markup | Cell]] = [
        [
            title,
            numbers.count(each.times.n, w.language),
            w.share(each.times.conversion),
            w.days(each.times.median_days),
            w.part(each.skipped),
            w.part(each.back),
        ]
        for title, each in (
            (w.words("playbooks.they"), leg.they),
            (w.words("playbooks.others"), leg.others),
        )
    ]
    return w.table(columns, rows, (), leg.stage, "cards")


def led_by(w: PlaybookWriter, leg: LegLead, people: People) -> str:
    """Who leads a leg, each with the pooled share and its interval."""
    if not leg.leaders:
        return w.words("playbooks.nobody_leads")
    return "; ".join(
        w.words(
            "playbooks.leader",
            name=people.name(each.owner),
            share=numbers.percent(each.share, w.language),
            low=numbers.decimal(100 * each.low, 0, w.language),
            high=numbers.decimal(100 * each.high, 0, w.language),
            n=numbers.count(each.n, w.language),
        )
        for each in leg.leaders
    )


def differs(w: PlaybookWriter, leg: LegLead) -> str:
    """What differs by more than luck, as a hint; or that nothing does."""
    if not leg.leaders:
        return ""
    if not leg.differs:
        return w.words("playbooks.no_difference")
    named = [w.words(f"playbook_traits.{each}") for each in leg.differs]
    return w.words("playbooks.difference", what=", ".join(named))


def leg_title(w: PlaybookWriter, stage: str) -> str:
    """What to call the leg out of a stage."""
    return wording(w.language).leg(stage)
