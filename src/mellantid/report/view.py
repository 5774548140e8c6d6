"""What the template puts on the page: every cell written out, so that it has nothing to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from mellantid.metrics import numbers
from mellantid.metrics.symbols import SYMBOLS
from mellantid.report.course import course_tall, course_wide, deals_in_a_dot
from mellantid.report.fan import fan_chart
from mellantid.report.spark import spark
from mellantid.report.writer import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.report.data import DealLine, LegLine, PaceWeek, ReportData, StageLine
    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table, TableWriter, Writer

MOST_DEALS: Final = 15
WEEKS_AT_SIGHT: Final = 8
WEEKS_BEFORE: Final = 2
DEFINED: Final = (
    *("planned", "actual", "movements", "days", "money", "trend", "needed_per_week"),
    *("now_per_week", "verdict", "gap_money", "amount_changes", "re_estimation", "mean"),
    *("quantiles", "p_target", "arrival", "open_deals", "win_chance", "age", "amount"),
    *("cutoff", "basis", "caught", "n"),
    *("expected_passes", "passes_made", "pace_against_plan", "watch_verdict", "since"),
    *("changed_pace", "e_value", "wait"),
)


def splits_table(w: Writer) -> Table:
    """The split of each leg, then what else the gap is made of."""
    others = {
        "amount_changes": w.data.amount_changes,
        "owner_changes": w.data.owner_changes,
        "re_estimation": w.data.re_estimation,
        "gap": w.data.gap_money,
    }
    told = {key: x for key, x in others.items() if x is not None}
    money = w.amounts([*(leg.money for leg in w.data.legs), *told.values()], sign=True)
    columns = _split_columns(w, money.unit)
    legs = len(w.data.legs)
    rows = [_leg_row(w, leg, text) for leg, text in zip(w.data.legs, money.written, strict=False)]
    foot = [
        [w.words(f"rows.{key}"), "", "", "", "", text, "", "", "", ""]
        for key, text in zip(told, money.written[legs:], strict=True)
    ]
    return w.table(columns, rows, foot, w.words("headings.splits"), "splits")


def legs_table(w: TableWriter, legs: Sequence[LegLine]) -> Table:
    """The splits of some legs by themselves."""
    money = w.amounts([leg.money for leg in legs], sign=True)
    rows = [_leg_row(w, leg, text) for leg, text in zip(legs, money.written, strict=True)]
    columns = _split_columns(w, money.unit)
    return w.table(columns, rows, (), w.words("headings.splits"), "splits")


def _split_columns(w: TableWriter, unit: str) -> list[Column]:
    return [
        w.column("leg", "name"),
        w.column("plan", metric="planned"),
        w.column("actual", metric="actual"),
        w.column("movements", metric="movements"),
        w.column("days", metric="days"),
        w.column("money", metric="money", unit=unit),
        w.column("trend", "trend", "trend"),
        w.column("needed", metric="needed_per_week"),
        w.column("now", metric="now_per_week"),
        w.column("verdict", "verdict", "verdict"),
    ]


def _leg_row(w: TableWriter, leg: LegLine, money: str) -> list[str | Markup | Cell]:
    def moved(x: float | None) -> str:
        return numbers.movements(x, w.language)

    trend = "" if leg.trend is None else numbers.signed(moved(leg.trend))
    return [
        w.leg(leg.leg),
        moved(leg.planned),
        numbers.count(leg.actual, w.language),
        numbers.signed(moved(leg.movements)),
        numbers.signed(numbers.days(leg.days, w.language)),
        money,
        spark(leg.course, leg.kind) + Markup('<span class="delta">{}</span>').format(trend),
        moved(leg.needed_per_week),
        moved(leg.now_per_week),
        _verdict(w, leg),
    ]


def _verdict(w: TableWriter, leg: LegLine) -> Cell:
    words = w.words(f"verdicts.{leg.kind}")
    if leg.needs > 0:
        words = w.words("plain.needs_n", n=numbers.count(leg.needs, w.language))
    mark = Markup('<span class="mark" aria-hidden="true">{}</span> {}').format(
        SYMBOLS[leg.verdict], words
    )
    return Cell(mark, f"verdict {leg.kind}", w.words("columns.verdict"))


def outcome_table(w: Writer) -> Table:
    """Where the expected outcome comes from, and the chance of the target."""
    outcome, meta = w.data.outcome, w.data.meta
    parts = {
        "won": outcome.won,
        "open": outcome.open_mean,
        "new": outcome.new_mean,
        "mean": outcome.mean,
        "target": meta.target,
    }
    given = {key: x for key, x in parts.items() if x is not None}
    amounts = w.amounts(given.values())
    lines = [
        [w.words(f"rows.{key}"), text] for key, text in zip(given, amounts.written, strict=True)
    ]
    sums = 2 if meta.target is not None else 1
    chance = numbers.percent(outcome.p_target, w.language)
    foot = [*lines[-sums:], *([[w.words("rows.p_target"), chance]] if sums == 2 else [])]
    columns = [w.column("outcome", "name"), w.column("amount", metric="mean", unit=amounts.unit)]
    return w.table(columns, lines[:-sums], foot, w.words("headings.sources"))


def chances_table(w: Writer) -> Table:
    """The outcome's quantiles."""
    quantiles = sorted(w.data.outcome.quantiles.items())
    amounts = w.amounts(x for _, x in quantiles)
    rows = [
        [w.words("rows.quantile", p=numbers.percent(p, w.language)), text]
        for (p, _), text in zip(quantiles, amounts.written, strict=True)
    ]
    unit = amounts.unit
    columns = [w.column("chance", "name"), w.column("amount", metric="quantiles", unit=unit)]
    return w.table(columns, rows, (), w.words("headings.chances"))


