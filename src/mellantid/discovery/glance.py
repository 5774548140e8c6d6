"""A glance at a file: its columns and first rows, so that a person can say what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.importing.table import open_table

if TYPE_CHECKING:
    from pathlib import Path

FIRST: Final = 5


@dataclass(frozen=True)
class Glance:
    """What a file looks like.

    Attributes:
        columns: its headers.
        rows: its first rows, a text for each column.

    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def glance(path: Path) -> Glance:
    """Look at a file.

    Raises:
        DataError: it cannot be read as a table.

    """
    with open_table(path) as table:
        table.load()
        names = ", ".join(f"c{index}" for index in range(len(table.headers)))
        rows = table.db.execute(f"SELECT {names} FROM source LIMIT {FIRST}").fetchall()  # noqa: S608
        return Glance(
            tuple(table.headers),
            tuple(tuple("" if each is None else str(each) for each in row) for row in rows),
        )
