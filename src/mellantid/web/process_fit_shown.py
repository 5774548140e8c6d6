"""How well the course fits what deals do, as a page shows it: every cell written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mellantid.answers.process_fit import fit_document
from mellantid.core.process import LOST_NAME, WON_NAME
from mellantid.metrics import metrics, numbers
from mellantid.web.tables import PageTables

if TYPE_CHECKING:
    from mellantid.core.conformance.course_fit import CourseFit
    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table

MOST_LOOPS: Final = 3
STATES: Final = (WON_NAME, LOST_NAME)
DEFINED: Final = (
    *("fit_deals_in_order", "fit_deals_step_by_step", "fit_moves_in_order", "fit_stage_deals"),
    *("fit_passed", "fit_kinds", "fit_returns", "fit_median_days", "fit_long_days"),
    *("fit_same_day", "fit_n", "nobody_waits", "rare_stage", "order_backward"),
)


@dataclass(frozen=True)
class FitShown:
    """What the page shows.

    Attributes:
        headline: the share of the deals that never go back, in a sentence.
        sentences: of moves, order, loops, and stages where nobody waits.
        stages: the table.
        definitions: what its numbers mean.

    """

    headline: str
    sentences: tuple[str, ...]
    stages: Table
    definitions: list[dict[str, object]]


def fit_shown(fit: CourseFit, words: Wording) -> FitShown:
    """Write a fit out."""
    writer, document = _Writer(words, ""), fit_document(fit)
    return FitShown(
        headline=writer.headline(document),
        sentences=(
            *writer.order(document["order"]),
            *writer.loops(document["loops"]),
            *writer.passing(document["stages"]),
        ),
        stages=writer.stages(document["stages"]),
        definitions=[metrics()[name].as_dict(words.language) for name in DEFINED],
    )


class _Writer(PageTables):
    """Writes the sentences and the table."""

    def headline(self, found: dict[str, Any]) -> str:
        """The whole in a sentence."""
        return self.words(
            "trust_fit.headline",
            in_order=numbers.percent(found["deals_in_order"], self.language),
            deals=self._count(found["deals"]),
            steps=numbers.percent(found["deals_step_by_step"], self.language),
            moves_in_order=numbers.percent(found["moves_in_order"], self.language),
            moves=self._count(found["moves"]),
        )

    def order(self, found: dict[str, Any]) -> tuple[str, ...]:
        """Whether another order of the stages would have fewer moves go backward."""
        if not found["steps"]:
            return ()
        best = found["best"]
        fewer = best is not None and best["backward"] < found["backward"]
        return (
            self.words(
                "trust_fit.better_order" if fewer else "trust_fit.order",
                backward=self._count(found["backward"]),
                steps=self._count(found["steps"]),
                **self._best(best if fewer else None),
            ),
        )

    def _best(self, best: dict[str, Any] | None) -> dict[str, str]:
        if best is None:
            return {}
        return {"order": " > ".join(best["stages"]), "fewer": self._count(best["backward"])}

    def loops(self, found: list[dict[str, Any]]) -> tuple[str, ...]:
        """Where deals come back, and how often."""
        if not found:
            return (self.words("trust_fit.no_loops"),)
        told = [
            self.words(
                "trust_fit.loop",
                source=self._state(each["from"]),
                target=each["to"],
                times=self._count(each["times"]),
            )
            for each in found[:MOST_LOOPS]
        ]
        times = sum(each["times"] for each in found)
        return (self.words("trust_fit.loops", times=self._count(times), loops="; ".join(told)),)

    def passing(self, stages: list[dict[str, Any]]) -> tuple[str, ...]:
        """The stages where nobody waits, and what each may be merged with."""
        return tuple(
            self.words(
                "trust_fit.nobody_waits",
                stage=each["stage"],
                next=self._state(each["mostly_to"]),
                day=numbers.percent(each["same_day"], self.language),
                n=self._count(each["n"]),
            )
            for each in stages
            if each["nobody_waits"]
        )

    def stages(self, found: list[dict[str, Any]]) -> Table:
        """What is told of each stage."""
        remarks = [self._remark(each) for each in found]
        remarked = any(remarks)
        columns = self.titled(
            ("trust_fit.stage", "name"),
            *([("trust_fit.remark", "words")] if remarked else []),
            ("trust_fit.deals", "number", "fit_stage_deals"),
            ("trust_fit.passed", "number", "fit_passed"),
            ("trust_fit.back", "number", "fit_kinds"),
            ("trust_fit.returns", "number", "fit_returns"),
            ("trust_fit.median", "number", "fit_median_days"),
            ("trust_fit.long", "number", "fit_long_days"),
            ("trust_fit.same_day", "number", "fit_same_day"),
            ("trust_fit.n", "number", "fit_n"),
        )
        rows = [
            [
                each["stage"],
                *([remark] if remarked else []),
                *(self._count(each[name]) for name in ("deals", "passed", "back", "returns")),
                numbers.decimal(each["median_days"], 1, self.language),
                numbers.decimal(each["long_days"], 1, self.language),
                numbers.percent(each["same_day"], self.language),
                self._count(each["n"]),
            ]
            for each, remark in zip(found, remarks, strict=True)
        ]
        caption = self.words("trust_fit.caption")
        return self.table(columns, rows, caption=caption, kind="cards thirds")

    def _remark(self, stage: dict[str, Any]) -> str:
        if stage["nobody_waits"]:
            return self.words("trust_fit.said_passing")
        return self.words("trust_fit.said_rare") if stage["rare"] else ""

    def _state(self, name: str) -> str:
        return self.words(f"trust_fit_state.{name}") if name in STATES else name

    def _count(self, number: int) -> str:
        return numbers.count(number, self.language)
