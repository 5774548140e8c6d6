"""All routes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse
from starlette.routing import Route

from mellantid.web.api import changes, exports, questions
from mellantid.web.api.openapi import openapi
from mellantid.web.api.operation import ROOT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

OPERATIONS: Final = (*questions.OPERATIONS, *changes.OPERATIONS)


def described(request: Request) -> Response:
    """The API's own description."""
    del request
    return JSONResponse(openapi(OPERATIONS))


ROUTES: Final = [
    Route(f"{ROOT}/openapi.json", described),
    *exports.ROUTES,
    *(each.route() for each in OPERATIONS),
]
