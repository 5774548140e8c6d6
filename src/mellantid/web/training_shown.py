"""The training week in words: answers, what happened on the legs, what a tenth more is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mellantid.core.training.effect import Finding
from mellantid.metrics import numbers
from mellantid.web.focus_tables import FocusWriter
from mellantid.workspace.abilities import in_language
from mellantid.workspace.training_effects import TEAM

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.access import TrainingSight
    from mellantid.core.clock import WorkingClock
    from mellantid.core.training.effect import Effect
    from mellantid.report.writer import Table
    from mellantid.workspace.training import Answer
    from mellantid.workspace.training_effects import LegEffect, LegToTrain

DEFINED: Final = (
    *("training_ratio", "training_verdict", "training_evidence", "training_made"),
    *("training_expected", "training_before", "training_before_counted", "training_change"),
    *(
        "training_weeks",
        "training_days",
        "training_others",
        "training_expected_quarter",
        "training_worth",
    ),
    "worth_of_one",
)
KEYS: Final = {
    Finding.EARLY: "early",
    Finding.NONE: "chance",
    Finding.FASTER: "faster",
    Finding.SLOWER: "slower",
}
MOST_WEEKS: Final = 6
"""Weeks shown at first."""


class TrainingWriter(FocusWriter):
    """Writes the page's tables and sentences."""

    def title(self, key: str) -> str:
        """A column's title."""
        return self.words(f"training_columns.{key}")


@dataclass(frozen=True)
class Said:
    """What somebody has said about an answer, as it is shown."""

    text: str
    author: str
    on: str


@dataclass(frozen=True)
class Shown:
    """An answer as it is shown.

    Attributes:
        seller: identity.
        name: what they are called.
        week: the Monday, as forms name it.
        of: the week in words.
        leg: what the leg is called.
        ability: which.
        how: in words.
        noticed: what was noticed.
        coming: what is chosen for the week after; empty: nothing.
        shared: whether the team sees it.
        comments: what was said about it.
        told: whether the one who looks may say something.

    """

    seller: str
    name: str
    week: str
    of: str
    leg: str
    ability: str
    how: str
    noticed: str
    coming: str
    shared: bool
    comments: tuple[Said, ...]
    told: bool


def shown(
    w: TrainingWriter, answers: Sequence[Answer], sight: TrainingSight, clock: WorkingClock
) -> list[Shown]:
    """Answers as they are shown, to one who sees so much."""
    return [
        Shown(
            each.seller,
            w.people.name(each.seller),
            each.week.isoformat(),
            w.words("training.week_of", date=numbers.date(each.week, w.language)),
            w.leg(each.said.leg),
            in_language(each.said.ability, w.language),
            w.words(f"training_how.{each.said.how}"),
            each.said.noticed,
            _coming(w, each),
            each.said.shared,
            tuple(
                Said(said.text, said.author, numbers.date(clock.date(said.written_at), w.language))
                for said in each.comments
            ),
            sight.whole(each.seller),
        )
        for each in answers
    ]


def _coming(w: TrainingWriter, answer: Answer) -> str:
    said = answer.said
    if said.next_leg is None or said.next_ability is None:
        return ""
    return f"{in_language(said.next_ability, w.language)} ({w.leg(said.next_leg)})"


def effects_table(w: TrainingWriter, effects: Sequence[LegEffect], *, names: bool) -> Table:
    """What happened on each leg, before and after.

    Args:
        w: writes it.
        effects: what happened.
        names: whether to name the sellers.

    """
    columns = [
        *([w.column("seller", "name")] if names else []),
        w.column("leg", "words" if names else "name"),
        w.column("since", "words"),
        w.column("before", metric="training_made"),
        w.column("after", metric="training_made"),
        w.column("believed", metric="training_before"),
        w.column("others", metric="training_change"),
        w.column("ratio", metric="training_ratio"),
        w.column("verdict", "words", "training_verdict"),
    ]
    rows = [
        [
            *([w.people.name(each.seller)] if names else []),
            w.leg(each.leg),
            _since(w, each),
            *_numbers(w, each),
            w.words(f"training_verdicts.{KEYS[each.finding]}"),
        ]
        for each in effects
    ]
    return w.table(columns, rows, (), w.words("training.effects"), "cards")


