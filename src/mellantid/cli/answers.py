"""`counts`, `model`, `splits`, `forecast`, `cutoffs`: what is known, and what it says."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName, read_date
from mellantid.cli.output import print_json, print_table, print_text, warn
from mellantid.cli.sentences import finish_sentence
from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.metrics.symbols import SYMBOLS
from mellantid.workspace.fitted import fitted
from mellantid.workspace.ropes import ropes

if TYPE_CHECKING:
    from mellantid.workspace import Outcome, Standing
    from mellantid.workspace.standing import LegStanding

SHOWN_DEALS = 15
SHOWN_ROWS = 40


class Engine(StrEnum):
    """Where the histogram is counted."""

    EMBEDDED = "embedded"
    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SPARK = "spark"


class By(StrEnum):
    """What splits are told by."""

    LEG = "leg"
    TEAM = "team"
    SELLER = "seller"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (counts, model, splits, forecast, cutoffs):
        app.command()(command)


def counts(
    engine: Annotated[Engine, typer.Option(help="Where to count.")] = Engine.EMBEDDED,
    source: Annotated[
        str | None, typer.Option("--from", help="A Parquet file of entries, or a URL.")
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print the sojourn histogram: all that estimation needs of the ledger."""
    if engine is not Engine.EMBEDDED or source is not None:
        raise QuestionError(
            "Only the embedded engine counts so far: leave --engine and --from out."
        )
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
    rows = race.histogram()
    if as_json:
        print_json({"rows": rows})
        return
    names = ("stage", "to", "owner", "entry_month", "entry_age", "age", "count")
    lines = [[_cell(row[name]) for name in names] for row in rows[:SHOWN_ROWS]]
    print_table(f"Sojourns of {race.history.process.name}", names, lines, text_columns=4)
    if len(rows) > SHOWN_ROWS:
        print_text(f"... and {len(rows) - SHOWN_ROWS} more (all with --json).")


def _cell(value: object) -> str:
    return numbers.NONE if value is None else str(value)


