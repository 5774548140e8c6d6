"""Tables: any file as columns of text in the engine, each row with its number in the file."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from mellantid.errors import DataError
from mellantid.importing.delimited import prepare_delimited, rewrite
from mellantid.importing.engine import connect, identifier, literal, query
from mellantid.importing.names import find_name
from mellantid.importing.prepared import Prepared, Rejected
from mellantid.importing.sheet import prepare_sheet
from mellantid.importing.unpack import unpack
from mellantid.importing.xes import prepare_xes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROW = "row"


@dataclass
class Table:
    """A file's table.

    After `load`, the engine holds it as the view `source`: column `row` (the row's number, see
    `prepared.Rejected`) and, for the i-th header, `c<i>` as text; NULL or blank where empty.

    Attributes:
        db: the engine.
        name: the file's name.
        headers: the columns' names, unique.
        detected: what was found out about the file.
        warnings: what a person should look at.
        rejected: rows that could not be read.
        rows: rows read, after `load`.
        loaded: which columns are held.

    """

    db: duckdb.DuckDBPyConnection
    name: str
    folder: Path
    prepared: Prepared
    headers: tuple[str, ...]
    detected: dict[str, object]
    warnings: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    rows: int = 0
    loaded: frozenset[int] = frozenset()

    def find(self, name: str) -> int | None:
        """The index of the column that a name means; a blank around it makes no difference."""
        index = find_name(self.headers, name)
        if index is not None and self.headers[index] != name:
            self._note(f"The column {name!r} is written {self.headers[index]!r} in the file.")
        if index is not None and self.headers[index] in self.prepared.repeated:
            self._note(f"The header has {name!r} more than once: the first one is read.")
        return index

    def _note(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)

    def load(self, columns: Iterable[int] | None = None) -> None:
        """Read columns (all where None) into the engine as the view `source`.

        Raises:
            DataError: the file cannot be read as a table.

        """
        wanted = sorted(set(range(len(self.headers)) if columns is None else columns))
        try:
            if self.prepared.delimiter:
                self._load_delimited(wanted)
            else:
                self._load_parquet(wanted)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise DataError(
                f"{self.name} cannot be read as a table ({reason}): export it again."
            ) from error
        numbered = self.prepared.numbered or not self.prepared.delimiter
        number = "" if numbered else f'rowid + {self.prepared.first_row} AS "row",'
        self.db.execute(query("source", number=number))
        self.rows = _number(self.db, "SELECT count(*) FROM raw") + len(self.prepared.rejected)
        self.rejected = list(self.prepared.rejected)
        self.loaded = frozenset(wanted)

    def _load_delimited(self, wanted: Sequence[int]) -> None:
        prepared = self.prepared
        try:
            self.db.execute(_delimited_query(prepared, wanted))
            clean = prepared.numbered or self._has_a_line_for_each_row()
        except duckdb.InvalidInputException:
            clean = False
        if not clean:
            self.prepared = rewrite(prepared, self.folder)
            self.db.execute(_delimited_query(self.prepared, wanted))

    def _has_a_line_for_each_row(self) -> bool:
        rows = _number(self.db, "SELECT count(*) FROM raw")
        return self.prepared.lines == rows + self.prepared.skip

    def _load_parquet(self, wanted: Sequence[int]) -> None:
        picked = ", ".join(
            f"CAST({identifier(self.headers[index])} AS VARCHAR) AS c{index}" for index in wanted
        )
        path = literal(str(self.prepared.path))
        self.db.execute(query("load_parquet", path=path, picked=picked))

    def free(self, name: str) -> None:
        """Let the engine forget a table: memory is for what comes next."""
        if name == "raw":
            self.db.execute("DROP VIEW source")
        self.db.execute(f"DROP TABLE {name}")

    def values(self, column: int, limit: int = 4000) -> list[str]:
        """Values of a loaded column that are not empty, spread evenly over the file."""
        self.db.execute(query("sample", column=f"c{column}", limit=limit))
        return [value for (value,) in self.db.fetchall()]


def _number(db: duckdb.DuckDBPyConnection, text: str) -> int:
    row = db.execute(text).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _delimited_query(prepared: Prepared, wanted: Sequence[int]) -> str:
    names = [f"c{index}" for index in range(len(prepared.headers))]
    if prepared.numbered:
        names = [ROW, *names]
    picked = ", ".join(f"c{index}" for index in wanted)
    return query(
        "load_delimited",
        path=literal(str(prepared.path)),
        skip=prepared.skip,
        delimiter=literal(prepared.delimiter),
        columns=", ".join(f"'{name}': 'VARCHAR'" for name in names),
        picked=f'CAST("row" AS BIGINT) AS "row", {picked}' if prepared.numbered else picked,
        padding=str(prepared.numbered).lower(),
        parallel=str(not prepared.numbered).lower(),
    )


@contextmanager
def open_table(path: str | Path, hints: Iterable[str] = ()) -> Iterator[Table]:
    """Open a file of any kind as a table; nothing but its header and form is read yet.

    Args:
        path: CSV, TSV, XLSX (XLS, XLSB, ODS), Parquet or XES; each may be packed as .gz or .zip.
        hints: names of columns that are expected: they help to find the header and the sheet.

    Raises:
        DataError: the file is missing, empty, damaged or no table.

    """
    path, hints = Path(path), list(hints)
    with tempfile.TemporaryDirectory(prefix="mellantid-") as folder_name:
        folder = Path(folder_name)
        with connect(folder) as db:
            prepared = _prepare(path, folder, hints, db)
            yield Table(
                db=db,
                name=path.name,
                folder=folder,
                prepared=prepared,
                headers=prepared.headers,
                detected=dict(prepared.detected),
            )


def _prepare(path: Path, folder: Path, hints: list[str], db: duckdb.DuckDBPyConnection) -> Prepared:
    plain = unpack(path, folder)
    if plain.kind == "sheet":
        prepared = prepare_sheet(plain.path, folder, hints)
    elif plain.kind == "xes":
        prepared = prepare_xes(plain.path, folder)
    elif plain.kind == "parquet":
        prepared = _prepare_parquet(plain.path, db)
    else:
        prepared = prepare_delimited(plain.path, folder, hints)
    if plain.packing:
        prepared.detected["packing"] = plain.packing
    return prepared


def _prepare_parquet(path: Path, db: duckdb.DuckDBPyConnection) -> Prepared:
    try:
        described = db.execute(f"DESCRIBE FROM read_parquet({literal(str(path))})").fetchall()
    except duckdb.Error as error:
        raise DataError(f"{path.name} is not a whole Parquet file: write it again.") from error
    headers = tuple(str(column[0]) for column in described)
    return Prepared(path=path, headers=headers, delimiter="", detected={"format": "Parquet"})
