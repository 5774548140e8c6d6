"""How a seller's own page writes: amounts, stages, weeks and bests in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.core.names import PER_DEAL
from mellantid.core.process import LOST_NAME, WON_NAME
from mellantid.core.standing.streak import WeekPace
from mellantid.metrics import numbers
from mellantid.report.wording import wording
from mellantid.report.writer import TableWriter
from mellantid.web.addresses import deal_link
from mellantid.workspace.own_race import CREATED, MOVEMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from mellantid.report.wording import Wording
    from mellantid.workspace import People
    from mellantid.workspace.own_race import OwnBest, OwnWeek

PACES: Final = {
    WeekPace.ON_PACE: ("on_pace", "●"),
    WeekPace.BELOW: ("behind_losing", "▼"),
    WeekPace.RUNNING: ("too_early", "◌"),
    WeekPace.NOT_JUDGED: ("too_early", "○"),
}
PACE_WORDS: Final = {
    WeekPace.ON_PACE: "pace_on",
    WeekPace.BELOW: "pace_below",
    WeekPace.RUNNING: "pace_running",
    WeekPace.NOT_JUDGED: "pace_not",
}


class OwnWriter(TableWriter):
    """Writes a seller's page in one language and currency.

    Args:
        words: of the pages.
        unit: of the amounts.
        process: named in the addresses of deals where there are several; None: there are not.
        people: who everyone is.

    """

    def __init__(self, words: Wording, unit: str, process: str | None, people: People) -> None:
        super().__init__(words, unit)
        self.process = process
        self.people = people

    def title(self, key: str) -> str:
        """A column's title."""
        return self.words(f"me_columns.{key}")

    def say(self, key: str, **values: object) -> str:
        """A sentence of the page."""
        return self.words(f"me.{key}", **values)

    def leg(self, name: str) -> str:
        """What to call a leg."""
        return wording(self.language).leg(name)

    def deal(self, deal: str) -> Markup:
        """A deal's name, which leads to its page."""
        return deal_link(deal, self.process)

    def state(self, name: str) -> str:
        """A stage by its own name, an outcome in the reader's language."""
        return {WON_NAME: self.say("won"), LOST_NAME: self.say("lost")}.get(name, name)

    def amount(self, value: float, *, sign: bool = False) -> str:
        """An amount in a sentence; parts of a deal have decimals."""
        if self.currency != PER_DEAL:
            return self.money(value, sign=sign)
        written = numbers.decimal(value, 2, self.language)
        return f"{numbers.signed(written) if sign else written} {self.say('wins')}"

    def round_amount(self, value: float) -> str:
        """An amount that was chosen or marks a scale, without idle decimals."""
        if self.currency != PER_DEAL:
            return numbers.round_money(value, self.currency, self.language)
        places = 0 if value == round(value) else 1
        return f"{numbers.decimal(value, places, self.language)} {self.say('wins')}"

    def column_of(self, values: Sequence[float | None]) -> tuple[str, list[str]]:
        """Differences on one scale, with their signs; parts of a deal have decimals."""
        if self.currency != PER_DEAL:
            return self.amounts(values, sign=True)
        written = [
            numbers.NONE
            if each is None
            else numbers.signed(numbers.decimal(each, 2, self.language))
            for each in values
        ]
        return self.say("wins"), written

    def pace(self, each: OwnWeek) -> str:
        """What is said of a week."""
        return self.say(PACE_WORDS[WeekPace(each.pace)])

    def week(self, each: OwnWeek) -> str:
        """The week and what is said of it."""
        return f"{each.week}: {self.pace(each)}"

    def share(self, value: float) -> str:
        """A share of the plan, which may be above the whole."""
        return f"{numbers.decimal(100 * value, 0, self.language)}{numbers.NARROW}%"

    def count(self, value: float) -> str:
        """A whole number."""
        return numbers.count(value, self.language)

    def best_value(self, best: OwnBest) -> str:
        """A personal best in its own unit."""
        value = best.value or 0.0
        if best.kind == CREATED:
            return self.amount(value)
        if best.kind == MOVEMENTS:
            return self.say("movements", n=self.count(value))
        if value == 0:
            return self.say("same_day")
        return self.say("day" if value == 1 else "days", n=self.count(value))
