"""Exports: all movements as CSV or Parquet, for spreadsheets and warehouses."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mellantid.access import Scope, sight_of
from mellantid.ledger.follow import Entry
from mellantid.web.api.operation import ROOT
from mellantid.web.refusal import Refusal, hidden, missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request

    from mellantid.web.asking import Asking

AT_ONCE: Final = 5_000
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
PARQUET: Final = "application/vnd.apache.parquet"


def movements(request: Request) -> Response:
    """Every entry of the ledger, in the order of recording."""
    rights, asking = request.state.rights, request.app.state.asking
    if rights is not None and Scope.READ not in rights:
        raise Refusal(403, "fault.scope")
    with asking.workspace() as workspace:
        if not sight_of(request.state.account, workspace.people).everything:
            raise hidden()
    kind = request.path_params["kind"]
    if kind == "csv":
        named = {"Content-Disposition": 'attachment; filename="movements.csv"'}
        return StreamingResponse(_csv(asking), media_type="text/csv", headers=named)
    if kind == "parquet":
        named = {"Content-Disposition": 'attachment; filename="movements.parquet"'}
        return Response(_parquet(asking), media_type=PARQUET, headers=named)
    raise missing()


def _batches(asking: Asking) -> Iterator[list[Entry]]:
    after = 0
    with asking.workspace() as workspace:
        while batch := workspace.ledger.follow(after, AT_ONCE):
            yield batch
            after = batch[-1].id


def _csv(asking: Asking) -> Iterator[str]:
    yield _lines([Entry._fields])
    for batch in _batches(asking):
        yield _lines([_harmless(value) for value in entry] for entry in batch)


def _lines(rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula, as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def _parquet(asking: Asking) -> bytes:
    import duckdb  # noqa: PLC0415 (only who wants Parquet pays for it)

    with tempfile.TemporaryDirectory() as folder:
        rows, file = Path(folder, "rows.csv"), Path(folder, "movements.parquet")
        with rows.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(Entry._fields)
            for batch in _batches(asking):
                writer.writerows(batch)
        with duckdb.connect() as connection:
            table = connection.read_csv(str(rows), header=True, dtype=TYPES, na_values=[""])
            table.write_parquet(str(file))
        return file.read_bytes()


WHOLE: Final = (
    "id", "process_version", "occurred_at", "occurred_after", "known_at", "recorded_at", "sequence",
)  # fmt: skip
TYPES: Final = {
    name: "BIGINT" if name in WHOLE else "DOUBLE" if name == "amount" else "VARCHAR"
    for name in Entry._fields
}

DESCRIBED: Final[dict[str, Any]] = {
    "get": {
        "operationId": "get_export_movements",
        "summary": "Every entry of the ledger, for those who see all deals.",
        "parameters": [
            {
                "name": "kind",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": ["csv", "parquet"]},
            }
        ],
        "responses": {
            "200": {
                "description": "The file.",
                "content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", PARQUET)},
            }
        },
    }
}
"""For OpenAPI: a file is no document."""
ROUTES: Final = [Route(ROOT + "/export/movements.{kind}", movements)]
