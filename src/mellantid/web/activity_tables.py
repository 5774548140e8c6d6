"""Activities in tables and sentences: on a seller's own page, on a leg's and on a deal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers
from mellantid.report.wording import wording
from mellantid.report.writer import Cell, TableWriter
from mellantid.web.addresses import deal_link
from mellantid.workspace.activity_kinds import kind_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table
    from mellantid.workspace.activity_answer import (
        Activities,
        LegActivities,
        LegAfter,
        Logged,
        NextActivity,
    )

DEFINED: Final = (
    *("activities_done", "activities_needed", "activities_per_movement"),
    *("activities_counted", "activity_chance", "activity_worth"),
)
OF_LEG: Final = ("activities_per_movement", "activities_counted", "activity_ratio")
OF_DEAL: Final = ("activity_chance", "activity_worth")
MOST_DEALS: Final = 5
MOST_LOGGED: Final = 8


@dataclass(frozen=True)
class ShownActivity:
    """An activity in words, and the key by which it can be taken back."""

    key: str
    date: str
    kind: str
    about: str | Markup


class ActivityWriter(TableWriter):
    """Writes activities in one language and currency.

    Args:
        words: of the pages.
        unit: of the amounts.
        process: named in the addresses of deals where there are several; None: there are not.

    """

    def __init__(self, words: Wording, unit: str, process: str | None) -> None:
        super().__init__(words, unit)
        self.process = process

    def title(self, key: str) -> str:
        """A column's title."""
        return self.words(f"activity_columns.{key}")

    def say(self, key: str, **values: object) -> str:
        """A sentence."""
        return self.words(f"activities.{key}", **values)

    def leg(self, name: str) -> str:
        """What to call a leg."""
        return wording(self.language).leg(name)

    def deal(self, deal: str) -> Markup:
        """A deal's name, which leads to its page."""
        return deal_link(deal, self.process)

    def few(self, value: float | None) -> str:
        """A number of activities: with a decimal where there are few."""
        if value is None:
            return numbers.NONE
        return numbers.decimal(value, 1 if value < 10 else 0, self.language)

    def about(self, value: float | None, low: float | None, high: float | None) -> str:
        """A number with its interval."""
        if value is None:
            return numbers.NONE
        return self.say("interval", n=self.few(value), low=self.few(low), high=self.few(high))

    def amount(self, value: float) -> str:
        """An amount; parts of a deal have decimals."""
        if self.currency != PER_DEAL:
            return self.money(value)
        return numbers.decimal(value, 2, self.language)

    def percent(self, p: float) -> str:
        """A chance."""
        return numbers.percent(p, self.language)


def lead(w: ActivityWriter, found: Activities) -> str:
    """This week's activities against what the plan asks for."""
    done = w.say("week_one" if found.done == 1 else "week", n=numbers.count(found.done, w.language))
    if found.plan_version is None:
        return f"{done} {w.say('no_plan')}"
    if found.needed is None:
        return f"{done} {w.say('not_told')}"
    told = [leg for leg in found.legs if leg.needed is not None]
    key = "asks" if len(told) == len(found.legs) else "asks_of_some"
    asked = w.say(
        key,
        about=numbers.decimal(found.needed, 0, w.language),
        low=numbers.decimal(found.needed_low or 0.0, 0, w.language),
        high=numbers.decimal(found.needed_high or 0.0, 0, w.language),
    )
    return f"{done} {asked}"


def early(w: ActivityWriter, leg: LegActivities) -> str:
    """How much more is needed before it can be told."""
    moved, done = (
        numbers.count(n, w.language) for n in (leg.missing_movements, leg.missing_activities)
    )
    if leg.missing_movements and leg.missing_activities:
        return w.say("early_both", moved=moved, done=done)
    return w.say("early_moved", n=moved) if leg.missing_movements else w.say("early_done", n=done)


def legs_table(w: ActivityWriter, found: Activities) -> Table:
    """By leg: this week's, what the plan asks for, what a movement takes."""
    columns = [
        w.column("leg", "name"),
        w.column("week", metric="activities_done"),
        w.column("needed", "words", "activities_needed"),
        w.column("takes", "words", "activities_per_movement"),
        w.column("n", "words", "activities_counted"),
    ]
    rows: list[list[str | Markup | Cell]] = [
        [
            w.leg(leg.leg),
            numbers.count(leg.week, w.language),
            w.about(leg.needed, leg.needed_low, leg.needed_high),
            early(w, leg)
            if leg.per_movement is None
            else w.about(leg.per_movement, leg.low, leg.high),
            counted(w, leg),
        ]
        for leg in found.legs
    ]
    return w.table(columns, rows, caption=w.say("by_leg"), kind="cards")


