"""Lookups: values of a column that are not found in a second file, as warnings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mellantid.errors import DataError
from mellantid.importing.engine import identifier, query
from mellantid.importing.names import counted, did_you_mean, listed
from mellantid.importing.table import open_table

if TYPE_CHECKING:
    from mellantid.importing.mapping import Lookup, Map
    from mellantid.importing.table import Table

SHOWN = 5


def warn_of_unmatched(table: Table, mapping: Map, beside: Path) -> None:
    """Warn of every value that a lookup's file does not have.

    Args:
        table: the table, read.
        mapping: with the lookups.
        beside: the folder in which a relative file name is looked for.

    """
    for lookup in mapping.lookups:
        path = Path(lookup.file)
        path = path if path.is_absolute() else beside / path
        if not path.is_file():
            table.warnings.append(f"{lookup.file} is not beside the file: nothing was looked up.")
            continue
        known = _keys(path, lookup)
        column = identifier(f"lookup_{lookup.column}")
        table.db.execute(query("lookup_values", column=column))
        values = [(str(value), int(count)) for value, count in table.db.fetchall()]
        missing = [(value, count) for value, count in values if value not in known]
        if missing:
            table.warnings.append(_warning(lookup, missing, sorted(known)))


def _keys(path: Path, lookup: Lookup) -> set[str]:
    with open_table(path, [lookup.key]) as other:
        index = other.find(lookup.key)
        if index is None:
            raise DataError(
                f'{lookup.file} has no column "{lookup.key}": it has {listed(other.headers)}.'
            )
        other.load([index])
        return set(other.values(index, limit=max(other.rows, 1)))


def _warning(lookup: Lookup, missing: list[tuple[str, int]], known: list[str]) -> str:
    rows = sum(count for _, count in missing)
    shown = ", ".join(
        f'"{value}"{did_you_mean(known, value)} {count:,}' for value, count in missing[:SHOWN]
    )
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    return (
        f'{counted(rows, "row")} with a value of "{lookup.column}" that {lookup.file} does not '
        f"have: {shown}{more}."
    )
