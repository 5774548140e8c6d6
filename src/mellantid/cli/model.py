"""`counts` and `model`: what is known of the course, and what it says of chances."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.answers import counts_document, model_document
from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.errors import QuestionError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.workspace import Doubt, Fitted, People
    from mellantid.workspace.fitted import BandRow

SHOWN_ROWS = 40
SHOWN_DOUBTS = 8
VERDICTS = ("found", "not found", "too early to say", "cannot be told")
DOUBTS = "What in the data speaks against taking these numbers at their word:"
NO_DOUBTS = "Nothing was found in the data that speaks against these numbers."


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
        print_json(counts_document(race))
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
    """Print the fitted model: daily chances, the chance to be won, and what speaks against it."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found, doubts = workspace.fitted(race), workspace.doubts(race)
    if as_json:
        print_json(model_document(found, doubts))
        return
    _print_cells(found)
    _print_bands(found)
    _print_memory(found)
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
    _print_doubts(doubts)


def _print_doubts(doubts: tuple[Doubt, ...]) -> None:
    """What was found, a sentence each, then what was not."""
    of = {verdict: [each for each in doubts if each.verdict == verdict] for verdict in VERDICTS}
    found = of.pop(VERDICTS[0])
    print_text(DOUBTS if found else NO_DOUBTS)
    for kind in dict.fromkeys(each.kind for each in found):
        mine = [each for each in found if each.kind == kind]
        for each in mine[:SHOWN_DOUBTS]:
            print_text(f"- {kind}: {each.what}")
        if len(mine) > SHOWN_DOUBTS:
            more = numbers.count(len(mine) - SHOWN_DOUBTS)
            print_text(f"- {kind}: ... and {more} more (all with --json).")
    for verdict, others in of.items():
        tried = Counter(each.kind for each in others)
        if tried:
            names = (f"{kind} ({n} tests)" if n > 1 else kind for kind, n in tried.items())
            print_text(f"{verdict.capitalize()}: {', '.join(names)}.")


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


def _print_bands(found: Fitted) -> None:
    """How deals of each amount band differ; nothing to say where they do not."""
    if not found.bands.rows:
        print_text("Large and small deals move alike: there is one amount band.")
        return
    print_table(
        "Amount bands: their daily chances beside the organisation's",
        ("band", "amounts", "of new deals", "stage", "moving on", "lost"),
        [
            (
                str(row.band),
                _span(row),
                numbers.percent(row.share),
                row.stage,
                f"x {numbers.decimal(row.moving, 2)}",
                f"x {numbers.decimal(row.lost, 2)}",
            )
            for row in found.bands.rows
        ],
        text_columns=2,
    )


def _span(row: BandRow) -> str:
    """The amounts of a band."""
    if row.unknown:
        return "not known on entry"
    if row.above is None:
        return "all" if row.up_to is None else f"up to {numbers.money(row.up_to)}"
    if row.up_to is None:
        return f"above {numbers.money(row.above)}"
    return f"{numbers.money(row.above)} to {numbers.money(row.up_to)}"


def _print_memory(found: Fitted) -> None:
    """How old exits are forgotten and amounts are won, stage by stage."""
    print_table(
        "What is remembered, and what deals are won for",
        ("stage", "half-life", "won / stood for", "reckoned with", "won deals"),
        [
            (
                memory.stage,
                "none: all counts"
                if memory.half_life is None
                else f"{numbers.decimal(memory.half_life, 1)} months",
                "" if ratio.seen is None else numbers.decimal(ratio.seen, 3),
                numbers.decimal(ratio.ratio, 3),
                numbers.count(ratio.deals),
            )
            for memory, ratio in zip(found.memory, found.won_ratio, strict=True)
        ],
        text_columns=2,
    )


def _ages(first: int, last: int) -> str:
    return f"{first}-{last}" if last > first else str(first)