def counted(w: ActivityWriter, leg: LegActivities) -> str:
    """On how many it stands, of all sellers and of the one who is asked about."""
    done, moved, own, own_moved = (
        numbers.count(n, w.language)
        for n in (leg.activities, leg.movements, leg.own_activities, leg.own_movements)
    )
    if (leg.own_activities, leg.own_movements) == (leg.activities, leg.movements):
        return w.say("n_all", done=done, moved=moved)
    return w.say("n", done=done, moved=moved, own=own, own_moved=own_moved)


def deals_table(w: ActivityWriter, deals: Sequence[NextActivity]) -> Table | None:
    """The open deals where one more activity is worth most."""
    if not deals:
        return None
    columns = [
        w.column("deal", "name"),
        w.column("leg", "words"),
        w.column("without", metric="activity_chance"),
        w.column("chance", metric="activity_chance"),
        w.column("difference", "words", "activity_chance"),
        w.column("worth", metric="activity_worth"),
    ]
    rows: list[list[str | Markup | Cell]] = [
        [
            w.deal(each.deal),
            w.leg(each.leg),
            w.percent(each.without),
            w.percent(each.chance),
            points(w, each),
            w.amount(each.worth),
        ]
        for each in deals[:MOST_DEALS]
    ]
    return w.table(columns, rows, caption=w.say("next"), kind="cards")


def points(w: ActivityWriter, each: NextActivity) -> str:
    """The difference of two chances in points, with its interval."""
    value, low, high = (
        numbers.decimal(100.0 * x, 0, w.language) for x in (each.difference, each.low, each.high)
    )
    return w.say("points", n=value, low=low, high=high)


def next_sentence(w: ActivityWriter, each: NextActivity | None, missing: int) -> str:
    """What one more activity about a deal goes with; empty where the deal is closed."""
    if missing:
        return w.say("after_early", n=numbers.count(missing, w.language))
    if each is None:
        return ""
    return w.say(
        "next_of_deal",
        without=w.percent(each.without),
        chance=w.percent(each.chance),
        points=points(w, each),
        gain=w.amount(each.gain),
        worth=w.amount(each.worth),
    )


def lead_of_leg(w: ActivityWriter, leg: LegActivities) -> str:
    """This week's activities of everyone on a leg, and what the plan asks for."""
    key = "week_one" if leg.week == 1 else "week"
    done = w.say(key, n=numbers.count(leg.week, w.language))
    if leg.needed is None:
        return done
    asked = w.say(
        "asks", about=w.few(leg.needed), low=w.few(leg.needed_low), high=w.few(leg.needed_high)
    )
    return f"{done} {asked}"


def leg_sentence(w: ActivityWriter, leg: LegActivities) -> str:
    """What a movement takes on a leg."""
    if leg.per_movement is None:
        return early(w, leg)
    return w.say(
        "takes",
        n=w.few(leg.per_movement),
        low=w.few(leg.low),
        high=w.few(leg.high),
        done=numbers.count(leg.activities, w.language),
        moved=numbers.count(leg.movements, w.language),
    )


def after_sentence(w: ActivityWriter, after: LegAfter | None, missing: int) -> str:
    """How much more often deals move on within a week after an activity."""
    if after is None:
        return ""
    if after.ratio is None or after.low is None or after.high is None:
        return w.say("after_early", n=numbers.count(missing, w.language))
    return w.say(
        "after",
        ratio=numbers.decimal(after.ratio, 1, w.language),
        low=numbers.decimal(after.low, 1, w.language),
        high=numbers.decimal(after.high, 1, w.language),
        n=numbers.count(after.made_with, w.language),
        other=numbers.count(after.made_without, w.language),
    )


def logged(w: ActivityWriter, found: Sequence[Logged]) -> list[ShownActivity]:
    """The last ones that were logged."""
    return [
        ShownActivity(
            each.key,
            numbers.date(each.date, w.language),
            kind_word(each.kind, w.language),
            w.leg(each.leg or "") if each.about is None else w.deal(each.about),
        )
        for each in found[:MOST_LOGGED]
    ]
