"""The application put together: routes, the guard, and faults as pages that say what to do."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mellantid.errors import MellantidError
from mellantid.web import static_files
from mellantid.web.api import events
from mellantid.web.api import routes as api
from mellantid.web.asking import Asking
from mellantid.web.attempts import Attempts
from mellantid.web.backtests import Backtests
from mellantid.web.following import Follower
from mellantid.web.guard import Guard
from mellantid.web.page import Page
from mellantid.web.pages import (
    band,
    connections,
    deal,
    deals,
    entrance,
    evaluation,
    focus,
    hooks,
    importing,
    leg,
    letter,
    me,
    notices,
    plan,
    playbooks,
    race,
    settings,
    start,
    training,
    trust,
)
from mellantid.web.race_of import prepared
from mellantid.web.readiness import Readiness
from mellantid.web.refusal import Refusal
from mellantid.web.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

TELL: Final = ("/api/", "/hooks/", "/start", "/settings", "/plan/what-if", "/playbooks")
"""Addresses that tell a fault themselves, also before the race has begun."""

SMALL: Final = 1_000
"""Bytes below which an answer is not compressed."""
QUICK: Final = 4
"""How hard it is compressed: a page then takes some ms and a sixth of its size."""


def application(database: str, now: Callable[[], int]) -> Starlette:
    """The web app on a workspace.

    Args:
        database: path or URL.
        now: gives the present moment (ms).

    """
    asking = Asking(database, now, prepared)
    app = Starlette(
        routes=[
            Route("/health", lambda _: PlainTextResponse("ok")),
            *static_files.ROUTES,
            *entrance.ROUTES,
            *race.ROUTES,
            *trust.ROUTES,
            *leg.ROUTES,
            *focus.ROUTES,
            *me.ROUTES,
            *training.ROUTES,
            *letter.ROUTES,
            *band.ROUTES,
            *start.ROUTES,
            *plan.ROUTES,
            *evaluation.ROUTES,
            *importing.ROUTES,
            *connections.ROUTES,
            *hooks.ROUTES,
            *notices.ROUTES,
            *settings.ROUTES,
            *playbooks.ROUTES,
            *api.ROUTES,
            *deals.ROUTES,
            *deal.ROUTES,
        ],
        lifespan=_lifespan,
        middleware=[
            Middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=QUICK),
            Middleware(Guard, asking=asking),
        ],
        exception_handlers={MellantidError: _fault, Refusal: _refused, 404: _missing},
    )
    app.state.asking = asking
    app.state.telling = events.Telling()
    app.state.attempts = Attempts()
    app.state.follower = Follower(asking)
    app.state.backtests = Backtests(asking)
    app.state.uploads = Uploads(now)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """What is live begins and ends with the app."""
    static_files.read_all()
    office = app.state.asking.office
    office.start()
    readiness = Readiness(app.state.asking)
    readiness.start()
    follower = app.state.follower
    follower.start()
    yield
    await run_in_threadpool(follower.stop)
    await run_in_threadpool(readiness.stop)
    await run_in_threadpool(app.state.asking.close)


def _fault(request: Request, error: Exception) -> Response:
    """What cannot be answered; a page that can tell nothing yet leads to the next step instead."""
    shows = request.method == "GET" and not request.url.path.startswith(TELL)
    if shows and request.state.account is not None:
        page = Page.of(request)
        with page.asking.workspace() as workspace:
            if (elsewhere := start.leading(page, workspace)) is not None:
                return elsewhere
    return _told(request, 400, str(error))


def _refused(request: Request, error: Exception) -> Response:
    page = Page.of(request)
    assert isinstance(error, Refusal)  # noqa: S101 (it is what this handles)
    return _told(request, error.status, page.words(error.key))


def _missing(request: Request, error: Exception) -> Response:
    del error
    return _told(request, 404, Page.of(request).words("fault.missing"))


def _told(request: Request, status: int, message: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message}, status)
    return Page.of(request).render("fault.jinja", status, message=message)
