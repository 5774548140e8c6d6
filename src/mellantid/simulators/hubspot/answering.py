"""HubSpot's interface to a simulated CRM.

Searches tell of ten thousand at most, histories come fifty at a time and with the newest first,
deleted deals are in a list of their own, a merged one's id gives the one it was merged into, and a
stage that was deleted is only in the pipeline's audit.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from mellantid.simulators.hubspot.records import Record, owner, record, stages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from mellantid.simulators.truth import Deal, SimulatedCrm

MOST_FOUND: Final = 10_000
WITH_HISTORY: Final = 50
WITHOUT: Final = 100


def application(crm: SimulatedCrm, values: Mapping[str, str]) -> Starlette:
    """The interface of an account whose deals are a CRM's; it lets in who has the token."""
    account = _Account(crm)
    deals = "/crm/v3/objects/deals"
    ways: list[tuple[str, Callable[[Request, Record], JSONResponse], str]] = [
        ("/account-info/v3/details", account.details, "GET"),
        ("/crm/v3/pipelines/deals", account.pipelines, "GET"),
        ("/crm/v3/pipelines/deals/{id}/audit", account.audit, "GET"),
        ("/crm/v3/owners", account.owners, "GET"),
        (deals, account.deals, "GET"),
        (f"{deals}/search", account.search, "POST"),
        (f"{deals}/batch/read", account.read, "POST"),
    ]
    routes = [Route(path, _let_in(way, values["token"]), methods=[m]) for path, way, m in ways]
    return Starlette(routes=routes)


def _let_in(way: Callable[[Request, Record], JSONResponse], token: str) -> Callable[[Request], Any]:
    """The answer to who has the token; 401 to others."""

    async def answer(request: Request) -> JSONResponse:
        if request.headers.get("authorization") != f"Bearer {token}":
            return _refused(401, "Authentication credentials not found.")
        body = await request.body()
        return way(request, json.loads(body) if body else {})

    return answer


