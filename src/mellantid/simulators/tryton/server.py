"""A simulated Tryton's address: log-ins, sessions and calls."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mellantid.simulators.tryton.models import ForbiddenError, Models, UserError

if TYPE_CHECKING:
    from starlette.requests import Request

    from mellantid.simulators.truth import SimulatedCrm

LOG_IN: Final = "common.db.login"
NUMBER: Final = 2
"""The user's id."""


class Server:
    """One database and who is logged in.

    Args:
        models: what there is.
        database: its name.
        user: who may log in.
        password: of the user.

    """

    def __init__(self, models: Models, database: str, user: str, password: str) -> None:
        self.models = models
        self._database = database
        self._user = user
        self._password = password
        self.sessions: set[str] = set()

    async def rpc(self, request: Request) -> Response:
        """One call."""
        try:
            asked = json.loads(await request.body())
            method, params = str(asked["method"]), list(asked["params"])
        except (ValueError, TypeError, LookupError):
            return Response(status_code=400)
        if method == LOG_IN:
            return self._log_in(request, asked, params)
        if request.headers.get("authorization", "") not in self.sessions:
            return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="Tryton"'})
        if not params or not isinstance(params[-1], dict):
            return Response(status_code=422)
        return await run_in_threadpool(self._called, asked, method, params)

    def _called(self, asked: dict[str, Any], method: str, params: list[Any]) -> Response:
        try:
            found = self.models.call(method, params)
        except ForbiddenError:
            return Response(status_code=403)
        except UserError as error:
            told = ["UserError", [str(error), "", None]]
            return JSONResponse({"id": asked.get("id", 0), "error": told})
        return JSONResponse({"id": asked.get("id", 0), "result": found})

    def _log_in(self, request: Request, asked: dict[str, Any], params: list[Any]) -> Response:
        if request.path_params["database"] != self._database:
            return Response(status_code=404)
        if params[:2] != [self._user, {"password": self._password}]:
            return Response(status_code=401)
        key = secrets.token_hex()
        pass_ = b64encode(f"{self._user}:{NUMBER}:{key}".encode()).decode()
        self.sessions.add(f"Session {pass_}")
        return JSONResponse({"id": asked.get("id", 0), "result": [NUMBER, key, None]})


def application(crm: SimulatedCrm, database: str, user: str, password: str) -> Starlette:
    """A Tryton's address.

    Args:
        crm: what is true.
        database: its name there.
        user: who may log in.
        password: of the user.

    """
    server = Server(Models(crm), database, user, password)
    app = Starlette(routes=[Route("/{database}/rpc/", server.rpc, methods=["POST"])])
    app.state.server = server
    return app
