"""How commands speak: JSON or a table on standard output, everything else on standard error."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table


def print_json(document: object) -> None:
    """Print the one document of `--json`; what is not a number is null."""
    sys.stdout.write(json.dumps(_plain(document), ensure_ascii=False, allow_nan=False) + "\n")


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the answer."""
    sys.stderr.write(f"{message}\n")


def warn(messages: Iterable[str]) -> None:
    """Tell what the person should know before trusting the answer."""
    for message in messages:
        say(f"Note: {message}")


def print_text(text: str) -> None:
    """Print a paragraph of the answer."""
    sys.stdout.write(f"{text}\n")


def print_table(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], text_columns: int = 1
) -> None:
    """Print a table worth reading: words to the left, figures to the right."""
    table = new_table(title, headings, text_columns)
    for row in rows:
        table.add_row(*row)
    _print(table)


def new_table(title: str, headings: Sequence[str], text_columns: int) -> Table:
    """Make a table whose first columns are words and whose others are figures."""
    # Rich takes a moment to import; `--json` does without it.
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        words = place < text_columns
        table.add_column(
            heading, justify="left" if words else "right", overflow="fold", no_wrap=not words
        )
    return table


def _print(table: Table) -> None:
    from rich.console import Console  # noqa: PLC0415

    # Into a file or a pipe a table keeps its full width: there is no screen to fit.
    width = None if sys.stdout.isatty() else 160
    Console(width=width, highlight=False).print(table)


def _plain(value: object) -> object:
    """What JSON can say of a value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
