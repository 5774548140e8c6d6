"""An evaluation as its page shows it: every cell written out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mellantid.core.evaluation.lines import Kind, Said
from mellantid.metrics import numbers
from mellantid.web.tables import PageTables
from mellantid.workspace.evaluating import OF_ONE
from mellantid.workspace.evaluations import MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.learning.stay_times import Measured
    from mellantid.report.wording import Wording
    from mellantid.report.writer import Cell, Column, Table
    from mellantid.workspace.evaluating import Evaluation, EvaluationLine
    from mellantid.workspace.evaluations import Closed, Due
    from mellantid.workspace.proposing import Proposal

NAMES: Final = {
    Kind.PACE: "pace",
    Kind.START: "start",
    Kind.SIZE: "size",
    Kind.CONVERSION: "conversion",
    Kind.TIME: "time",
    Kind.WON_FOR: "won_for",
    Kind.AMOUNTS: "amounts",
    Kind.OWNERS: "owners",
    Kind.CORRECTIONS: "corrections",
    Kind.REFITTED: "refitted",
    Kind.BEFORE: "before",
}
VERDICTS: Final = {Said.BEYOND: "beyond", Said.WITHIN: "within", Said.EARLY: "early"}
LEAST: Final = 0.005
"""What rounds to nothing: owner changes sum to nil over everyone, but for rounding."""
DEFINED: Final = (
    *("gap_money", "assumption_money", "assumption_chance", "assumption_expected"),
    *("assumption_seen", "assumption_n", "assumption_verdict", "chance_sd", "believed_conversion"),
    "believed_days",
)


@dataclass(frozen=True)
class ClosedShown:
    """An evaluation that was closed."""

    when: str
    learned: str
    author: str


@dataclass(frozen=True)
class EvaluationShown:
    """What the page shows.

    Attributes:
        headline: what was planned and what is expected now, in a sentence.
        when: which plan, as of when.
        due: why it is time to evaluate; empty: it is not.
        wrong: a sentence for each assumption that did not hold.
        chance: what chance did, and how large it is.
        lines: the parts of the gap.
        legs: what is believed of each leg.
        rest: what is believed of pace and amounts.
        closed: what was learned before.

    """

    headline: str
    when: str
    due: str
    wrong: tuple[str, ...]
    chance: str
    lines: Table
    legs: Table
    rest: Table
    closed: tuple[ClosedShown, ...]


def evaluation_shown(found: Evaluation, unit: str, words: Wording) -> EvaluationShown:
    """Write an evaluation out."""
    writer = _Writer(words, unit)
    return EvaluationShown(
        headline=writer.headline(found),
        when=words(
            "evaluation.when",
            version=numbers.count(found.plan_version, words.language),
            start=numbers.date(found.plan_start, words.language),
            date=numbers.date(found.as_of, words.language),
        ),
        due=due_shown(found.due, words),
        wrong=tuple(writer.sentence(each) for each in found.wrong),
        chance=words(
            "evaluation.chance",
            money=writer.money(found.chance, sign=True),
            sd=writer.money(found.chance_sd),
        ),
        lines=writer.lines(found),
        legs=writer.legs(found),
        rest=writer.rest(found),
        closed=tuple(_closed(each, words) for each in found.closed),
    )


def due_shown(due: Due | None, words: Wording) -> str:
    """Why it is time to evaluate, in a sentence; empty: it is not."""
    if due is None:
        return ""
    if due.why == MONTH:
        return words("evaluation.due_month", month=numbers.month(due.since, words.language))
    legs = ", ".join(words("plan.creation") if leg == "creation" else leg for leg in due.legs)
    return words("evaluation.due_leg", legs=legs)


def targets_shown(found: Proposal, before: Evaluation, unit: str, words: Wording) -> str:
    """What the proposal's target is beside the plan's: it is never changed by a new plan."""
    now = found.plan.targets[0]
    same = (now.target, now.last) == (before.target, before.last)
    return words(
        "evaluation.same_target" if same else "evaluation.other_target",
        target=numbers.round_money(now.target, unit, words.language),
        last=numbers.date(now.last, words.language),
        before=numbers.round_money(before.target, unit, words.language),
    )


def _closed(each: Closed, words: Wording) -> ClosedShown:
    when = words(
        "evaluation.closed_on",
        date=numbers.date(each.on, words.language),
        version=numbers.count(each.plan_version, words.language),
    )
    return ClosedShown(when, each.learned, each.author)


class _Writer(PageTables):
    """Writes the tables of the page."""

    def headline(self, found: Evaluation) -> str:
        """What was planned and what is expected now."""
        key = "evaluation.ahead" if found.gap_money >= 0 else "evaluation.behind"
        return self.words(
            key,
            planned=self.money(found.planned_money),
            last=numbers.date(found.last, self.language),
            expected=self.money(found.expected_money),
            gap=self.money(abs(found.gap_money)),
        )

    def leg_name(self, leg: str | None) -> str:
        """What to call a leg."""
        if leg is None:
            return ""
        return self.words("plan.creation") if leg == "creation" else leg

    def measured(self, line: EvaluationLine, value: float | None) -> str:
        """What was expected or seen, in the line's own measure."""
        if value is None or not line.n:
            return numbers.NONE
        if line.kind in OF_ONE:
            return self.money(value)
        return numbers.count(value, self.language)

    def sentence(self, line: EvaluationLine) -> str:
        """An assumption that did not hold, and what it cost or brought."""
        name = NAMES[Kind(line.kind)]
        return self.words(
            f"evaluation_wrong.{name}",
            leg=self.leg_name(line.leg),
            expected=self.measured(line, line.expected),
            seen=self.measured(line, line.seen),
            n=numbers.count(line.n, self.language),
            money=self.money(line.money, sign=True),
        )

    def lines(self, found: Evaluation) -> Table:
        """The parts of the gap, which sum to it."""
        shown = [each for each in found.lines if abs(each.money) >= LEAST or each.n]
        amounts = self.amounts([*(each.money for each in shown), found.gap_money], sign=True)
        columns = self.titled(
            ("evaluation.assumption", "name"),
            ("evaluation.verdict", "words", "assumption_verdict"),
            ("evaluation.money", "number", "assumption_money"),
            ("evaluation.by_chance", "number", "assumption_chance"),
            ("evaluation.expected", "number", "assumption_expected"),
            ("evaluation.seen", "number", "assumption_seen"),
            ("evaluation.n", "number", "assumption_n"),
        )
        rows = [
            self._row(each, money) for each, money in zip(shown, amounts.written[:-1], strict=True)
        ]
        last = [self.words("evaluation.gap"), "", amounts.written[-1], "", "", "", ""]
        caption = self.words("evaluation.lines")
        return self.table(
            _in_unit(columns, amounts.unit), rows, [last], caption=caption, kind="cards thirds"
        )

    def _row(self, line: EvaluationLine, money: str) -> list[str | Cell]:
        name = self.words(f"evaluation_kind.{NAMES[Kind(line.kind)]}")
        if line.kind in {Kind.CONVERSION, Kind.TIME}:
            name = f"{self.leg_name(line.leg)}: {name}"
        said = VERDICTS.get(Said(line.verdict))
        # A line of few events is too early to judge, which is no fault of the plan's.
        return [
            name,
            self.words(f"evaluation_said.{said}") if said and line.n else "",
            money,
            numbers.NONE if line.high is None else f"± {self.money(line.high)}",
            self.measured(line, line.expected),
            self.measured(line, line.seen),
            numbers.count(line.n, self.language) if line.n else numbers.NONE,
        ]

    def legs(self, found: Evaluation) -> Table:
        """What the model believes of each leg, beside what the plan assumed."""
        columns = self.titled(
            ("evaluation.leg", "name"),
            ("evaluation.on_assumed", "number", "believed_conversion"),
            ("evaluation.on_now", "number"),
            ("evaluation.on_seen", "number"),
            ("evaluation.days_assumed", "number", "believed_days"),
            ("evaluation.days_now", "number"),
            ("evaluation.days_seen", "number"),
            ("evaluation.n", "number"),
        )
        rows = [
            [
                each.leg,
                self._share(each.conversion_assumed),
                self._share(each.conversion_now),
                self._seen_share(each.conversion_seen),
                self._days(each.days_assumed),
                self._days(each.days_now),
                self._seen_days(each.days_seen),
                numbers.count(each.n, self.language),
            ]
            for each in found.believed.legs
        ]
        return self.table(
            columns, rows, caption=self.words("evaluation.believed"), kind="cards thirds"
        )

    def rest(self, found: Evaluation) -> Table:
        """Pace and amounts."""
        said, language = found.believed, self.language
        columns = self.titled(
            ("evaluation.of_what", "name"),
            ("evaluation.assumed", "number"),
            ("evaluation.seen", "number"),
            ("evaluation.now", "number"),
            ("evaluation.n", "number"),
        )
        rows: list[Sequence[str]] = [
            [
                self.words("evaluation.pace"),
                numbers.movements(said.pace_assumed, language),
                numbers.movements(said.pace_seen, language),
                numbers.NONE
                if said.pace_now is None
                else numbers.movements(said.pace_now, language),
                numbers.count(said.creations, language),
            ],
            [
                self.words("evaluation.amount"),
                self.money(said.amount_assumed),
                numbers.NONE,
                self.money(said.amount_now),
                numbers.count(said.won_amounts, language),
            ],
        ]
        if said.ratio_seen is not None:
            rows.append(
                [
                    self.words("evaluation.ratio"),
                    numbers.percent(1.0, language),
                    numbers.percent(said.ratio_seen, language),
                    numbers.NONE,
                    numbers.count(said.ratio_n, language),
                ]
            )
        caption = self.words("evaluation.rest")
        return self.table(columns, rows, caption=caption, kind="cards thirds")

    def _share(self, value: float | None) -> str:
        return numbers.percent(value, self.language)

    def _seen_share(self, found: Measured | None) -> str:
        if found is None:
            return self.words("evaluation.few")
        low, high = (numbers.percent(each, self.language) for each in (found.low, found.high))
        return self.words("evaluation.between", value=self._share(found.value), low=low, high=high)

    def _days(self, value: float | None) -> str:
        return numbers.NONE if value is None else numbers.days(value, self.language)

    def _seen_days(self, found: Measured | None) -> str:
        if found is None:
            return self.words("evaluation.few")
        low, high = (self._days(each) for each in (found.low, found.high))
        return self.words("evaluation.between", value=self._days(found.value), low=low, high=high)


def _in_unit(columns: list[Column], unit: str) -> list[Column]:
    """The columns, with the money's unit in its title."""
    return [
        replace(each, title=f"{each.title}, {unit}")
        if unit and each.metric == "assumption_money"
        else each
        for each in columns
    ]
