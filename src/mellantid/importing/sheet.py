"""Workbooks: the sheet with the table in it, cells as text, dates as ISO 8601."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING

from mellantid.errors import DataError
from mellantid.importing.layout import LOOK_AT, Header, find_header
from mellantid.importing.prepared import Prepared, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from python_calamine import CalamineSheet, CalamineWorkbook

    Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def prepare_sheet(path: Path, folder: Path, hints: Iterable[str]) -> Prepared:
    """Find the sheet that has the expected columns, else the longest one, and write it as text.

    Raises:
        DataError: the workbook cannot be opened, or every sheet is empty.

    """
    from python_calamine import (  # noqa: PLC0415 -- only workbooks need it
        CalamineError,
        CalamineWorkbook,
    )

    try:
        workbook = CalamineWorkbook.from_path(path)
        sheet, header = _choose(workbook, list(hints))
    except (CalamineError, OSError) as error:
        raise DataError(
            f"The workbook cannot be opened ({error}): take off its password or save it as CSV."
        ) from error
    prepared = Prepared(
        path=path,
        headers=header.names,
        repeated=header.repeated,
        first_row=header.index + 2,
        detected={"format": "workbook", "sheet": sheet.name, "header_row": header.index + 1},
    )
    return write_rows(prepared, folder / "sheet.csv", _rows(sheet, header), [])


def _choose(workbook: CalamineWorkbook, hints: list[str]) -> tuple[CalamineSheet, Header]:
    best: tuple[int, int, CalamineSheet, Header] | None = None
    wanted = {hint.strip() for hint in hints}
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        header = find_header(list(islice(_records(sheet), LOOK_AT)), hints)
        if header is None:
            continue
        found = len(wanted & {cell.strip() for cell in header.names})
        if best is None or (found, sheet.height) > best[:2]:
            best = (found, sheet.height, sheet, header)
    if best is None:
        raise DataError("Every sheet of the workbook is empty: export it again.")
    return best[2], best[3]


def _records(sheet: CalamineSheet) -> Iterator[list[str]]:
    """All records from the sheet's very first row on, so that numbers are as people see them."""
    for record in sheet.to_python(skip_empty_area=False):
        yield [_text(cell) for cell in record]


def _rows(sheet: CalamineSheet, header: Header) -> Iterator[list[str]]:
    width = len(header.names)
    for number, record in enumerate(_records(sheet), 1):
        if number > header.index + 1 and any(record):
            yield [str(number), *record[:width], *[""] * (width - len(record))]


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    return str(cell)
