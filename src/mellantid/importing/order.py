"""Day or month first: told from every date of a file, never from one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.importing.engine import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.importing.moments import Form, Order
    from mellantid.importing.table import Table

MONTH_FIRST_ZONES = ("America/", "US/", "Pacific/Honolulu", "Pacific/Guam", "Asia/Manila")


@dataclass(frozen=True)
class _Votes:
    """How many dates can only be read in one order."""

    day_first: int
    month_first: int


def tell_order(table: Table, forms: Mapping[int, Form], timezone: str) -> Order:
    """Tell from the loaded date columns whether the day or the month comes first.

    A number above 12 decides. Where no date has one, the custom of the time zone's country is taken
    and a warning says so.

    Args:
        table: the table, loaded.
        forms: the form of each date column.
        timezone: the map's time zone.

    """
    open_columns = [column for column, form in forms.items() if form.ambiguous]
    if not open_columns:
        return "day first"
    votes = [_votes(table, column) for column in open_columns]
    days = sum(vote.day_first for vote in votes)
    months = sum(vote.month_first for vote in votes)
    if days and months:
        table.warnings.append(
            f"Some dates can only be day first ({days:,}) and some only month first ({months:,}): "
            "the fewer cannot be read. The file was probably put together from two."
        )
    if days or months:
        return "day first" if days >= months else "month first"
    order: Order = "month first" if timezone.startswith(MONTH_FIRST_ZONES) else "day first"
    table.warnings.append(
        f"No date has a day above 12, so they may be day first or month first: they were read "
        f"{order}; give date_format in the map to be sure."
    )
    return order


def _votes(table: Table, column: int) -> _Votes:
    row = table.db.execute(query("date_order", column=f"c{column}")).fetchone() or (0, 0)
    return _Votes(int(row[0]), int(row[1]))
