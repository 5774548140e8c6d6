"""The tables and sentences of the focus page: what a move is worth, by deal, leg and lever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mellantid.core.names import PER_DEAL
from mellantid.core.process import WON_NAME
from mellantid.metrics import numbers
from mellantid.report.wording import wording
from mellantid.report.writer import TableWriter
from mellantid.web.addresses import deal_link
from mellantid.web.leg_address import leg_link

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table
    from mellantid.workspace import DealFocus, LegFocus, LeverFocus, Passage, People
    from mellantid.workspace.ropes import CaughtDeal

MOST_CAUGHT: Final = 10
MOST_LEVERS: Final = 8
MOST_MISSES: Final = 3
DEFINED: Final = (
    *("gain", "move_chance", "waiting_cost", "worth_today", "passage_by", "move_by", "cutoff"),
    *("worth_of_one", "shortfall", "shortfall_money", "standing_deals", "p_target", "wanted_p"),
    *("lever_now", "lever_needed", "mix", "age", "amount"),
)


class FocusWriter(TableWriter):
    """Writes the focus page's tables in one language and currency.

    Args:
        words: of the pages.
        unit: of the amounts.
        people: who the owners are.
        process: named in the addresses of deals where there are several; None: there are not.

    """

    def __init__(self, words: Wording, unit: str, people: People, process: str | None) -> None:
        super().__init__(words, unit)
        self.people = people
        self.process = process

    def title(self, key: str) -> str:
        """A column's title."""
        return self.words(f"focus_columns.{key}")

    def worths(self, values: Sequence[float | None]) -> tuple[str, list[str]]:
        """Worths on one scale and their unit; parts of a deal have decimals."""
        if self.currency != PER_DEAL:
            return self.amounts(values)
        written = [
            numbers.NONE if each is None else numbers.decimal(each, 2, self.language)
            for each in values
        ]
        return "", written

    def worth(self, value: float | None) -> str:
        """A worth in a sentence."""
        if self.currency != PER_DEAL:
            return self.money(value)
        return f"{self.worths([value])[1][0]} {PER_DEAL}"

    def leg(self, name: str) -> str:
        """What to call a leg."""
        return wording(self.language).leg(name)

    def deal(self, deal: str) -> Markup:
        """A deal's name, which leads to its page."""
        return deal_link(deal, self.process)

    def state(self, name: str) -> str:
        """A stage by its own name, won in the reader's language."""
        return self.words("focus.won") if name == WON_NAME else name


def deals_table(
    w: FocusWriter,
    deals: Sequence[DealFocus],
    passages: Mapping[str, Passage],
    today: dt.date,
    *,
    owners: bool,
) -> Table:
    """The deals most worth moving: what a move adds, what waiting costs, by when at the latest.

    Args:
        w: writes them.
        deals: the deals.
        passages: the latest safe passage of each open deal.
        today: the date at whose end this held.
        owners: whether to name the owners.

    """
    amount, gain, wait = (
        w.worths([getattr(deal, name) for deal in deals])
        for name in ("amount", "gain", "waiting_cost")
    )
    columns = [
        w.column("deal", "name"),
        *([w.column("owner", "words")] if owners else []),
        w.column("stage", "words"),
        w.column("age", metric="age"),
        w.column("amount", metric="amount", unit=amount[0]),
        w.column("gain", metric="gain", unit=gain[0]),
        w.column("chance", metric="move_chance"),
        w.column("waiting", metric="waiting_cost", unit=wait[0]),
        w.column("passage", "words", "passage_by"),
        w.column("in_time", "words", "move_by"),
    ]
    rows = [
        [
            w.deal(deal.deal),
            *([w.people.name(deal.owner)] if owners else []),
            f"{deal.stage} → {w.state(deal.next)}",
            numbers.count(deal.age, w.language),
            amount[1][row],
            numbers.signed(gain[1][row]),
            numbers.percent(deal.move_chance, w.language),
            wait[1][row],
            _passage(w, passages.get(deal.deal)),
            _in_time(w, passages.get(deal.deal), today),
        ]
        for row, deal in enumerate(deals)
    ]
    return w.table(columns, rows, (), w.words("focus.deals"), "cards")


def _date(w: FocusWriter, date: dt.date | None) -> str:
    return numbers.date(date, w.language)


def _passage(w: FocusWriter, found: Passage | None) -> str | Markup:
    """The latest safe passage: the date, and how far off it is; or what is agreed instead."""
    if found is None or found.passage_by is None or found.days_left is None:
        return numbers.NONE
    left = days_off(w.words, found.days_left)
    if found.next_step is not None:
        left = w.words("focus.agreed", date=_date(w, found.next_step))
    class_ = "late" if found.days_left < 0 and found.next_step is None else "muted"
    return Markup('{} <span class="{}">{}</span>').format(_date(w, found.passage_by), class_, left)


