"""What every reader hands over: a table that the engine can read, and what is known of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Rejected:
    """A row that was left out, and why.

    Attributes:
        row: its number: as a spreadsheet shows it (the header has a number too), or the number of
            the event or record in a file without a header.
        why: one sentence.

    """

    row: int
    why: str


@dataclass(frozen=True)
class Prepared:
    """A table ready to be read.

    Attributes:
        path: the file to read.
        headers: the columns' names, unique.
        repeated: names that stood more than once.
        delimiter: between cells; empty for Parquet.
        skip: lines before the first row.
        first_row: the number of the first row.
        lines: lines in the file, where known: a clean table has one a row.
        numbered: the first column is the row's number and has no header.
        detected: what was found out, for the report.
        rejected: rows that could not be read.

    """

    path: Path
    headers: tuple[str, ...]
    repeated: tuple[str, ...] = ()
    delimiter: str = ","
    skip: int = 0
    first_row: int = 1
    lines: int | None = None
    numbered: bool = False
    detected: dict[str, object] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()


def write_rows(
    prepared: Prepared, out: Path, rows: Iterable[list[str]], rejected: list[Rejected]
) -> Prepared:
    """Write numbered rows as a clean comma-separated file that stands in for the source.

    Args:
        prepared: what is known of the table.
        out: the file to write.
        rows: the number, then the cells.
        rejected: filled while the rows are read.

    """
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return replace(
        prepared, path=out, delimiter=",", skip=0, numbered=True, rejected=tuple(rejected)
    )