def arrival_table(w: Writer) -> Table:
    """The dates by which the target is reached."""
    outcome = w.data.outcome
    never = w.words("rows.arrival_never", until=numbers.date(outcome.until, w.language))
    rows = [
        [
            w.words("rows.arrival", p=numbers.percent(p, w.language)),
            numbers.date(date, w.language) if date else never,
        ]
        for p, date in sorted(outcome.arrival.items())
    ]
    columns = [w.column("chance", "name"), w.column("date", metric="arrival")]
    return w.table(columns, rows, (), w.words("headings.arrival"))


def fan_table(w: Writer) -> Table:
    """The table behind the fan chart."""
    fan = w.data.fan
    if fan is None:
        return w.table([], [])
    won, planned = dict(fan.won), dict(fan.planned)
    ahead = {point.date: (point.q10, point.q50, point.q90) for point in fan.ahead}
    dates = sorted({*won, *planned, *ahead})
    values = [(won.get(d), planned.get(d), *ahead.get(d, (None, None, None))) for d in dates]
    amounts = w.amounts(x for row in values for x in row)
    rows = [
        [numbers.date(date, w.language), *amounts.written[5 * k : 5 * k + 5]]
        for k, date in enumerate(dates)
    ]
    keys = ("won", "planned", "low", "middle", "high")
    columns = [w.column("date", "name"), *(w.column(key, unit=amounts.unit) for key in keys)]
    return w.table(columns, rows, (), w.words("headings.fan"))


def field_table(w: Writer) -> Table:
    """Each stage's field and rope; the table behind the course line too."""
    amounts = w.amounts(stage.amount for stage in w.data.stages)
    columns = [
        w.column("stage", "name"),
        w.column("open", metric="open_deals"),
        w.column("amount", unit=amounts.unit),
        w.column("caught", metric="caught"),
        w.column("cutoff", metric="cutoff"),
        w.column("basis", "words", "basis"),
        w.column("n", metric="n"),
    ]
    rows = [
        _stage_row(w, stage, text)
        for stage, text in zip(w.data.stages, amounts.written, strict=True)
    ]
    return w.table(columns, rows, (), w.words("headings.field"))


