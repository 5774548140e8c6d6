"""How commands speak: JSON or text on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import TYPE_CHECKING

import typer

from mellantid.answers.document import json_text
from mellantid.cli.table import RULE, Table, screen_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["RULE", "print_file", "print_json", "print_table", "print_text", "say", "warn"]


def print_json(document: object) -> None:
    """Print the one document of `--json`; what is not a number is null."""
    _write(json_text(document))


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the answer."""
    sys.stderr.write(f"{message}\n")


def warn(messages: Iterable[str]) -> None:
    """Tell what the person should know before trusting the answer."""
    for message in messages:
        say(f"Note: {message}")


def print_text(text: str) -> None:
    """Print a paragraph of the answer, in lines that fit the screen."""
    _write(textwrap.fill(text, screen_width(), break_long_words=False))


def print_file(text: str) -> None:
    """Print what is to be kept in a file: as it is, whatever the screen."""
    _write(text.rstrip("\n"))


def print_table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    text_columns: int = 1,
    spare: Sequence[str] = (),
) -> None:
    """Print a table worth reading: words to the left, figures to the right.

    Args:
        title: stands over it; empty: none.
        headings: of the columns; all empty: no line of headings.
        rows: the cells of each row; `RULE` draws a line.
        text_columns: how many columns, from the left, are words.
        spare: headings of columns that a narrow screen does without, the least important first.

    """
    table = Table(title, tuple(headings), [tuple(row) for row in rows], text_columns, tuple(spare))
    _write(table.written(screen_width()))


def _write(text: str) -> None:
    """Write a part of the answer; where nobody reads on, the command is done."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        # Python would complain once more when it closes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from error
