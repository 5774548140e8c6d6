"""Odoo's two interfaces over HTTP: JSON-2 from version 19 on, XML-RPC in all that have it."""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mellantid.simulators.odoo.domains import UnknownError, matching, ordered, shown
from mellantid.simulators.odoo.models import Models
from mellantid.simulators.odoo.traces import traces_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from mellantid.simulators.crm import SimulatedCrm

GIVEN: Final = {"database": "example", "login": "bot@example.com", "key": "an-api-key-of-odoos"}
"""What lets in."""
USER: Final = 2
ARCHIVABLE: Final = {"crm.lead", "crm.team", "res.users"}
FAULTS: Final = {"AccessDenied": 3, "AccessError": 4}


class RefusedError(Exception):
    """An error of Odoo's: its exception's name and HTTP status."""

    def __init__(self, name: str, status: int, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.status = status


class Odoo:
    """A database of Odoo's.

    Args:
        crm: what is true.
        version: of Odoo, the first number.
        rights: whether the key's user may read the tracking values.
        given: the values that let in: `key`, and for XML-RPC `login` and `database`.

    """

    def __init__(
        self,
        crm: SimulatedCrm,
        version: int = 19,
        *,
        rights: bool = True,
        given: Mapping[str, str] = GIVEN,
    ) -> None:
        self.crm = crm
        self.version = version
        self.rights = rights
        self.given = {**GIVEN, **given}
        self.hidden: set[int] = set()
        """The ids of opportunities that the key's user may not see."""
        self.models = Models(crm, version)
        self._traces = traces_of(crm)

    def call(self, model: str, method: str, named: dict[str, Any]) -> Any:  # noqa: ANN401 (as asked)
        """A public method of a model, by named arguments.

        Raises:
            RefusedError: as Odoo would.

        """
        if model == "mail.tracking.value" and not self.rights and method != "fields_get":
            message = "You are not allowed to access 'Mail Tracking Value' records."
            raise RefusedError("odoo.exceptions.AccessError", 403, message)
        try:
            with self.crm.lock:
                return self._called(model, method, named)
        except UnknownError as error:
            status = 404 if "does not exist" in str(error) else 422
            raise RefusedError("builtins.ValueError", status, str(error)) from error

    def _called(self, model: str, method: str, named: dict[str, Any]) -> Any:  # noqa: ANN401
        if (model, method) == ("res.users", "context_get"):
            return {"lang": "en_US", "tz": "Europe/Stockholm", "uid": USER}
        if method == "fields_get":
            row = next(iter(self.models.rows(model, [])), {})
            return {name: {"type": "char"} for name in row if "." not in name}
        domain = list(named.get("domain", []))
        if method == "read":
            domain = [["id", "in", named.get("ids", [])]]
        elif method not in {"search", "search_read", "search_count"}:
            message = f"the method {method!r} does not exist"
            raise UnknownError(message)
        hides = (
            model in ARCHIVABLE
            and method != "read"
            and named.get("context", {}).get("active_test", True)
            and not any(each[0] == "active" for each in domain)
        )
        shows = [*domain, ["active", "=", True]] if hides else domain
        found = matching(self.models.rows(model, domain), shows)
        if model == "crm.lead" and any(row["id"] in self.hidden for row in found):
            if method == "read":  # a search leaves them out
                message = "You are not allowed to access 'Lead/Opportunity' records."
                raise RefusedError("odoo.exceptions.AccessError", 403, message)
            found = [row for row in found if row["id"] not in self.hidden]
        if model == "crm.lead" and method == "read":
            self._miss(set(named["ids"]) - {row["id"] for row in found})
        if method == "search_count":
            return len(found)
        found = ordered(found, named.get("order") or "")
        first = named.get("offset") or 0
        found = found[first : first + named["limit"]] if named.get("limit") else found[first:]
        if method == "search":
            return [row["id"] for row in found]
        return [shown(row, named.get("fields", [])) for row in found]

    def _miss(self, ids: set[int]) -> None:
        for key in map(str, ids):
            if key in self.crm.deals:
                self._traces.missed.setdefault(key, self.crm.now())

    def authenticate(self, database: str, login: str, password: str) -> int | bool:
        """The user's id; False where they are not let in."""
        given = self.given
        good = (database, login, password) == (given["database"], given["login"], given["key"])
        return USER if good else False


def application(odoo: Odoo) -> Starlette:
    """The HTTP interfaces of an Odoo."""

    async def json2(request: Request) -> Response:
        way, _, key = request.headers.get("authorization", "").partition(" ")
        try:
            if way.lower() != "bearer" or key != odoo.given["key"]:
                message = "Invalid apikey"
                raise RefusedError("werkzeug.exceptions.Unauthorized", 401, message)  # noqa: TRY301
            model, method = request.path_params["model"], request.path_params["method"]
            named = await request.json()
            return JSONResponse(await run_in_threadpool(odoo.call, model, method, named))
        except RefusedError as error:
            told = {"name": error.name, "message": str(error), "arguments": [str(error)]}
            return JSONResponse(told | {"context": {}, "debug": ""}, error.status)

    async def xml(request: Request) -> Response:
        given, method = xmlrpc.client.loads(await request.body())
        service = request.path_params["service"]
        try:
            answer = await run_in_threadpool(_answered, odoo, service, method or "", given)
            text = xmlrpc.client.dumps((answer,), methodresponse=True, allow_none=False)
        except RefusedError as error:
            code = FAULTS.get(error.name.rpartition(".")[2], 1)
            text = xmlrpc.client.dumps(xmlrpc.client.Fault(code, str(error)), methodresponse=True)
        return Response(text, media_type="text/xml")

    routes = [Route("/xmlrpc/2/{service}", xml, methods=["POST"])]
    if odoo.version >= 19:
        routes.append(Route("/json/2/{model}/{method}", json2, methods=["POST"]))

    async def missing(_: Request, __: Exception) -> Response:
        return PlainTextResponse("Not Found", 404)

    return Starlette(routes=routes, exception_handlers={404: missing})


def _answered(odoo: Odoo, service: str, method: str, given: tuple[Any, ...]) -> Any:  # noqa: ANN401
    if (service, method) == ("common", "version"):
        return {"server_version": f"{odoo.version}.0", "protocol_version": 1}
    if (service, method) == ("common", "authenticate"):
        return odoo.authenticate(*given[:3])
    database, user, password, model, name, positional, *rest = given
    if odoo.authenticate(database, odoo.given["login"], password) != user:
        raise RefusedError("odoo.exceptions.AccessDenied", 403, "Access Denied")
    named = dict(rest[0]) if rest else {}
    if positional:
        # The first argument by place is the domain of a search, the ids of anything else.
        named["domain" if name.startswith("search") else "ids"] = positional[0]
    return odoo.call(model, name, named)
