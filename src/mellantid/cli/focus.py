"""`focus`: what to do now, by leg, by deal and by lever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.deals import PER_DEAL, amounts
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text, warn
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.workspace import DealFocus, Focus, LegFocus, LeverFocus, People

SHOWN_DEALS = 12
SHOWN_LEVERS = 8
SHOWN_SENTENCES = 3
SHOWN_MISSES = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(focus)


def focus(
    seller: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only the legs and deals of one seller (or name)."),
    ] = None,
    p: Annotated[
        float | None,
        typer.Option(
            "--p",
            metavar="CHANCE",
            help="The chance of the target that levers lead to.",
            show_default="the plan's, or 0.8",
        ),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say where effort is worth most now: on which leg, on which deals, by which change."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.focus(race, seller, p)
        people = workspace.people
    warn(found.notes)
    if as_json:
        print_json(found.as_dict())
        return
    print_focus(found, race.unit, people)


def print_focus(found: Focus, unit: str, people: People) -> None:
    """Print the legs, the deals and the levers, each with what they say in a sentence."""
    whose = "" if found.seller is None else f" for {people.name(found.seller)}"
    print_text(
        f"What is worth doing now{whose}, counted in what is won by {numbers.date(found.until)}."
    )
    _print_legs(found.legs, unit)
    _print_deals(found.deals, unit, people)
    if found.levers and found.target is not None:
        _print_levers(found, unit)


def _print_legs(legs: Sequence[LegFocus], unit: str) -> None:
    scale, worth = _column([leg.worth_of_one for leg in legs], unit)
    whole_scale, whole = _column([leg.money for leg in legs], unit)
    rows = [
        (
            leg.leg,
            numbers.count(leg.deals),
            one,
            numbers.movements(leg.shortfall),
            together,
        )
        for leg, one, together in zip(legs, worth, whole, strict=True)
    ]
    headings = (
        "leg",
        "deals",
        f"worth of one, {scale}" if scale else "worth of one",
        "short",
        f"together, {whole_scale}" if whole_scale else "together",
    )
    print_table("One more movement on each leg", headings, rows, spare=("deals",))
    lagging = [leg for leg in legs if (leg.money or 0.0) > 0]
    lagging.sort(key=lambda leg: -(leg.money or 0.0))
    for leg in lagging[:SHOWN_SENTENCES]:
        print_text(_leg_sentence(leg, unit))
    if not lagging and all(leg.shortfall == 0 for leg in legs):
        print_text("No leg is behind the plan.")


def _leg_sentence(leg: LegFocus, unit: str) -> str:
    """One more movement, and how many are missing."""
    move = "deal created" if leg.deals is None else f"move on from {leg.leg}"
    return (
        f"One more {move} is worth {_worth(leg.worth_of_one, unit)}; you are "
        f"{numbers.movements(leg.shortfall)} short: {_worth(leg.money, unit)}."
    )


def _column(values: Sequence[float | None], unit: str) -> tuple[str, list[str]]:
    """Worths on one scale, with the unit for the heading; parts of a deal have decimals."""
    if unit != PER_DEAL:
        return numbers.money_column(values, unit)
    return unit, [numbers.NONE if each is None else numbers.decimal(each, 2) for each in values]


def _worth(value: float | None, unit: str) -> str:
    """A worth in a sentence."""
    _, (written,) = _column([value], unit)
    return f"{written} {unit}" if unit == PER_DEAL else numbers.money(value, unit)


def _print_deals(deals: Sequence[DealFocus], unit: str, people: People) -> None:
    if not deals:
        print_text("No deal is open.")
        return
    shown = deals[:SHOWN_DEALS]
    columns = [
        _column([getattr(deal, name) for deal in shown], unit)
        for name in ("gain", "worth_today", "waiting_cost")
    ]
    names = ("if it moves on", "worth today", "a week's wait")
    headings = tuple(
        f"{name}, {scale}" if scale else name
        for name, (scale, _) in zip(names, columns, strict=True)
    )
    (_, gain), (_, today), (_, wait) = columns
    print_table(
        "The open deals on which a move is worth most today",
        (
            "deal",
            "stage",
            "next",
            "owner",
            "age",
            *amounts("amount", unit),
            headings[0],
            "chance in a week",
            *headings[1:],
        ),
        [
            (
                deal.deal,
                deal.stage,
                deal.next,
                people.name(deal.owner),
                numbers.count(deal.age),
                *amounts(deal.amount, unit),
                gain[row],
                numbers.percent(deal.move_chance),
                today[row],
                numbers.signed(wait[row]) if deal.waiting_cost < 0 else wait[row],
            )
            for row, deal in enumerate(shown)
        ],
        text_columns=4,
        spare=("age", "next", "owner", "stage"),
    )
    if len(deals) > len(shown):
        more = numbers.count(len(deals) - len(shown))
        print_text(f"... and {more} more (all with --json).")


def _print_levers(found: Focus, unit: str) -> None:
    aim = numbers.round_money(found.target or 0.0, unit)
    wanted, now = numbers.percent(found.p), numbers.percent(found.p_target)
    enough = [lever for lever in found.levers if lever.feasible]
    missing = [lever for lever in found.levers if not lever.feasible]
    behind = found.levers[0].factor > 1
    if behind:
        title = f"Each of these alone leads from {now} to {wanted} chance of {aim}"
    else:
        title = f"The chance of {aim} is {now}; with each of these alone it is still {wanted}"
    if enough:
        print_table(
            title,
            ("change", "now", "then", "by"),
            [
                (
                    _name(each),
                    _value(each, each.now, unit),
                    _value(each, each.needed, unit),
                    _by(each),
                )
                for each in enough[:SHOWN_LEVERS]
            ],
        )
    print_text(_missing(missing, wanted, aim, unit, behind=behind, alone=bool(enough)))
    if found.mix:
        parts = " and ".join(
            f"{_name(each)} to {_value(each, each.needed, unit)} ({_by(each)})"
            for each in found.mix
        )
        print_text(
            f"With the least effort: {parts}, which together give {numbers.percent(found.mix_p)}."
        )


def _missing(
    levers: Sequence[LeverFocus], wanted: str, aim: str, unit: str, *, behind: bool, alone: bool
) -> str:
    """What even the limit does not do."""
    if not levers:
        return ""
    best = sorted(levers, key=lambda each: -each.p if behind else each.p)[:SHOWN_MISSES]
    told = ", ".join(
        f"{numbers.percent(each.p)} with {_name(each)} at {_value(each, each.limit, unit)}"
        for each in best
    )
    more = f", and {numbers.count(len(levers) - len(best))} more" if len(levers) > len(best) else ""
    if not behind:
        return f"Even half as good leaves more than {wanted}: {told}{more}."
    start = (
        "Not enough even when doubled"
        if alone
        else (f"No single change leads to {wanted} chance of {aim}, even when doubled")
    )
    return f"{start}: {told}{more}."


def _name(lever: LeverFocus) -> str:
    names = {
        "pace": "pace of creation",
        "conversion": f"conversion of {lever.leg}",
        "time": f"time in {lever.leg}",
        "amount": "amount of a win",
    }
    return names[lever.lever]


def _value(lever: LeverFocus, value: float | None, unit: str) -> str:
    if lever.lever == "pace":
        return f"{numbers.movements(value)} a week"
    if lever.lever == "conversion":
        return numbers.percent(value)
    if lever.lever == "time":
        return f"{numbers.movements(value)} days"
    return numbers.money(value, unit)


def _by(lever: LeverFocus) -> str:
    """By how much of itself a lever is changed."""
    if lever.needed is None:
        return numbers.NONE
    change = lever.needed / lever.now - 1.0
    return numbers.signed(f"{numbers.decimal(100 * change, 0)}{numbers.NARROW}%")
