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


def _moment(table: Table, column: Profile) -> tuple[str, str]:
    """The engine's expressions for a column's moment, and for its wall-clock time.

    They differ where a text has an offset of its own, as the importer reads it.
    """
    if column.dates is None:
        raise DataError(f"The column {column.name!r} has no dates: write a map.")
    order = tell_order(table, {column.index: column.dates}, "UTC")
    local = column.dates.local(column.sql, order)
    return column.dates.moment(column.sql, local, local), local


def _changes(table: Table, found: Found) -> Rows:
    deal, stage = found.columns["deal"].sql, found.columns["stage"].sql
    at, local = _moment(table, found.columns["at"])
    given = found.columns.get("order")
    order = f"TRY_CAST({given.sql} AS DOUBLE), " if given else ""
    rows = table.db.execute(
        f"SELECT dense_rank() OVER (ORDER BY {deal}) - 1 AS deal, {stage} AS label, "  # noqa: S608
        f"coalesce({at}, {NO_MOMENT}) AS at, coalesce({local}, {NO_MOMENT}) AS local FROM source "
        f"WHERE {stage} IS NOT NULL AND {deal} IS NOT NULL "
        f"AND hash({deal}) % {_part(found)} = 0 "
        f'ORDER BY {deal}, {at} NULLS LAST, {order}"row"'
    ).fetchnumpy()
    names, codes = np.unique(np.asarray(rows["label"], dtype=str), return_inverse=True)
    return _numbered(rows, codes, tuple(map(str, names)), ordered=given is not None)


def _part(found: Found) -> int:
    """One in how many deals is looked at: the order of stages needs no more than so many."""
    return max(found.columns["deal"].distinct // MOST_DEALS, 1)


def _entries(table: Table, found: Found) -> Rows:
    """Dates of entry, each a row of its own."""
    deal = found.columns["deal"].sql
    parts = []
    for k, column in enumerate(found.entered.values()):
        at, local = _moment(table, column)
        parts.append(
            f"SELECT {deal} AS deal, {k} AS label, {at} AS moment, {local} AS local FROM source"  # noqa: S608
        )
    rows = table.db.execute(
        f"SELECT dense_rank() OVER (ORDER BY deal) - 1 AS deal, label, moment AS at, local FROM "  # noqa: S608
        f"({' UNION ALL '.join(parts)}) WHERE moment IS NOT NULL "
        f"AND hash(deal) % {_part(found)} = 0 ORDER BY deal, moment, label"
    ).fetchnumpy()
    return _numbered(rows, rows["label"], tuple(found.entered), ordered=False)


def _numbered(rows: Any, codes: Any, names: tuple[str, ...], *, ordered: bool) -> Rows:  # noqa: ANN401 - the engine's columns
    columns = (rows["deal"], codes, rows["at"], rows["local"])
    deal, label, at, local = (np.asarray(column, np.int64) for column in columns)
    return Rows(deal, label, at, local, names, ordered)
