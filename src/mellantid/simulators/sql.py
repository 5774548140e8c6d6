"""A company's own database: a SQLite file that follows a `SimulatedCrm`, a row for each change.

There is nothing to be asked over the network: what is served only says where the file is.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from mellantid.simulators.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from mellantid.simulators.truth import Deal, Event, SimulatedCrm

TABLES: Final = """
CREATE TABLE change (
    number INTEGER PRIMARY KEY, opportunity INTEGER NOT NULL, changed_at TEXT NOT NULL,
    stage TEXT, pipeline TEXT, amount NUMERIC, currency TEXT, owner INTEGER,
    removed INTEGER NOT NULL DEFAULT 0, reason TEXT, written_at INTEGER NOT NULL
);
CREATE INDEX change_opportunity ON change (opportunity);
CREATE INDEX change_written ON change (written_at);
CREATE TABLE stage (
    id TEXT, name TEXT, means TEXT, pipeline TEXT, pipeline_name TEXT, gone INTEGER, place INTEGER
);
CREATE TABLE seller (id INTEGER, name TEXT, email TEXT, team TEXT, active INTEGER);
"""
MADE: Final = 4
"""How many events `SimulatedCrm.create` begins a deal with."""
COLUMNS: Final = "deal=opportunity, at=changed_at, place=number"
INSERT: Final = (
    "INSERT INTO change (opportunity, changed_at, stage, pipeline, amount, currency, owner, "
    "removed, reason, written_at) VALUES (:deal, datetime(:at / 1000, 'unixepoch'), :stage, "
    ":pipeline, :amount, :currency, :owner, :removed, :reason, :written)"
)
NOTHING: Final[dict[str, Any]] = dict.fromkeys(
    ("stage", "pipeline", "amount", "currency", "owner", "reason")
)


class Kept:
    """The file, kept up with the CRM by its listeners.

    Args:
        crm: what is true.
        path: of the file; one that is there is written anew.

    """

    def __init__(self, crm: SimulatedCrm, path: Path) -> None:
        self.crm = crm
        for old in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            old.unlink(missing_ok=True)
        self._path = path
        with crm.lock:
            rows = [row for deal in crm.deals.values() for row in _all(deal)]
            rows.sort(key=lambda row: row["at"])
            with self._opened() as database:
                # Who reads must not wait for who writes, nor the other way round.
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(TABLES)
                database.executemany(INSERT, rows)
            self.refresh()
            crm.listeners.append(self._follow)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute("PRAGMA synchronous = OFF")
            yield database

    def refresh(self) -> None:
        """Write stages and sellers anew, as they are now."""
        stages = [
            (stage.id, stage.name, stage.means, line.id, line.name, stage.gone, place)
            for line in self.crm.pipelines.values()
            for place, stage in enumerate(line.stages)
        ]
        sellers = [
            (each.id, each.name, each.email, each.team, each.active)
            for each in self.crm.users.values()
        ]
        with self._opened() as database:
            database.execute("DELETE FROM stage")
            database.execute("DELETE FROM seller")
            database.executemany("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?)", stages)
            database.executemany("INSERT INTO seller VALUES (?, ?, ?, ?, ?)", sellers)

    def _follow(self, deal: Deal, what: str, event: Event | None) -> None:
        written = {"written": self.crm.now()}
        if what == "created":
            rows = [_created(deal)]
        else:
            rows = [_removed(deal) if event is None else _set(deal, event)]
        with self._opened() as database:
            database.executemany(INSERT, [row | written for row in rows])
        self.refresh()


def _created(deal: Deal) -> dict[str, Any]:
    first = {event.field: event.value for event in deal.events[:MADE]}
    return _row(deal, deal.created_at, currency=deal.currency, **first)


def _set(deal: Deal, event: Event) -> dict[str, Any]:
    return _row(deal, event.at, **{event.field: event.value})


def _removed(deal: Deal) -> dict[str, Any]:
    why = f"merged into {deal.merged_into}" if deal.merged_into else "deleted"
    return _row(deal, deal.deleted_at or 0, removed=1, reason=why)


def _row(deal: Deal, at: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    return {"deal": int(deal.id), "at": at, "written": at, "removed": 0, **NOTHING, **said}


def _all(deal: Deal) -> Iterator[dict[str, Any]]:
    yield _created(deal)
    for event in deal.events[MADE:]:
        yield _set(deal, event)
    if deal.deleted_at is not None:
        yield _removed(deal)


def _path(values: Mapping[str, str]) -> Path:
    return Path(values["url"].removeprefix("sqlite:///"))


def _make(crm: SimulatedCrm, values: Mapping[str, str]) -> ASGIApp:
    path = _path(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = Kept(crm, path)

    async def where(_: Request) -> JSONResponse:
        kept.refresh()
        return JSONResponse({name: value for name, value in values.items() if value})

    return Starlette(routes=[Route("/", where)])


def _given(address: str) -> dict[str, str]:
    port = urlsplit(address).port or 0
    folder = Path(tempfile.gettempdir()) / "mellantid-simulators"
    return {
        "url": f"sqlite:///{folder / f'company-{port}.db'}",
        "query": "change",
        "columns": COLUMNS,
        "stages": "SELECT * FROM stage ORDER BY pipeline, place",
        "people": "SELECT * FROM seller",
        "cursor": "written_at",
        "overlap": "60000",
    }


SIMULATOR: Final = Simulator("sql", "a company's own database", _make, _given, ())
