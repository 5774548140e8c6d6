"""`counts` and `model`: what is known of the course, and what it says of chances."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.errors import QuestionError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.workspace import Fitted, People

SHOWN_ROWS = 40


class Engine(StrEnum):
    """Where the histogram is counted."""

    EMBEDDED = "embedded"
    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SPARK = "spark"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (counts, model):
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
        people = workspace.people
    rows = race.histogram()
    if as_json:
        print_json({"rows": rows})
        return
    names = ("stage", "to", "owner", "entry_month", "entry_age", "age", "count")
    lines = [
        [_cell(row[name], people if name == "owner" else None) for name in names]
        for row in rows[:SHOWN_ROWS]
    ]
    headings = [name.replace("_", " ") for name in names]
    print_table(f"Sojourns of {race.history.process.name}", headings, lines, text_columns=4)
    if len(rows) > SHOWN_ROWS:
        print_text(f"... and {numbers.count(len(rows) - SHOWN_ROWS)} more (all with --json).")


def _cell(value: str | int | None, people: People | None) -> str:
    """A cell; an owner by name."""
    return str(value) if people is None else people.name(None if value is None else str(value))


def model(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print the fitted model: daily chances by age, and the chance to be won."""
    with reading(database) as workspace:
        found = workspace.fitted(ask(workspace, process, as_of))
    if as_json:
        print_json(found)
        return
    _print_cells(found)
    within = tuple(dict.fromkeys(row.within for row in found.win))
    chances = {(row.stage, row.age, row.within): numbers.percent(row.p) for row in found.win}
    print_table(
        "Chance to be won within so many working days, by age in the stage",
        ("stage", "age", *map(str, within)),
        [
            (stage, str(age), *(chances[stage, age, days] for days in within))
            for stage, age in dict.fromkeys((row.stage, row.age) for row in found.win)
        ],
    )


def _print_cells(found: Fitted) -> None:
    level = numbers.percent(found.level)
    print_table(
        f"Chance to leave a stage on a day, by age in it ({level} interval)",
        ("stage", "to", "age", "exits", "deal-days", "a day", "low", "high"),
        [
            (
                cell.stage,
                cell.to,
                _ages(cell.age_from, cell.age_to),
                numbers.count(cell.exits),
                numbers.count(cell.exposure),
                *(
                    f"{numbers.decimal(100 * chance, 2)}{numbers.NARROW}%"
                    for chance in (cell.hazard, cell.low, cell.high)
                ),
            )
            for cell in found.cells
            if cell.exits
        ],
        text_columns=2,
        spare=("deal-days", "exits"),
    )


def _ages(first: int, last: int) -> str:
    return f"{first}-{last}" if last > first else str(first)
