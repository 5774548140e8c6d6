"""A company's answers: deals in pages, changelogs, pipelines, users and teams."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from mellantid.simulators.crm import OPEN
from mellantid.simulators.pipedrive.doors import refusal
from mellantid.simulators.pipedrive.records import changelog, record

if TYPE_CHECKING:
    from starlette.requests import Request

    from mellantid.simulators.crm import Deal, SimulatedCrm

COMPANY = "Example Ltd"


class Company:
    """What the routes answer from; see `application`."""

    def __init__(
        self, crm: SimulatedCrm, archived: frozenset[str], kept: int, *, teams: bool
    ) -> None:
        self._crm, self._archived, self._kept, self._teams = crm, archived, kept, teams

    def deals(self, request: Request) -> Response:
        """The deals that are not in the archive."""
        return self._list(request, archived=False)

    def archive(self, request: Request) -> Response:
        """The deals in the archive."""
        return self._list(request, archived=True)

    def deal(self, request: Request) -> Response:
        """One deal."""
        found = self._seen(request)
        return refusal(404, "Deal not found") if found is None else well(self._record(found))

    def changelog(self, request: Request) -> Response:
        """What has changed in a deal."""
        found = self._seen(request)
        if found is None:
            return refusal(404, "Deal not found")
        lines = changelog(self._crm, found)
        begin = int(_opened(request.query_params.get("cursor")).get("at", 0))
        end = begin + min(int(request.query_params.get("limit", 100)), 500)
        return well(lines[begin:end], {"at": end} if end < len(lines) else None)

    def summary(self, _: Request) -> Response:
        """How many deals there are."""
        return well({"total_count": len(self._living()) - len(self._archived)})

    def pipelines(self, _: Request) -> Response:
        """The pipelines."""
        pipes = self._crm.pipelines.values()
        return well([{"id": int(p.id), "name": p.name, "is_deleted": False} for p in pipes])

    def stages(self, _: Request) -> Response:
        """The stages in which deals are open: Pipedrive has no others."""
        return well(
            [
                {
                    "id": int(stage.id),
                    "order_nr": order,
                    "name": stage.name,
                    "is_deleted": stage.gone,
                    "pipeline_id": int(pipeline.id),
                }
                for pipeline in self._crm.pipelines.values()
                for order, stage in enumerate(pipeline.stages)
                if stage.means == OPEN
            ]
        )

    def users(self, _: Request) -> Response:
        """All users."""
        return well(
            [
                {
                    "id": int(each.id),
                    "name": each.name,
                    "email": each.email,
                    "active_flag": each.active,
                    "is_deleted": False,
                }
                for each in self._crm.users.values()
            ]
        )

    def me(self, _: Request) -> Response:
        """Whose token it is."""
        return well({"id": 1, "name": "Reader", "company_name": COMPANY})

    def teams(self, _: Request) -> Response:
        """The teams, where the plan has them."""
        if not self._teams:
            return refusal(403, "This feature is not available in your plan")
        names = sorted({each.team for each in self._crm.users.values() if each.team})
        return well(
            [
                {
                    "id": number,
                    "name": name,
                    "users": [int(e.id) for e in self._crm.users.values() if e.team == name],
                    "active_flag": 1,
                    "deleted_flag": 0,
                }
                for number, name in enumerate(names, 1)
            ]
        )

    def _list(self, request: Request, *, archived: bool) -> Response:
        """A page of deals, in the order that is asked for."""
        asked = request.query_params
        wanted = asked.get("status", "open,won,lost").split(",")
        since = _read(asked.get("updated_since"))
        by = asked.get("sort_by", "id")
        after = _opened(asked.get("cursor"))
        limit = min(int(asked.get("limit", 100)), 500)
        begin = (after["value"], after["id"]) if after else None
        found = [
            (_key(deal, by), int(deal.id), deal)
            for deal in self._crm.deals.values()
            if (deal.id in self._archived) == archived
            and self._shown(deal)
            and deal.modified_at >= since
            and self._status(deal) in wanted
        ]
        found.sort(key=lambda each: each[:2])
        left = [each for each in found if begin is None or each[:2] > begin]
        page = left[:limit]
        more = {"value": page[-1][0], "id": page[-1][1]} if len(left) > limit else None
        return well([self._record(each[2]) for each in page], more)

    def _record(self, deal: Deal) -> dict[str, Any]:
        return {**record(self._crm, deal), "is_archived": deal.id in self._archived}

    def _status(self, deal: Deal) -> str:
        if deal.deleted_at is not None:
            return "deleted"
        stage = deal.now("stage")
        stages = self._crm.pipelines[deal.now("pipeline")].stages
        return next(each.means for each in stages if each.id == stage)

    def _shown(self, deal: Deal) -> bool:
        return deal.deleted_at is None or deal.deleted_at >= self._crm.now() - self._kept

    def _living(self) -> list[Deal]:
        return [each for each in self._crm.deals.values() if each.deleted_at is None]

    def _seen(self, request: Request) -> Deal | None:
        found = self._crm.deals.get(str(request.path_params["deal"]))
        return found if found is not None and self._shown(found) else None


def _read(said: str | None) -> int:
    """A moment as it is asked for, ms."""
    return int(datetime.fromisoformat(said).timestamp() * 1_000) if said else 0


def _key(deal: Deal, by: str) -> int:
    return {"id": int(deal.id), "update_time": deal.modified_at, "add_time": deal.created_at}[by]


def well(data: Any, following: dict[str, Any] | None = None) -> Response:  # noqa: ANN401 (JSON)
    """An answer that is well, with the cursor of what follows."""
    cursor = None
    if following is not None:
        cursor = base64.urlsafe_b64encode(json.dumps(following).encode()).decode()
    return JSONResponse({"success": True, "data": data, "additional_data": {"next_cursor": cursor}})


def _opened(cursor: str | None) -> dict[str, Any]:
    """What a cursor says; it is opaque to all others."""
    if not cursor:
        return {}
    opened: dict[str, Any] = json.loads(base64.urlsafe_b64decode(cursor))
    return opened
