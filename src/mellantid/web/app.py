"""The application put together: routes, the guard, and faults as pages that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mellantid.errors import MellantidError
from mellantid.report.render import file_of_page
from mellantid.web.asking import Asking
from mellantid.web.attempts import Attempts
from mellantid.web.guard import Guard
from mellantid.web.page import Page, static_file
from mellantid.web.pages import entrance, race
from mellantid.web.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
STATIC = ("live.js", "icon.svg")


def application(database: str, now: Callable[[], int]) -> Starlette:
    """The web app on a workspace.

    Args:
        database: path or URL.
        now: gives the present moment (ms).

    """
    asking = Asking(database, now)
    app = Starlette(
        routes=[
            Route("/health", lambda _: PlainTextResponse("ok")),
            Route("/static/{name}", _static),
            *entrance.ROUTES,
            *race.ROUTES,
        ],
        middleware=[Middleware(Guard, asking=asking)],
        exception_handlers={MellantidError: _fault, 404: _missing},
    )
    app.state.asking = asking
    app.state.attempts = Attempts()
    return app


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "style.css":
        body = file_of_page("style.css").encode() + static_file("web.css")
    elif name in STATIC:
        body = static_file(name)
    else:
        return PlainTextResponse("There is no such file.", 404)
    kind = KINDS[name.rpartition(".")[2]]
    return Response(body, media_type=kind, headers={"Cache-Control": "max-age=3600"})


def _fault(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": str(error)}, 400)
    return Page.of(request).render("fault.jinja", 400, message=str(error))


def _missing(request: Request, error: Exception) -> Response:
    del error
    page = Page.of(request)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": "There is nothing at this address."}, 404)
    return page.render("fault.jinja", 404, message=texts(page.language)("fault.missing"))
