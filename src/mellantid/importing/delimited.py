"""Text tables: CSV and its kin, read as they are where they are clean, rewritten where not."""

from __future__ import annotations

import csv
import sys
from itertools import islice
from typing import TYPE_CHECKING

from mellantid.errors import DataError
from mellantid.importing.layout import LOOK_AT, NAMES, find_header, guess_delimiter
from mellantid.importing.prepared import Prepared, Rejected, write_rows
from mellantid.importing.text import as_utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SAMPLE = 1 << 17
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def prepare_delimited(path: Path, folder: Path, hints: Iterable[str]) -> Prepared:
    """Tell a text table's encoding, delimiter and header.

    Raises:
        DataError: it has no rows.

    """
    text = as_utf8(path, folder)
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(SAMPLE)
    if len(sample) == SAMPLE:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    delimiter = guess_delimiter(sample, hints)
    records = list(
        islice(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter), LOOK_AT)
    )
    header = find_header(records, hints)
    if header is None:
        raise DataError("The file has no rows: export it again.")
    return Prepared(
        path=text.path,
        headers=header.names,
        repeated=header.repeated,
        delimiter=delimiter,
        skip=header.index + 1,
        first_row=header.index + 2,
        lines=text.lines,
        detected={
            "format": "delimited text",
            "encoding": text.encoding,
            "delimiter": NAMES[delimiter],
            "header_row": header.index + 1,
        },
    )


def rewrite(prepared: Prepared, folder: Path) -> Prepared:
    """Read a table record by record and write it anew, numbered, with what does not fit left out.

    For the few tables that are not clean: blank lines, line breaks within cells, records with too
    few or too many cells. A record that is too short has empty cells; one that is too long, with
    something in the cells that have no name, is rejected.
    """
    rejected: list[Rejected] = []
    width = len(prepared.headers)

    def rows() -> Iterator[list[str]]:
        with prepared.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=prepared.delimiter)
            for number, record in enumerate(reader, 1):
                if number <= prepared.skip or not any(record):
                    continue
                if any(cell.strip() for cell in record[width:]):
                    why = (
                        f"has {len(record)} cells where the header has {width}: "
                        "put quotes around a cell that contains the delimiter"
                    )
                    rejected.append(Rejected(number, why))
                else:
                    yield [str(number), *record[:width], *[""] * (width - len(record))]

    return write_rows(prepared, folder / "rewritten.csv", rows(), rejected)
