"""Reading the rows of a file that tell what followed what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.discovery.rows import NO_MOMENT, Rows
from mellantid.errors import DataError
from mellantid.importing.order import tell_order

if TYPE_CHECKING:
    from mellantid.discovery.profile import Profile
    from mellantid.discovery.shape import Found
    from mellantid.importing.table import Table

MOST_DEALS: Final = 50_000


def rows_of(table: Table, found: Found) -> Rows | None:
    """The rows of a loaded table by deal, then in their order; None where it is a snapshot."""
    if found.kind == "changes":
        return _changes(table, found)
    return _entries(table, found) if found.kind == "stages" else None


def _moment(table: Table, column: Profile) -> str:
    """The engine's expression for a column's wall-clock time."""
    if column.dates is None:
        raise DataError(f"The column {column.name!r} has no dates: write a map.")
    order = tell_order(table, {column.index: column.dates}, "UTC")
    return column.dates.local(column.sql, order)


def _changes(table: Table, found: Found) -> Rows:
    deal, stage = found.columns["deal"].sql, found.columns["stage"].sql
    at = _moment(table, found.columns["at"])
    given = found.columns.get("order")
    order = f"TRY_CAST({given.sql} AS DOUBLE), " if given else ""
    rows = table.db.execute(
        f"SELECT dense_rank() OVER (ORDER BY {deal}) - 1 AS deal, {stage} AS label, "  # noqa: S608
        f"coalesce({at}, {NO_MOMENT}) AS at FROM source "
        f"WHERE {stage} IS NOT NULL AND {deal} IS NOT NULL "
        f"AND hash({deal}) % {_part(found)} = 0 "
        f'ORDER BY {deal}, {at} NULLS LAST, {order}"row"'
    ).fetchnumpy()
    names, codes = np.unique(np.asarray(rows["label"], dtype=str), return_inverse=True)
    return _numbered(rows, codes, tuple(map(str, names)))


def _part(found: Found) -> int:
    """One in how many deals is looked at: the order of stages needs no more than so many."""
    return max(found.columns["deal"].distinct // MOST_DEALS, 1)


def _entries(table: Table, found: Found) -> Rows:
    """Dates of entry, each a row of its own."""
    deal = found.columns["deal"].sql
    parts = [
        f"SELECT {deal} AS deal, {k} AS label, {_moment(table, column)} AS moment FROM source"  # noqa: S608
        for k, column in enumerate(found.entered.values())
    ]
    rows = table.db.execute(
        f"SELECT dense_rank() OVER (ORDER BY deal) - 1 AS deal, label, moment AS at FROM "  # noqa: S608
        f"({' UNION ALL '.join(parts)}) WHERE moment IS NOT NULL "
        f"AND hash(deal) % {_part(found)} = 0 ORDER BY deal, moment, label"
    ).fetchnumpy()
    return _numbered(rows, rows["label"], tuple(found.entered))


def _numbered(rows: Any, codes: Any, names: tuple[str, ...]) -> Rows:  # noqa: ANN401 - the engine's columns
    deal, label, at = (np.asarray(c, np.int64) for c in (rows["deal"], codes, rows["at"]))
    return Rows(deal, label, at, names)
