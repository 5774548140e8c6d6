"""A deal in words and figures of the reader's language, for the board, the list and its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers
from mellantid.report.deal_line import Course, small_line, tall_line, wide_line
from mellantid.web.addresses import deal_address

if TYPE_CHECKING:
    import datetime as dt

    from markupsafe import Markup

    from mellantid.report.wording import Wording
    from mellantid.workspace.deal_list import DealRow, Field

CAUGHT: Final = "⊘"
WAITS: Final = "◷"
SOON: Final = "!"
SOON_DAYS: Final = 5
"""Working days before its rope from which a deal is marked: a week."""


def in_deals(n: int, words: Wording) -> str:
    """A number of deals in words."""
    return (
        words("deals.one") if n == 1 else words("deals.total", n=numbers.count(n, words.language))
    )


def in_days(n: int, words: Wording) -> str:
    """A number of working days in words."""
    return (
        words("deals.one_day") if n == 1 else words("deals.days", n=numbers.days(n, words.language))
    )


@dataclass(frozen=True)
class Rope:
    """What the rope says of a deal: a kind for its look, a symbol, and words."""

    kind: str
    symbol: str
    words: str


@dataclass(frozen=True)
class ShownDeal:
    """A deal ready for a template.

    Attributes:
        row: the deal.
        address: of its page.
        owner: what the owner is called.
        amount: in figures; empty where deals are only counted.
        age: in figures.
        days: the same in words.
        since: the date on which it came there.
        chance: in figures; empty where there is none.
        rope: what the rope says; None: nothing.
        step: what is agreed.
        words: to draw and write it with.
        stages: the course.

    """

    row: DealRow
    address: str
    owner: str
    amount: str
    age: str
    days: str
    since: str
    chance: str
    rope: Rope | None
    step: str
    words: Wording
    stages: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether it is neither won nor lost."""
        return self.row.state < len(self.stages)

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
        won = self.row.state == len(self.stages)
        return self.row.stage if self.open else self.words("deals.won" if won else "deals.lost")

    @property
    def line(self) -> Markup:
        """Its line, small."""
        return small_line(self._course)

    @property
    def large_lines(self) -> tuple[Markup, Markup]:
        """Its line large, wide and tall."""
        return wide_line(self._course), tall_line(self._course)

    @property
    def _course(self) -> Course:
        return Course(self.stages, self.row.stays, _told(self), self.words.language)


def _told(deal: ShownDeal) -> str:
    """The line in words."""
    words, passed = deal.words, []
    for stay in deal.row.stays:
        if stay.state < len(deal.stages):
            time = in_days(stay.days, words)
            passed.append(words("deals.stay", stage=deal.stages[stay.state], days=time))
    closed = deal.row.state - len(deal.stages)
    if closed >= 0:
        passed.append(words("deals.lost") if closed else words("deals.won"))
    return f"{deal.row.deal}: {', '.join(passed)}"


@dataclass(frozen=True)
class Showing:
    """What is needed to put deals into words.

    Attributes:
        field: all deals.
        words: of the reader's language.
        process: to name in addresses, where there are several.
        today: the local date.

    """

    field: Field
    words: Wording
    process: str | None
    today: dt.date

    def deal(self, row: DealRow) -> ShownDeal:
        """Put one deal into words."""
        unit, language = self.field.race.unit, self.words.language
        # Where it is not known when it came there, it has stood there for longer.
        step, least = "", "" if row.since is not None else "≥"
        if row.step is not None:
            date = numbers.date(row.step.due, language)
            step = f"{row.step.what}, {date}" if row.step.what else date
        return ShownDeal(
            row=row,
            address=deal_address(row.deal, self.process),
            owner=self.field.people.name(row.owner),
            amount="" if unit == PER_DEAL else numbers.money(row.amount, unit, language),
            age=least + numbers.days(row.age, language),
            days=least + in_days(row.age, self.words),
            since=numbers.date(row.since, language),
            chance="" if row.chance is None else numbers.percent(row.chance, language),
            rope=self._rope(row),
            step=step,
            words=self.words,
            stages=self.field.race.history.process.stages,
        )

    def _rope(self, row: DealRow) -> Rope | None:
        passage, words = row.passage, self.words
        if passage is None or passage.days_left is None or passage.passage_by is None:
            return None
        date = numbers.date(passage.passage_by, words.language)
        if row.deal in self.field.late:
            return Rope("caught", CAUGHT, words("deals.caught", date=date))
        if passage.days_left < 0:
            due = numbers.date(passage.next_step, words.language)
            return Rope("waits", WAITS, words("deals.waits", date=due))
        if passage.days_left <= SOON_DAYS:
            return Rope("soon", SOON, words("deals.must_move", date=date))
        return Rope("safe", "", words("deals.must_move", date=date))
