"""The organisation as an ASGI application."""

from __future__ import annotations

import threading
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mellantid.simulators.salesforce.asking import answer
from mellantid.simulators.salesforce.doors import Doors, Keys, refusal
from mellantid.simulators.salesforce.jobs import Jobs
from mellantid.simulators.salesforce.objects import Options, fields_of
from mellantid.simulators.salesforce.soql import QueryError, parse
from mellantid.simulators.salesforce.tables import Tables
from mellantid.simulators.salesforce.telling import records

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from mellantid.simulators.crm import SimulatedCrm

CURSORS: Final = 10
"""How many unfinished queries are remembered."""


def application(
    crm: SimulatedCrm, values: Mapping[str, str], options: Options | None = None
) -> Starlette:
    """An organisation whose opportunities are a CRM's deals.

    Args:
        crm: what is true.
        values: of the connector's fields, by which it lets in: `client_id` and `client_secret`,
            or `token`.
        options: what the organisation has; None: everything.

    Returns:
        The application; its `state.doors` can end tokens.

    """
    keys = Keys(*(values.get(each.name, "") for each in fields(Keys)))
    org = _Org(crm, keys, options or Options())
    data = "/services/data/{version}"
    guarded = [
        Route(f"{data}/query", org.guarded(org.query)),
        Route(f"{data}/queryAll", org.guarded(org.query)),
        Route(f"{data}/query/{{locator}}", org.guarded(org.more)),
        Route(f"{data}/limits", org.guarded(org.limits)),
        Route(f"{data}/sobjects/{{source}}/describe", org.guarded(org.describe)),
        Route(
            f"{data}/ui-api/object-info/Opportunity/picklist-values/{{kind}}/StageName",
            org.guarded(org.stages),
        ),
        Route(f"{data}/jobs/query", org.guarded(org.begin), methods=["POST"]),
        Route(f"{data}/jobs/query/{{job}}", org.guarded(org.look)),
        Route(f"{data}/jobs/query/{{job}}/results", org.guarded(org.results)),
    ]
    found = Starlette(
        routes=[Route("/services/oauth2/token", org.token, methods=["POST"]), *guarded]
    )
    found.state.doors = org.doors
    return found


class _Org:
    """What the routes answer from."""

    def __init__(self, crm: SimulatedCrm, keys: Keys, options: Options) -> None:
        self.doors = Doors(crm.now, keys, options)
        self._crm, self._options = crm, options
        self._tables = Tables(crm, options)
        self._jobs = Jobs(options)
        self._open: dict[str, list[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._queries = 0

    def guarded(
        self, door: Callable[[Request, dict[str, Any]], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A route for those with a good token, while there are requests left."""

        async def enter(request: Request) -> Response:
            body = await request.json() if request.method == "POST" else {}
            refused = self.doors.refused(request)
            if refused is not None:
                return refused
            with self._lock, self._crm.lock:
                try:
                    found = door(request, body)
                except QueryError as error:
                    found = refusal(400, error.code, str(error))
            usage = f"api-usage={self.doors.used}/{self._options.daily}"
            found.headers["Sforce-Limit-Info"] = usage
            return found

        return enter

    async def token(self, request: Request) -> Response:
        """A token for an id and a secret."""
        form = await request.form()
        return self.doors.token(dict(form))

    def query(self, request: Request, _body: dict[str, Any]) -> Response:
        """The first page of a query."""
        deleted = request.url.path.endswith("queryAll")
        query = parse(request.query_params.get("q", ""))
        rows = answer(query, self._tables, self._options, deleted=deleted)
        if query.counts:
            return JSONResponse({"totalSize": rows[0]["expr0"], "done": True, "records": []})
        forms = fields_of(query.source, self._options) or {}
        self._queries += 1
        locator = f"01gSIMULATED{self._queries:06d}"
        plain = not query.group and not any(item.function for item in query.items)
        told = query.source if plain else "AggregateResult"
        self._open[locator] = records(rows, told, forms)
        while len(self._open) > CURSORS:
            del self._open[next(iter(self._open))]
        return self._page(request, locator, 0)

    def more(self, request: Request, _body: dict[str, Any]) -> Response:
        """A later page of a query."""
        locator, _, begin = request.path_params["locator"].rpartition("-")
        if locator not in self._open or not begin.isdecimal():
            return refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(request, locator, int(begin))

    def _page(self, request: Request, locator: str, begin: int) -> Response:
        rows = self._open[locator]
        end = begin + self._options.page
        told: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
        if not told["done"]:
            version = request.path_params["version"]
            told["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{end}"
        return JSONResponse({**told, "records": rows[begin:end]})

    def limits(self, _request: Request, _body: dict[str, Any]) -> Response:
        """What is left of the day."""
        daily = self._options.daily
        jobs = {"Max": 10_000, "Remaining": 10_000 - self._jobs.begun}
        requests = {"Max": daily, "Remaining": daily - self.doors.used}
        return JSONResponse({"DailyApiRequests": requests, "DailyBulkV2QueryJobs": jobs})

    def describe(self, request: Request, _body: dict[str, Any]) -> Response:
        """The fields of an object."""
        source = request.path_params["source"]
        forms = fields_of(source, self._options)
        if forms is None:
            return refusal(404, "NOT_FOUND", "The requested resource does not exist")
        told = [{"name": name, "type": form} for name, form in forms.items() if "." not in name]
        return JSONResponse({"name": source, "queryable": True, "fields": told})

    def stages(self, request: Request, _body: dict[str, Any]) -> Response:
        """The stages of a record type, in their order."""
        found = self._crm.pipelines.get(request.path_params["kind"])
        if found is None:
            return refusal(404, "NOT_FOUND", "The requested resource does not exist")
        values = [
            {"label": each.name, "value": each.id, "validFor": []}
            for each in found.stages
            if not each.gone
        ]
        return JSONResponse({"controllerValues": {}, "defaultValue": None, "values": values})

    def begin(self, _request: Request, body: dict[str, Any]) -> Response:
        """A new bulk job."""
        query = parse(str(body.get("query", "")))
        if query.group or any(item.function for item in query.items):
            return refusal(400, "API_ERROR", "Aggregate queries are not supported in Bulk Query")
        deleted = body.get("operation") == "queryAll"
        rows = answer(query, self._tables, self._options, deleted=deleted)
        forms = fields_of(query.source, self._options) or {}
        names = [item.field for item in query.items]
        return JSONResponse(self._jobs.begin(query.source, rows, names, forms))

    def look(self, request: Request, _body: dict[str, Any]) -> Response:
        """How far a bulk job is."""
        told = self._jobs.look(request.path_params["job"])
        if told is None:
            return refusal(404, "NOT_FOUND", "The requested resource does not exist")
        return JSONResponse(told)

    def results(self, request: Request, _body: dict[str, Any]) -> Response:
        """A part of a bulk job's results."""
        asked = request.query_params
        found = self._jobs.results(
            request.path_params["job"], asked.get("locator", ""), asked.get("maxRecords", "")
        )
        if found is None:
            return refusal(400, "INVALIDLOCATOR", "There are no such results")
        text, count, locator = found
        headers = {"Sforce-NumberOfRecords": str(count), "Sforce-Locator": locator}
        return PlainTextResponse(text, headers=headers, media_type="text/csv")
