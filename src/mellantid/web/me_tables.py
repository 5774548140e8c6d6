"""The tables of a seller's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from mellantid.core.process import LOST_NAME, WON_NAME
from mellantid.core.standing.streak import WeekPace
from mellantid.metrics import numbers
from mellantid.report.writer import Cell
from mellantid.web.me_writer import PACES
from mellantid.workspace.own_race import CREATED, MOVEMENTS, PASSAGE

if TYPE_CHECKING:
    from markupsafe import Markup

    from mellantid.access import Sight
    from mellantid.report.writer import Table
    from mellantid.web.me_writer import OwnWriter
    from mellantid.workspace.own_race import OwnBest, OwnCredit, OwnRace

Row: TypeAlias = "list[str | Markup | Cell]"
DEFINED: Final = (
    *("in_hand", "own_goal", "milestone", "own_created", "own_beyond", "own_credit", "own_back"),
    *("own_waiting", "of_plan", "money", "planned", "actual", "week_movements", "gap_money"),
    *("weeks_on_pace", "week_pace", "personal_best", "year_before", "team_week"),
    *("share_of_plan", "place"),
)


def legs_table(w: OwnWriter, found: OwnRace) -> Table:
    """Each leg in movements, and what brought its money."""
    names = ("created", "back", "waiting", "of_plan", "money")
    rest = (
        ("amounts", found.amount_changes),
        ("transfers", found.transfers),
        ("re_estimation", found.re_estimation),
        ("gap", found.gap_money),
    )
    values = [getattr(leg, name) for leg in found.legs for name in names]
    unit, cells = w.column_of([*values, *(value for _, value in rest)])
    week_unit, week = w.column_of([leg.week_created for leg in found.legs])
    columns = [
        w.column("leg", "name"),
        w.column("week_movements", metric="week_movements"),
        w.column("week_created", metric="own_created", unit=week_unit),
        w.column("actual", metric="actual"),
        w.column("planned", metric="planned"),
        w.column("created", metric="own_created", unit=unit),
        w.column("back", metric="own_back", unit=unit),
        w.column("waiting", metric="own_waiting", unit=unit),
        w.column("of_plan", metric="of_plan", unit=unit),
        w.column("money", metric="money", unit=unit),
    ]
    rows: list[Row] = []
    for place, leg in enumerate(found.legs):
        written = cells[place * len(names) : (place + 1) * len(names)]
        if not leg.of_plan:
            written[-2] = numbers.NONE
        actual, planned = w.count(leg.movements), numbers.movements(leg.planned, w.language)
        rows.append(
            [w.leg(leg.leg), w.count(leg.week_movements), week[place], actual, planned, *written]
        )
    foot = [
        [Cell(w.say(key), "name"), *[Cell("", "")] * (len(columns) - 2), Cell(cell)]
        for (key, _), cell in zip(rest, cells[len(values) :], strict=True)
    ]
    return w.table(columns, rows, foot, w.say("legs"), "own")


def milestones_table(w: OwnWriter, found: OwnRace) -> Table | None:
    """The milestones, the nearest in the middle."""
    if not found.milestones:
        return None
    following = next((each for each in found.milestones if each.ahead), None)
    columns = [
        w.column("milestone", "name", "milestone"),
        w.column("stands", "words"),
        w.column("reached", "words"),
        w.column("away"),
    ]
    rows: list[Row] = []
    for each in found.milestones:
        value = w.round_amount(each.value)
        state = "next_one" if each is following else "ahead" if each.ahead else "passed"
        date = numbers.date(each.reached, w.language)
        had = each.ahead and each.reached is not None
        away = w.amount(each.value - found.in_hand) if each.ahead else ""
        rows.append(
            [
                w.say("goal_at", value=value) if each.goal else value,
                w.say(state),
                w.say("had", date=date) if had else date,
                away,
            ]
        )
    return w.table(columns, rows, caption=w.say("milestones"), kind="cards")


def credits_table(w: OwnWriter, found: OwnRace, sight: Sight) -> Table | None:
    """The last credits, of deals that may be seen."""
    mine = [each for each in found.credits if sight.deal(each.owner)]
    if not mine:
        return None
    columns = [
        w.column("deal", "name"),
        w.column("what", "words"),
        w.column("date", "words"),
        w.column("credit", metric="own_credit"),
        w.column("beyond", metric="own_beyond"),
    ]
    rows = [
        [
            w.deal(each.deal),
            _what(w, each),
            numbers.date(each.date, w.language),
            w.amount(each.expected, sign=True),
            w.amount(each.beyond, sign=True),
        ]
        for each in mine
    ]
    return w.table(columns, rows, caption=w.say("credits"), kind="cards")


def _what(w: OwnWriter, each: OwnCredit) -> str:
    """What happened, in words."""
    if each.onward == 0:
        return w.say("amount_changed")
    if each.left is None:
        return w.say("created_in", stage=w.state(each.entered))
    if each.entered == LOST_NAME:
        return w.say("lost_in", stage=w.state(each.left))
    if each.entered == WON_NAME:
        return w.say("was_won", stage=w.state(each.left))
    return w.say("moved", left=w.state(each.left), entered=w.state(each.entered))


def weeks_table(w: OwnWriter, found: OwnRace) -> Table | None:
    """The weeks, newest first."""
    if not found.streak.weeks:
        return None
    columns = [
        w.column("week", "name"),
        w.column("pace", "verdict", "week_pace"),
        w.column("actual"),
        w.column("low", metric="week_pace"),
        w.column("planned"),
    ]
    rows: list[Row] = []
    for each in reversed(found.streak.weeks):
        kind, mark = PACES[WeekPace(each.pace)]
        rows.append(
            [
                each.week,
                Cell(f"{mark} {w.pace(each)}", f"verdict {kind}"),
                w.count(each.actual),
                w.count(each.low),
                numbers.movements(each.planned, w.language),
            ]
        )
    return w.table(columns, rows, caption=w.say("weeks"), kind="weeks")


def bests_table(w: OwnWriter, found: OwnRace) -> Table | None:
    """A row for each leg, a column for each kind."""
    if not found.bests:
        return None
    by = {(each.leg, each.kind): each for each in found.bests}
    columns = [
        w.column("leg", "name"),
        w.column("passage", "words", "personal_best"),
        w.column("best_movements", "words", "personal_best"),
        w.column("best_created", "words", "personal_best"),
    ]
    rows: list[Row] = [
        [
            w.say("all_legs") if leg is None else w.leg(leg),
            *(_best(w, by.get((leg, kind))) for kind in (PASSAGE, MOVEMENTS, CREATED)),
        ]
        for leg in (None, *(each.leg for each in found.legs))
    ]
    return w.table(columns, rows, caption=w.say("bests"), kind="cards")


def _best(w: OwnWriter, best: OwnBest | None) -> Cell | str:
    if best is None:
        return numbers.NONE
    if best.value is None:
        return Cell(w.say("early", n=best.missing), "words muted")
    value = w.best_value(best)
    since = numbers.date(best.date, w.language)
    key = "best_of" if best.times == 1 else "best_ties"
    text = f"{value}, {w.say(key, date=since, n=w.count(best.n), times=w.count(best.times))}"
    return Cell(f"★ {text}", "words best") if best.new else text


def then_table(w: OwnWriter, found: OwnRace) -> Table | None:
    """The period so far beside the same days a year before."""
    then = found.then
    if then is None:
        return None
    columns = [
        w.column("leg", "name"),
        w.column("this_period", metric="year_before"),
        w.column("a_year_before"),
    ]
    rows: list[Row] = [[w.leg(leg.leg), w.count(leg.now), w.count(leg.then)] for leg in then.legs]
    foot: list[Row] = [
        [Cell(w.say("won_amount"), "name"), w.amount(then.won_now), w.amount(then.won)]
    ]
    return w.table(columns, rows, foot, w.say("then"), "narrow")


def ranking_table(w: OwnWriter, found: OwnRace) -> Table | None:
    """Those who take part, each with the interval and the places that it leaves open."""
    if found.ranking is None:
        return None
    columns = [
        w.column("place", "name", "place"),
        w.column("seller", "words"),
        w.column("share", metric="share_of_plan"),
        w.column("interval", "words", "share_of_plan"),
    ]
    rows: list[Row] = []
    for each in found.ranking:
        first, last = each.first_place, each.last_place
        span = w.count(first) if first == last else w.say("span_of", first=first, last=last)
        low, high = (w.share(x) for x in (each.low, each.high))
        bold = " me_row" if each.who == found.owner else ""
        rows.append(
            [
                Cell(span, f"name{bold}", w.title("place")),
                each.name,
                w.share(each.share),
                w.say("interval", low=low, high=high),
            ]
        )
    return w.table(columns, rows, caption=w.say("ranking"), kind="cards")