def _stage_row(w: Writer, stage: StageLine, amount: str) -> list[str | Markup | Cell]:
    return [
        w.leg(stage.stage),
        numbers.count(stage.open, w.language),
        amount,
        numbers.count(stage.caught, w.language),
        numbers.days(stage.cutoff, w.language),
        w.words(f"bases.{stage.basis}"),
        numbers.count(stage.n, w.language),
    ]


def deals_table(w: Writer, deals: Sequence[DealLine], heading: str) -> Table:
    """Deals, the first few of them; columns that nobody has are left out."""
    shown = deals[:MOST_DEALS]
    owners = any(deal.owner is not None for deal in shown)
    chances = any(deal.p is not None for deal in shown)
    amounts = w.amounts(deal.amount for deal in shown)
    columns = [w.column("deal", "name"), w.column("stage", "words")]
    columns += [w.column("owner", "words")] if owners else []
    columns += [w.column("age", metric="age")]
    columns += [w.column("amount", metric="amount", unit=amounts.unit)]
    columns += [w.column("chance", metric="win_chance")] if chances else []

    def row(deal: DealLine, amount: str) -> list[str | Markup | Cell]:
        return [
            w.deal(deal.deal),
            deal.stage,
            *([deal.owner or numbers.NONE] if owners else []),
            numbers.count(deal.age, w.language),
            amount,
            *([numbers.percent(deal.p, w.language)] if chances else []),
        ]

    rows = [row(deal, text) for deal, text in zip(shown, amounts.written, strict=True)]
    return w.table(columns, rows, (), w.words(heading), "deals")


def the_rest(w: Writer, deals: Sequence[DealLine]) -> str:
    """Say how many deals a table leaves out."""
    rest = deals[MOST_DEALS:]
    if not rest:
        return ""
    amount = w.money(sum(deal.amount or 0.0 for deal in rest))
    return w.words("plain.more", n=numbers.count(len(rest), w.language), amount=amount)


def pace_table(w: Writer, weeks: Sequence[PaceWeek]) -> Table:
    """The pace band: what each leg needs by the end of each week."""
    columns = [w.column("week", "name")]
    columns += [Column(w.words.leg(leg.leg)) for leg in w.data.legs]
    now = next((week.last for week in weeks if week.last >= w.data.meta.as_of), None)
    rows = [_week_row(w, week, now=week.last == now) for week in weeks]
    return w.table(columns, rows, (), w.words("headings.pace"), "band")


def _week_row(w: Writer, week: PaceWeek, *, now: bool) -> list[str | Markup | Cell]:
    date = numbers.date(week.last, w.language)
    row: list[str | Markup | Cell] = [Cell(date, "name now" if now else "name", date)]
    actual = week.actual or (None,) * len(week.planned)
    for planned, happened in zip(week.planned, actual, strict=True):
        need = numbers.count(planned, w.language)
        if happened is None:
            row.append(need)
        else:
            done = numbers.count(happened, w.language)
            row.append(Markup('{} <span class="done">| {}</span>').format(need, done))
    return row


def weeks_at_sight(data: ReportData) -> Sequence[PaceWeek]:
    """The weeks around now: two behind, and those that come next."""
    ahead = next((k for k, week in enumerate(data.pace) if week.last >= data.meta.as_of), 0)
    start = max(min(ahead - WEEKS_BEFORE, len(data.pace) - WEEKS_AT_SIGHT), 0)
    return data.pace[start : start + WEEKS_AT_SIGHT]


def charts(data: ReportData, words: Wording) -> dict[str, Markup]:
    """All drawings, each for a wide and for a narrow page."""
    drawn = {
        "course_wide": course_wide(data, words),
        "course_tall": course_tall(data, words),
    }
    if data.fan is not None:
        drawn["fan_wide"] = fan_chart(data, words, 1040, 380, "wide")
        drawn["fan_narrow"] = fan_chart(data, words, 350, 260, "narrow")
    return drawn


def dot_note(data: ReportData, words: Wording) -> str:
    """Say how many deals one dot of the field is."""
    per_dot = deals_in_a_dot(data)
    key = "course.dot_one" if per_dot == 1 else "course.dot_many"
    return words(key, n=numbers.count(per_dot, words.language))