def model(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print the fitted model: daily chances by age, and the chance to be won."""
    with reading(database) as workspace:
        found = fitted(ask(workspace, process, as_of))
    if as_json:
        print_json(found)
        return
    print_table(
        "Chance to leave a stage on a day, by age in it (80 % interval)",
        ("stage", "to", "age", "exits", "deal-days", "a day", "low", "high"),
        [
            (
                cell.stage,
                cell.to,
                f"{cell.age_from}-{cell.age_to}"
                if cell.age_to > cell.age_from
                else f"{cell.age_from}",
                numbers.count(cell.exits),
                numbers.count(cell.exposure),
                *(numbers.decimal(100 * x, 2) + " %" for x in (cell.hazard, cell.low, cell.high)),
            )
            for cell in found.cells
            if cell.exits
        ],
        text_columns=2,
    )
    print_table(
        "Chance to be won, for a deal that stands in a stage",
        ("stage", "age", "within days", "chance"),
        [(w.stage, str(w.age), str(w.within), numbers.percent(w.p)) for w in found.win],
    )


def splits(
    by: Annotated[
        By, typer.Option(help="Tell them by leg only, or by team or seller too.")
    ] = By.LEG,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say where we are against the plan, in movements, days and money."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.standing(race, by.value)
    if as_json:
        print_json(found)
        return
    print_standing(found, race.unit)


def print_standing(found: Standing, unit: str) -> None:
    """Print the splits as the race table."""
    print_text(
        f"Plan {found.plan_version} for {numbers.date(found.first)} to {numbers.date(found.last)}, "
        f"as of {numbers.date(found.as_of)}: expected {numbers.money(found.expected_money, unit)}, "
        f"planned {numbers.money(found.planned_money, unit)}, target "
        f"{numbers.money(found.target, unit)}."
    )
    headings = (
        "", "leg", "verdict", "plan", "actual", "movements", "days", "money", "needed/week",
        "now/week",
    )  # fmt: skip
    rows = [_leg_row(leg, unit) for leg in found.legs]
    rest = {"amount changes": found.amount_changes, "re-estimation": found.re_estimation}
    blank = ("",) * 5
    for name, money in {**rest, "gap to the plan": found.gap_money}.items():
        rows.append(("", name, *blank, numbers.signed(numbers.money(money, unit)), "", ""))
    print_table("Splits", headings, rows, text_columns=3)
    for group in found.groups:
        gap = numbers.signed(numbers.money(group.gap_money, unit))
        lines = [_leg_row(leg, unit) for leg in group.legs]
        print_table(f"{group.group or 'Nobody'}: {gap}", headings, lines, text_columns=3)


def _leg_row(leg: LegStanding, unit: str) -> tuple[str, ...]:
    needs = f" (needs {leg.needs:.0f} more)" if leg.needs else ""
    return (
        SYMBOLS[leg.verdict],
        leg.leg,
        leg.verdict + needs,
        numbers.movements(leg.planned),
        numbers.movements(leg.actual),
        numbers.signed(numbers.movements(leg.movements)),
        numbers.signed(numbers.days(leg.days)),
        numbers.signed(numbers.money(leg.money, unit)),
        numbers.movements(leg.needed_per_week),
        numbers.movements(leg.now_per_week),
    )


def forecast(
    until: Annotated[
        dt.date | None,
        typer.Option(
            "--until",
            parser=read_date,
            metavar="DATE",
            help="The last day on which a win counts; the running target's by default.",
        ),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Foretell what will have been won, with its distribution and the chance of the target."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.outcome(race, until)
    if as_json:
        names = [field.name for field in dataclasses.fields(found) if field.name != "whole"]
        print_json({name: getattr(found, name) for name in names})
        return
    print_outcome(found, race.unit)


def print_outcome(found: Outcome, unit: str) -> None:
    """Print the forecast: the sentence, the figures, the deals that weigh most."""
    print_text(finish_sentence(found, unit))
    rows = [
        ("won so far", numbers.money(found.won, unit)),
        ("expected of open deals", numbers.money(found.open_mean, unit)),
        ("expected of deals to come", numbers.money(found.new_mean, unit)),
        ("expected in all", numbers.money(found.mean, unit)),
        ("standard deviation", numbers.money(found.sd, unit)),
        *(
            (f"{float(level):.0%} chance of at most", numbers.money(amount, unit))
            for level, amount in found.quantiles.items()
        ),
    ]
    if found.arrival is not None:
        rows += [
            (f"target reached with {float(level):.0%} chance by", numbers.date(date))
            for level, date in found.arrival.items()
            if level in ("0.1", "0.5", "0.9")
        ]
    print_table(f"Forecast to {numbers.date(found.until)}", ("", ""), rows)
    print_table(
        "The open deals that weigh most",
        ("deal", "stage", "owner", "age", "amount", "chance"),
        [
            (
                deal.deal,
                deal.stage,
                deal.owner or numbers.NONE,
                numbers.count(deal.age),
                numbers.money(deal.amount, unit),
                numbers.percent(deal.p),
            )
            for deal in found.deals[:SHOWN_DEALS]
        ],
        text_columns=3,
    )
    if found.unknown_amounts:
        assumed = numbers.money(found.assumed_amount, unit)
        warn([f"{found.unknown_amounts} deals without an amount count for {assumed} each."])


def cutoffs(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show the rope of every stage, and the deals that it has caught."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = ropes(race)
    if as_json:
        print_json(found)
        return
    print_table(
        "The rope: working days in the stage",
        ("stage", "basis", "cut-off", "n"),
        [
            (rope.stage, rope.basis, numbers.count(rope.cutoff), numbers.count(rope.n))
            for rope in found.stages
        ],
        text_columns=2,
    )
    title = f"Caught: {len(found.caught)} deals"
    rows = [
        (
            deal.deal,
            deal.stage,
            deal.owner or numbers.NONE,
            numbers.count(deal.age),
            numbers.money(deal.amount, race.unit),
        )
        for deal in found.caught[:SHOWN_ROWS]
    ]
    print_table(title, ("deal", "stage", "owner", "age", "amount"), rows, text_columns=3)
    if len(found.caught) > SHOWN_ROWS:
        print_text(f"... and {len(found.caught) - SHOWN_ROWS} more (all with --json).")
