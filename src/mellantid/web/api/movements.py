"""Movements as JSON: `POST /api/v1/movements`, one or a list; each with its idempotency key."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from mellantid.access import Scope
from mellantid.errors import DataError
from mellantid.ledger import Entries, Kind
from mellantid.web.api.body import read_json
from mellantid.web.page import Page
from mellantid.web.refusal import Refusal, hidden

if TYPE_CHECKING:
    from starlette.requests import Request

    from mellantid.access import Sight
    from mellantid.core.process import Process
    from mellantid.workspace import Workspace

SOURCE: Final = "api"
MOST: Final = 10_000
"""Movements in one request."""
MOST_BYTES: Final = 16 << 20
COLUMNS: Final = ("amount", "currency", "owner", "reason", "refers_to")


async def movements(request: Request) -> JSONResponse:
    """Take movements in; answer what was new.

    Raises:
        DataError: a movement cannot be one; the message says which and why.
        Refusal: the account or its token may not write, or not for such a deal.

    """
    page = Page.of(request)
    rights = request.state.rights
    if rights is not None and Scope.WRITE not in rights:
        raise Refusal(403, "fault.scope")
    rows = _rows(await read_json(request, MOST_BYTES))
    return JSONResponse(await run_in_threadpool(_append, page, rows))


def _rows(sent: object) -> list[dict[str, Any]]:
    given = sent if isinstance(sent, list) else [sent]
    rows = [row for row in given if isinstance(row, dict)]
    if not rows or len(rows) < len(given):
        raise DataError("Send one movement as an object, or a list of at least one.")
    if len(rows) > MOST:
        raise DataError(f"{len(rows)} movements are too many at once: send at most {MOST}.")
    return rows


def _append(page: Page, rows: list[dict[str, Any]]) -> dict[str, object]:
    now = page.asking.now()
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        if not sight.writes:
            raise hidden()
        named = sorted({str(row["process"]) for row in rows if row.get("process")})
        if len(named) > 1:
            raise DataError("The movements are of several processes: send those of one at a time.")
        process = workspace.process(named[0] if named else None)
        columns = [_columns(row, number, process, now) for number, row in enumerate(rows, 1)]
        if not sight.everything:
            _check_owners(workspace, process, sight, columns)
    entries = Entries(
        process=process.name,
        process_version=process.version,
        source=SOURCE,
        known_at=now,
        **{name: [row[name] for row in columns] for name in columns[0]},
    )
    done = page.asking.append(entries)
    conflicts = [vars(each) for each in done.conflicts]
    return {"added": done.added, "unchanged": done.unchanged, "conflicts": conflicts}


def _columns(row: dict[str, Any], number: int, process: Process, now: int) -> dict[str, Any]:
    """The ledger's columns of one movement; what they may hold is for the ledger to check."""
    for name in ("key", "deal"):
        if not isinstance(row.get(name), str) or not row[name]:
            raise DataError(f"Movement {number} has no {name}: give it as a text.")
    stage, kind = row.get("stage"), row.get("kind")
    state = None
    if stage is not None:
        state = process.state(stage) if isinstance(stage, str) else None
        if state is None:
            known = ", ".join((*process.stages, *process.won, *process.lost))
            raise DataError(
                f"Movement {number} enters {stage!r}, which is no stage of {process.name!r}: use "
                f"one of {known}."
            )
    outcomes = {process.won_state: Kind.WON, process.lost_state: Kind.LOST}
    if kind is None:
        if state is None:
            raise DataError(f"Movement {number} has neither a stage nor a kind: give one of them.")
        kind = outcomes.get(state, Kind.MOVED)
    if stage is None and kind in {Kind.WON, Kind.LOST}:
        stage = (process.won if kind == Kind.WON else process.lost)[0]
    return {
        "key": row["key"],
        "deal": row["deal"],
        "kind": str(kind),
        "stage": stage,
        "occurred_at": moment_of(row.get("occurred_at"), f"Movement {number}", now),
        **{name: row.get(name) for name in COLUMNS},
    }


def moment_of(value: object, what: str, now: int) -> int:
    """When something that was sent happened (ms): now where nothing is said.

    Raises:
        DataError: it is no moment, or lies ahead; the message begins with `what`.

    """
    if value is None:
        return now
    moment = value
    if isinstance(value, str):
        try:
            at = dt.datetime.fromisoformat(value)
        except ValueError:
            at = None
        moment = None if at is None or at.tzinfo is None else int(at.timestamp() * 1000)
    if isinstance(moment, bool) or not isinstance(moment, int):
        raise DataError(
            f"{what} happened at {value!r}, which is no moment: write it as "
            "2026-01-31T09:30:00+01:00, or in milliseconds since 1970."
        )
    if moment > now:
        raise DataError(f"{what} lies in the future: send it when it has happened.")
    return moment


def _check_owners(
    workspace: Workspace, process: Process, sight: Sight, columns: list[dict[str, Any]]
) -> None:
    """Refuse movements of deals that the account may not see, or that it would give away."""
    rows = workspace.ledger.rows(
        "SELECT deal, owner FROM entry WHERE process = ? AND owner IS NOT NULL "
        "AND deal IN (SELECT value FROM json_each(?)) ORDER BY occurred_at, id",
        (process.name, json.dumps(sorted({row["deal"] for row in columns}))),
    )
    owners: dict[str, str | None] = dict(rows)
    for row in columns:
        if row["deal"] in owners and not sight.deal(owners[row["deal"]]):
            raise hidden()
        owner = row["owner"] or owners.get(row["deal"])
        if not sight.deal(owner):
            raise hidden()
        owners[row["deal"]] = owner


MOVEMENT: Final = {
    "type": "object",
    "required": ["key", "deal"],
    "properties": {
        "key": {
            "type": "string",
            "description": "By which the same movement, sent again, is known.",
        },
        "deal": {"type": "string"},
        "process": {"type": "string", "description": "Where there are several; one a request."},
        "stage": {"type": "string", "description": "The stage entered, or a label of won or lost."},
        "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
        "occurred_at": {
            "type": ["string", "integer"],
            "description": "ISO 8601 with a zone, or milliseconds since 1970; now by default.",
        },
        "amount": {"type": "number"},
        "currency": {"type": "string"},
        "owner": {"type": "string"},
        "reason": {"type": "string"},
        "refers_to": {"type": "string", "description": "The key that a retraction takes back."},
    },
}
DESCRIBED: Final[dict[str, Any]] = {
    "post": {
        "operationId": "post_movements",
        "summary": "Take in what happened to deals, one movement or many; the same key adds once.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "oneOf": [
                            MOVEMENT,
                            {"type": "array", "items": MOVEMENT, "minItems": 1, "maxItems": MOST},
                        ]
                    }
                }
            },
        },
        "responses": {
            "200": {
                "description": "How many were added, how many were there, and which keys conflict.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            }
        },
    }
}
"""For OpenAPI: a body of two shapes is no operation's named values."""
ROUTES: Final = [Route("/api/v1/movements", movements, methods=["POST"])]