def _since(w: TrainingWriter, each: LegEffect) -> Markup:
    weeks = w.words("training.one_week") if each.weeks == 1 else w.words(
        "training.weeks", n=numbers.count(each.weeks, w.language)
    )  # fmt: skip
    began = numbers.date(each.began, w.language)
    return Markup('{} <span class="muted">{}</span>').format(began, weeks)


def _numbers(w: TrainingWriter, each: LegEffect) -> list[str | Markup]:
    """Movements made of those expected before and after, pace before, the others, the ratio."""
    told = each.told
    if told is None:
        return [numbers.NONE] * 5
    against = (
        w.words("training.team", n=numbers.count(each.others, w.language))
        if each.compared == TEAM
        else w.words("training.everyone", n=numbers.count(each.others, w.language))
    )
    return [
        _of(w, told.actual_before, told.expected_before),
        _of(w, told.actual_after, told.expected_after),
        _believed(w, told),
        _two(times(told.change, w.language), against),
        _ratio(w, told),
    ]


def _of(w: TrainingWriter, made: int, expected: float) -> Markup:
    of = w.words("training.of", n=numbers.movements(expected, w.language))
    return _two(numbers.count(made, w.language), of)


def _believed(w: TrainingWriter, told: Effect) -> Markup:
    counted = "" if told.raw_before is None else times(told.raw_before, w.language)
    return _two(times(told.before, w.language), w.words("training.counted", n=counted))


def _ratio(w: TrainingWriter, told: Effect) -> str | Markup:
    if told.ratio is None or told.low is None or told.high is None:
        return numbers.NONE
    low, high = times(told.low, w.language), times(told.high, w.language)
    return _two(times(told.ratio, w.language), w.words("training.between", low=low, high=high))


def _two(figure: str, small: str) -> Markup:
    return Markup('{} <span class="muted">{}</span>').format(figure, small)


def times(x: float, language: str) -> str:
    """Write a ratio of two paces: two decimals."""
    return numbers.decimal(x, 2, language)


def next_table(w: TrainingWriter, legs: Sequence[LegToTrain]) -> Table:
    """What a tenth more movements would be worth, the most first."""
    unit, worths = w.worths([each.worth for each in legs])
    one_unit, ones = w.worths([each.worth_of_one for each in legs])
    columns = [
        w.column("leg", "name"),
        w.column("made", metric="training_made"),
        w.column("expected", metric="training_expected_quarter"),
        w.column("one", metric="worth_of_one", unit=one_unit),
        w.column("worth", metric="training_worth", unit=unit),
    ]
    rows = [
        [
            w.leg(each.leg),
            numbers.count(each.actual, w.language),
            numbers.movements(each.expected, w.language),
            ones[row],
            worths[row],
        ]
        for row, each in enumerate(legs)
    ]
    return w.table(columns, rows, (), w.words("training.worth_title"))


def suggestion(w: TrainingWriter, legs: Sequence[LegToTrain]) -> str:
    """Which leg is suggested, and why; empty where nothing is known."""
    if not legs or legs[0].worth <= 0:
        return ""
    return w.words("training.suggested", leg=w.leg(legs[0].leg), worth=w.worth(legs[0].worth))


def sentence(
    w: TrainingWriter, answer: Answer | None, sellers: int, answered: int, *, own: bool
) -> str:
    """The page's own sentence: the question, the answer, or how many have answered."""
    if own and answer is None:
        return w.words("training.question")
    if own and answer is not None:
        return w.words(
            "training.answered",
            ability=in_language(answer.said.ability, w.language),
            leg=w.leg(answer.said.leg),
        )
    if not sellers:
        return w.words("training.shared_title")
    counts = (numbers.count(n, w.language) for n in (answered, sellers))
    return w.words("training.of_all", **dict(zip(("n", "all"), counts, strict=True)))


def week_words(w: TrainingWriter, week: dt.date) -> str:
    """A week in words."""
    return w.words("training.week_of", date=numbers.date(week, w.language))
