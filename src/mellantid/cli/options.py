"""The options that commands share, each written once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DEFAULT_DATABASE = "./mellantid.db"


def read_date(text: str) -> dt.date:
    """Read an ISO date of the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2026-12-31.") from error


Database: TypeAlias = Annotated[
    str,
    typer.Option(
        "--db", envvar="MELLANTID_DB", help="The workspace's database.", show_default=True
    ),
]
AsOf: TypeAlias = Annotated[
    dt.date | None,
    typer.Option(
        "--as-of",
        parser=read_date,
        metavar="DATE",
        help="Answer from what was known at the end of that day.",
    ),
]
ProcessName: TypeAlias = Annotated[
    str | None, typer.Option("--process", help="Which sales process, where there are several.")
]
AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of a table.")
]
File: TypeAlias = Annotated[Path, typer.Argument(help="The file.", show_default=False)]
