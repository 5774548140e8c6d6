"""All routes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse
from starlette.routing import Route

from mellantid.web.api import activities, changes, events, exports, movements, questions, training
from mellantid.web.api.openapi import openapi
from mellantid.web.api.operation import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

OPERATIONS: Final = (
    *questions.OPERATIONS,
    *changes.OPERATIONS,
    *training.OPERATIONS,
    *activities.OPERATIONS,
)
OTHERS: Final[Mapping[str, dict[str, Any]]] = {
    "/movements": movements.DESCRIBED,
    "/activities": activities.DESCRIBED,
    "/events": events.DESCRIBED,
    "/export/movements.{kind}": exports.DESCRIBED,
}


def described(request: Request) -> Response:
    """The API's own description."""
    del request
    return JSONResponse(openapi(OPERATIONS, OTHERS))


ROUTES: Final = [
    Route(f"{ROOT}/openapi.json", described),
    *exports.ROUTES,
    *events.ROUTES,
    *movements.ROUTES,
    *activities.ROUTES,
    *(each.route() for each in OPERATIONS),
]
