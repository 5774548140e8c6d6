"""Activities as JSON: asked for, and `POST /api/v1/activities`, one or a list, each with a key."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from mellantid.access import Role, Scope
from mellantid.answers import activities_document, plain
from mellantid.errors import DataError
from mellantid.web.activities_of import log_seen, take_back_seen, told_activities
from mellantid.web.api.body import read_json
from mellantid.web.api.movements import moment_of
from mellantid.web.api.operation import Asked, Operation
from mellantid.web.api.parameters import Kind, Parameter
from mellantid.web.api.questions import AS_OF, PROCESS
from mellantid.web.page import Page
from mellantid.web.refusal import Refusal
from mellantid.web.whose import own_page_of
from mellantid.workspace.activities import Doing
from mellantid.workspace.activity_kinds import keep_kinds, kinds

if TYPE_CHECKING:
    from starlette.requests import Request

    from mellantid.workspace.activities import Kept

SOURCE: Final = "api"
MOST: Final = 10_000
"""Activities in one request."""
MOST_BYTES: Final = 16 << 20
TEXTS: Final = ("key", "kind", "seller", "deal", "leg")


def activities(asked: Asked) -> object:
    """What was done, by leg and deal."""
    owner = asked.values["owner"]
    people, race = asked.workspace.people, asked.race
    if owner is not None or asked.account.role is Role.SELLER:
        owner = own_page_of(owner, asked.account, asked.sight, people, race)
    found = told_activities(asked.asking, asked.workspace, race, owner)
    return activities_document(found.seen(asked.sight.deal, asked.sight.seller))


def undo(asked: Asked) -> object:
    """Take an activity back."""
    process = asked.workspace.process(asked.values["process"]).name
    take_back_seen(asked.asking, asked.workspace, process, asked.values["key"], asked.sight, SOURCE)
    return {"taken_back": asked.values["key"]}


def known_kinds(asked: Asked) -> object:
    """The kinds to choose from."""
    return {"kinds": kinds(asked.workspace.ledger)}


def keep(asked: Asked) -> object:
    """Keep the organisation's own kinds."""
    return {"kinds": keep_kinds(asked.workspace.ledger, asked.values["names"])}


async def take_in(request: Request) -> JSONResponse:
    """Take activities in; answer what was new.

    Raises:
        DataError: an activity cannot be one; the message says which and why.
        Refusal: the account or its token may not write, or not for such a deal or seller.

    """
    page = Page.of(request)
    rights = request.state.rights
    if rights is not None and Scope.WRITE not in rights:
        raise Refusal(403, "fault.scope")
    sent = await read_json(request, MOST_BYTES)
    given = sent if isinstance(sent, list) else [sent]
    rows = [row for row in given if isinstance(row, dict)]
    if not rows or len(rows) < len(given):
        raise DataError("Send one activity as an object, or a list of at least one.")
    if len(rows) > MOST:
        raise DataError(f"{len(rows)} activities are too many at once: send at most {MOST}.")
    return JSONResponse(plain(await run_in_threadpool(_append, page, rows)))


def _append(page: Page, rows: list[dict[str, Any]]) -> Kept:
    now = page.asking.now()
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        named = sorted({str(row["process"]) for row in rows if row.get("process")})
        if len(named) > 1:
            raise DataError("The activities are of several processes: send one's at a time.")
        said = [_doing(row, number, now) for number, row in enumerate(rows, 1)]
        return log_seen(workspace, named[0] if named else None, said, sight, SOURCE, now)


def _doing(row: dict[str, Any], number: int, now: int) -> Doing:
    """One activity as it was sent."""
    for name in TEXTS:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            raise DataError(f"Activity {number} has a {name} that is no text: give it as one.")
    for name in ("key", "kind"):
        if not row.get(name):
            raise DataError(f"Activity {number} has no {name}: give it as a text.")
    at: dt.date | int | None = None
    when = row.get("occurred_at")
    if when is not None:
        try:
            at = dt.date.fromisoformat(when) if isinstance(when, str) else None
        except ValueError:
            at = None
        if at is None:
            at = moment_of(when, f"Activity {number}", now)
    seller, deal, leg = (row.get(name) for name in TEXTS[2:])
    return Doing(row["key"], row["kind"], seller, deal, leg, at)


OWNER: Final = Parameter("owner", Kind.TEXT, "A seller, by identity or name; everyone without.")
OPERATIONS: Final = (
    Operation(
        "GET",
        "/activities",
        "What was done, what a movement takes on each leg, and what the plan asks for.",
        activities,
        (OWNER, PROCESS, AS_OF),
        of_deals=False,
    ),
    Operation(
        "POST",
        "/activities/undo",
        "Take an activity back; it stays on record and counts no longer.",
        undo,
        (Parameter("key", Kind.TEXT, "The activity's key.", required=True), PROCESS),
        of_deals=False,
    ),
    Operation(
        "GET", "/activities/kinds", "The kinds of activities.", known_kinds, (), of_deals=False
    ),
    Operation(
        "POST",
        "/activities/kinds",
        "Keep the organisation's own kinds; an empty list brings back the shipped ones.",
        keep,
        (Parameter("names", Kind.TEXT, "The kinds, in order.", many=True),),
        settles=True,
        of_deals=False,
    ),
)
ACTIVITY: Final = {
    "type": "object",
    "required": ["key", "kind"],
    "properties": {
        "key": {
            "type": "string",
            "description": "By which the same activity, sent again, is known.",
        },
        "kind": {"type": "string", "description": "One of the organisation's kinds."},
        "seller": {
            "type": "string",
            "description": "Who did it, by identity or name; the deal's owner by default.",
        },
        "deal": {"type": "string", "description": "About which deal."},
        "leg": {"type": "string", "description": "On which leg, where it was about no deal."},
        "process": {"type": "string", "description": "Where there are several; one a request."},
        "occurred_at": {
            "type": ["string", "integer"],
            "description": "A date, ISO 8601 with a zone, or ms since 1970; now by default.",
        },
    },
}
DESCRIBED: Final[dict[str, Any]] = {
    "post": {
        "operationId": "post_activities",
        "summary": "Take in what was done, one activity or many; the same key adds once.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "oneOf": [
                            ACTIVITY,
                            {"type": "array", "items": ACTIVITY, "minItems": 1, "maxItems": MOST},
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
ROUTES: Final = [Route("/api/v1/activities", take_in, methods=["POST"])]
