"""The engine: an in-memory DuckDB with a bound on its memory, and the queries kept beside it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = "500MB"


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open an engine that spills into a folder when its memory is full."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(folder / "spill"),
    }
    db = duckdb.connect(config=settings)
    db.execute("SET TimeZone = 'UTC'")
    db.execute("SET enable_progress_bar = false")
    return db


@cache
def _template(name: str) -> Template:
    text = files("mellantid.importing").joinpath("sql", f"{name}.sql").read_text("utf-8")
    return Template(text)


def query(name: str, **parts: object) -> str:
    """A query of the `sql` folder with its parts filled in: identifiers and expressions of ours."""
    return _template(name).substitute(parts)


def literal(text: str) -> str:
    """Text as the engine's literal, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as the engine's identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