class _Account:
    def __init__(self, crm: SimulatedCrm) -> None:
        self._crm = crm

    def details(self, request: Request, body: Record) -> JSONResponse:
        del request, body
        return JSONResponse(
            {
                "portalId": 62515,
                "accountType": "STANDARD",
                "timeZone": "Europe/Stockholm",
                "companyCurrency": self._crm.currency,
                "uiDomain": "app-eu1.hubspot.com",
            }
        )

    def pipelines(self, request: Request, body: Record) -> JSONResponse:
        del request, body
        with self._crm.lock:
            found = [
                {
                    "id": each.id,
                    "label": each.name,
                    "displayOrder": place,
                    "archived": False,
                    "stages": [stage for stage in stages(each) if not stage.pop("gone")],
                }
                for place, each in enumerate(self._crm.pipelines.values())
            ]
        return JSONResponse({"results": found})

    def audit(self, request: Request, body: Record) -> JSONResponse:
        del body
        pipeline = self._crm.pipelines.get(request.path_params["id"])
        if pipeline is None:
            return _refused(404, "No pipeline of that id.")
        with self._crm.lock:
            raw = {"id": pipeline.id, "label": pipeline.name, "stages": list(stages(pipeline))}
        entry = {"action": "UPDATE", "identifier": pipeline.id, "rawObject": raw}
        return JSONResponse({"results": [entry]})

    def owners(self, request: Request, body: Record) -> JSONResponse:
        del body
        archived = request.query_params.get("archived") == "true"
        with self._crm.lock:
            users = [each for each in self._crm.users.values() if each.active != archived]
            return _page(request, [owner(each) for each in users], WITHOUT)

    def deals(self, request: Request, body: Record) -> JSONResponse:
        del body
        archived = request.query_params.get("archived") == "true"
        history = "propertiesWithHistory" in request.query_params
        with self._crm.lock:
            found = [
                each
                for each in self._crm.deals.values()
                if (each.deleted_at is not None) == archived
            ]
            found.sort(key=lambda each: int(each.id))
            return _page(
                request,
                found,
                WITH_HISTORY if history else WITHOUT,
                self._shown(history=history),
            )

    def search(self, request: Request, body: Record) -> JSONResponse:
        del request
        limit, after = int(body.get("limit", 10)), int(body.get("after", 0))
        if limit > WITHOUT * 2 or after + limit > MOST_FOUND:
            return _refused(400, "The search tells of 10,000 records at most.")
        with self._crm.lock:
            found = [each for each in self._crm.deals.values() if _matches(each, body)]
            for sort in reversed(body.get("sorts", ())):
                found.sort(
                    key=lambda each: _number(each, sort["propertyName"]),
                    reverse=sort["direction"] == "DESCENDING",
                )
            part = found[after : after + limit]
            results = list(map(self._shown(history=False), part))
        return JSONResponse({"total": len(found), "results": results})

    def read(self, request: Request, body: Record) -> JSONResponse:
        history = bool(body.get("propertiesWithHistory"))
        if len(body["inputs"]) > (WITH_HISTORY if history else WITHOUT):
            return _refused(
                400,
                "The maximum number of inputs supported in a batch request for property histories "
                f"is {WITH_HISTORY}",
            )
        archived = request.query_params.get("archived") == "true"
        with self._crm.lock:
            found, shown = {}, self._shown(history=history)
            for wanted in body["inputs"]:
                deal = self._found(str(wanted["id"]), archived=archived)
                if deal is not None:
                    found[deal.id] = shown(deal)
        if not found:
            return _refused(404, "None of these is there.")
        whole = len(found) == len(body["inputs"])
        document = {"status": "COMPLETE", "results": list(found.values())}
        return JSONResponse(document, 200 if whole else 207)

    def _shown(self, *, history: bool) -> Callable[[Deal], Record]:
        """Shows deals, with those that were merged into them."""
        merged: dict[str, list[Deal]] = {}
        for each in self._crm.deals.values():
            if each.merged_into is not None:
                merged.setdefault(each.merged_into, []).append(each)
        return lambda deal: record(deal, merged.get(deal.id, ()), history=history)

    def _found(self, deal: str, *, archived: bool) -> Deal | None:
        """The deal of an id; of a merged one the deal that it is part of now."""
        found = self._crm.deals.get(deal)
        while not archived and found is not None and found.merged_into is not None:
            found = self._crm.deals.get(found.merged_into)
        if found is None or (found.deleted_at is not None) != archived:
            return None
        return found


def _matches(deal: Deal, body: Record) -> bool:
    """Whether a search finds a deal; it never finds deleted ones."""
    groups = body.get("filterGroups") or [{"filters": []}]
    return deal.deleted_at is None and any(
        all(_holds(deal, each) for each in group["filters"]) for group in groups
    )


def _holds(deal: Deal, asked: Record) -> bool:
    value, bound = _number(deal, asked["propertyName"]), int(asked["value"])
    return value >= bound if asked["operator"] == "GTE" else value > bound


def _number(deal: Deal, name: str) -> int:
    return deal.modified_at if name == "hs_lastmodifieddate" else int(deal.id)


def _page(
    request: Request,
    found: list[Any],
    most: int,
    shown: Callable[[Any], Record] = lambda each: each,
) -> JSONResponse:
    """A part of a list by id."""
    limit = int(request.query_params.get("limit", 10))
    if limit > most:
        return _refused(400, f"The limit is {most} here.")
    above = int(request.query_params.get("after", 0))
    left = [each for each in found if _id(each) > above]
    document: Record = {"results": [shown(each) for each in left[:limit]]}
    if len(left) > limit:
        document["paging"] = {"next": {"after": str(_id(left[limit - 1]))}}
    return JSONResponse(document)


def _id(thing: Any) -> int:  # noqa: ANN401 (a deal or a record)
    return int(thing["id"] if isinstance(thing, dict) else thing.id)


def _refused(status: int, message: str) -> JSONResponse:
    return JSONResponse({"status": "error", "message": message}, status)
