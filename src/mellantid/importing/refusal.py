"""Refusal: a table without dates can be no movements, and is told so in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.errors import DataError
from mellantid.importing.moments import tell_form
from mellantid.importing.names import listed

if TYPE_CHECKING:
    from mellantid.importing.table import Table

# Plain numbers may be dates where a map says so, but they are no evidence of any.
NUMBERS = frozenset({"compact", "serial", "epoch"})


def date_columns(table: Table) -> list[int]:
    """The columns that plainly hold dates; loads the table where it is not loaded whole."""
    if len(table.loaded) < len(table.headers):
        table.load()
    found = []
    for index in range(len(table.headers)):
        form = tell_form(table.values(index, limit=400))
        if form is not None and form.family not in NUMBERS:
            found.append(index)
    return found


def refuse_without_dates(table: Table) -> None:
    """Refuse a table that has no column with dates.

    Raises:
        DataError: it has none.

    """
    if not date_columns(table):
        raise DataError(
            f"{table.name} has no column with dates, so it cannot be used as movements: export the "
            f"stage history, or the deals with their created and closed dates (its columns are "
            f"{listed(table.headers, 12)})."
        )