def _in_time(w: FocusWriter, found: Passage | None, today: dt.date) -> str | Markup:
    """The last day on which a move still counts this period; or that it is over."""
    if found is None or found.move_by is None:
        return numbers.NONE
    if found.move_by >= today:
        return _date(w, found.move_by)
    late = w.words("focus.too_late")
    return Markup('{} <span class="late">{}</span>').format(_date(w, found.move_by), late)


def days_off(words: Wording, days: int) -> str:
    """How many working days ahead, or ago, in words."""
    if days == 0:
        return words("focus.last_day")
    if days > 0:
        return words("focus.day_left") if days == 1 else words("focus.days_left", n=days)
    return words("focus.day_over") if days == -1 else words("focus.days_over", n=-days)


def caught_table(w: FocusWriter, caught: Sequence[CaughtDeal], *, owners: bool) -> Table:
    """Deals past the cut-off, the most money first."""
    shown = caught[:MOST_CAUGHT]
    amount = w.worths([deal.amount for deal in shown])
    columns = [
        w.column("deal", "name"),
        *([w.column("owner", "words")] if owners else []),
        w.column("standing", "words"),
        w.column("amount", metric="amount", unit=amount[0]),
        w.column("age", metric="age"),
        w.column("cutoff", metric="cutoff"),
        w.column("passage", metric="passage_by"),
    ]
    rows = [
        [
            w.deal(deal.deal),
            *([w.people.name(deal.owner)] if owners else []),
            deal.stage,
            amount[1][row],
            numbers.count(deal.age, w.language),
            numbers.count(deal.cutoff, w.language),
            _date(w, deal.passage_by),
        ]
        for row, deal in enumerate(shown)
    ]
    return w.table(columns, rows, (), w.words("focus.caught"), "cards")


def legs_table(w: FocusWriter, legs: Sequence[LegFocus], process: str | None) -> Table:
    """One more movement on each leg, and what the missing ones would be worth."""
    one, together = (
        w.worths([getattr(leg, name) for leg in legs]) for name in ("worth_of_one", "money")
    )
    columns = [
        w.column("leg", "name"),
        w.column("deals", metric="standing_deals"),
        w.column("one", metric="worth_of_one", unit=one[0]),
        w.column("short", metric="shortfall"),
        w.column("together", metric="shortfall_money", unit=together[0]),
    ]
    rows = [
        [
            leg_link(place, w.leg(leg.leg), process),
            numbers.count(leg.deals, w.language),
            one[1][place],
            numbers.movements(leg.shortfall, w.language),
            together[1][place],
        ]
        for place, leg in enumerate(legs)
    ]
    return w.table(columns, rows, (), w.words("focus.legs"))


def levers_table(w: FocusWriter, levers: Sequence[LeverFocus]) -> Table:
    """The changes that lead to the chance, the least effort first."""
    columns = [
        w.column("change", "name"),
        w.column("now", metric="lever_now"),
        w.column("then", metric="lever_needed"),
        w.column("by"),
    ]
    rows = [
        [lever_name(w, each), value(w, each, each.now), value(w, each, each.needed), by(w, each)]
        for each in levers[:MOST_LEVERS]
    ]
    return w.table(columns, rows, (), w.words("focus.levers"))


def lever_name(w: FocusWriter, lever: LeverFocus) -> str:
    """What a lever changes."""
    return w.words(f"focus.{lever.lever}", leg=lever.leg)


def value(w: FocusWriter, lever: LeverFocus, x: float | None) -> str:
    """A lever's value in its own unit."""
    if lever.lever == "pace":
        return w.words("focus.a_week", n=numbers.movements(x, w.language))
    if lever.lever == "conversion":
        return numbers.percent(x, w.language)
    if lever.lever == "time":
        return w.words("focus.in_days", n=numbers.movements(x, w.language))
    return w.money(x)


def by(w: FocusWriter, lever: LeverFocus) -> str:
    """By how much of itself a lever is changed."""
    if lever.needed is None:
        return numbers.NONE
    change = lever.needed / lever.now - 1.0
    return numbers.signed(f"{numbers.decimal(100 * change, 0, w.language)}{numbers.NARROW}%")


def misses(w: FocusWriter, levers: Sequence[LeverFocus], *, behind: bool) -> str:
    """What even the limit of the best levers gives."""
    best = sorted(levers, key=lambda each: -each.p if behind else each.p)[:MOST_MISSES]
    return ", ".join(
        w.words(
            "focus.limit",
            p=numbers.percent(each.p, w.language),
            lever=lever_name(w, each),
            value=value(w, each, each.limit),
        )
        for each in best
    )


def mix(w: FocusWriter, levers: Sequence[LeverFocus], p: float | None) -> str:
    """The cheapest two together, in a sentence; empty where there are none."""
    if not levers:
        return ""
    parts = w.words("focus.and").join(
        w.words(
            "focus.mix_part",
            lever=lever_name(w, each),
            value=value(w, each, each.needed),
            by=by(w, each),
        )
        for each in levers
    )
    return w.words("focus.mix", parts=parts, p=numbers.percent(p, w.language))
