"""`counts`, `model`, `splits`, `forecast`, `cutoffs`: what is known, and what it says."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName, read_date
from mellantid.cli.output import print_json, print_table, print_text, warn
from mellantid.metrics import numbers
from mellantid.metrics.symbols import SYMBOLS

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
    from mellantid.workspace.histogram import histogram  # noqa: PLC0415 (quick start)

    rows = histogram(engine, source)
    del rows
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
    found = race.counts
    history = race.history
    document = [
        {
            "process": history.process.name,
            "stage": history.process.stages[stage],
            "to": history.process.state_name(to),
            "owner": history.owners[owner] if owner >= 0 else None,
            "entry_month": f"{month // 100}-{month % 100:02d}",
            "entry_age": entry_age,
            "age": age,
            "count": count,
        }
        for stage, to, owner, month, entry_age, age, count in zip(
            *(column.tolist() for column in found.columns()), found.count.tolist(), strict=True
        )
    ]
    print_json({"rows": document})
