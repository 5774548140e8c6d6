"""Pipedrive's interface as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mellantid.simulators.crm import DAY
from mellantid.simulators.pipedrive.company import Company
from mellantid.simulators.pipedrive.doors import TOKEN, Doors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from mellantid.simulators.crm import SimulatedCrm

KEPT: Final = 30 * DAY
"""Milliseconds for which a deleted deal is to be seen."""


def application(
    crm: SimulatedCrm,
    *,
    token: str = TOKEN,
    daily: int = 10**9,
    burst: int = 10**6,
    teams: bool = True,
    archived: frozenset[str] = frozenset(),
    kept: int = KEPT,
) -> Starlette:
    """A company whose deals are a CRM's.

    Args:
        crm: what is true.
        token: of who is let in.
        daily: tokens of a day.
        burst: requests in any two seconds.
        teams: whether the plan has teams.
        archived: deals that are in the archive.
        kept: how long (ms) a deleted deal is to be seen.

    Returns:
        The application; its `state.doors` has counted what was asked.

    """
    doors = Doors(crm.now, daily, burst, token)
    found = Company(crm, archived, kept, teams=teams)

    def route(path: str, cost: int, answer: Callable[[Request], Any]) -> Route:
        return Route(path, _guarded(doors, crm, cost, answer))

    app = Starlette(
        routes=[
            route("/api/v2/deals", 10, found.deals),
            route("/api/v2/deals/archived", 20, found.archive),
            route("/api/v2/deals/{deal:int}", 1, found.deal),
            route("/api/v1/deals/summary", 40, found.summary),
            route("/api/v1/deals/{deal:int}/changelog", 20, found.changelog),
            route("/api/v2/pipelines", 5, found.pipelines),
            route("/api/v2/stages", 5, found.stages),
            route("/api/v1/users", 20, found.users),
            route("/api/v1/users/me", 2, found.me),
            route("/api/v1/legacyTeams", 20, found.teams),
        ]
    )
    app.state.doors = doors
    return app


def _guarded(
    doors: Doors, crm: SimulatedCrm, cost: int, answer: Callable[[Request], Any]
) -> Callable[[Request], Awaitable[Response]]:
    async def enter(request: Request) -> Response:
        with crm.lock:
            refused = doors.enter(request, cost)
            if refused is not None:
                return refused
            told = answer(request)
        told.headers.update(doors.headers())
        return told if isinstance(told, Response) else JSONResponse(told)

    return enter
