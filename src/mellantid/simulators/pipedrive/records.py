"""The CRM's deals as Pipedrive writes them: the record, and the changelog behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mellantid.simulators.crm import LOST, OPEN, WON

if TYPE_CHECKING:
    from mellantid.simulators.crm import Deal, Event, SimulatedCrm, Stage

FIELDS = {"pipeline": "pipeline_id", "amount": "value", "owner": "user_id"}


@dataclass
class Told:
    """A deal as Pipedrive has it, followed from event to event.

    Attributes:
        values: by the changelog's names.
        closed: when it was won and lost last, ms.
        moved: when its stage changed last, ms.
        lines: of the changelog, the oldest first: when, which field, old, new, by whom.

    """

    values: dict[str, str] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    moved: int | None = None
    lines: list[tuple[int, str, str | None, str, str]] = field(default_factory=list)

    def put(self, event: Event, name: str, value: str, *, silent: bool) -> None:
        """Set a field; a line is written where it is another value than before."""
        old = self.values.get(name)
        if old == value:
            return
        self.values[name] = value
        if not silent:
            self.lines.append((event.at, name, old, value, event.by))


def rfc(at: int | None) -> str | None:
    """A moment as version 2 writes it."""
    return (
        None
        if at is None
        else datetime.fromtimestamp(at / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    )


def plain(at: int) -> str:
    """A moment as version 1 writes it: UTC, without saying so."""
    return datetime.fromtimestamp(at / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def followed(crm: SimulatedCrm, deal: Deal) -> Told:
    """A deal's events as Pipedrive would have written them down."""
    stages = {each.id: each for pipe in crm.pipelines.values() for each in pipe.stages}
    told = Told({"status": OPEN})
    for number, event in enumerate(deal.events):
        silent = number < 4  # what `create` sets
        if event.field != "stage":
            told.put(event, FIELDS[event.field], event.value, silent=silent)
        else:
            _enter(crm, told, event, stages[event.value], silent=silent)
    return told


def _enter(crm: SimulatedCrm, told: Told, event: Event, stage: Stage, *, silent: bool) -> None:
    """A stage entered: what is won or lost stays in the stage in which that happened."""
    if told.values["status"] != stage.means:
        told.put(event, "status", stage.means, silent=silent)
        told.closed.pop(WON, None)
        told.closed.pop(LOST, None)
        if stage.means != OPEN:
            told.closed[stage.means] = event.at
    if stage.means != OPEN:
        pipeline = crm.pipelines[told.values["pipeline_id"]]
        own = [each.id for each in pipeline.stages if each.means == OPEN]
        if told.values.get("stage_id") in own:
            return
        stage = next(each for each in pipeline.stages if each.id == own[0])
    if told.values.get("stage_id") != stage.id:
        told.put(event, "stage_id", stage.id, silent=silent)
        told.moved = None if silent else event.at


def record(crm: SimulatedCrm, deal: Deal) -> dict[str, Any]:
    """A deal as version 2 tells it."""
    told = followed(crm, deal)
    won, lost = told.closed.get(WON), told.closed.get(LOST)
    return {
        "id": int(deal.id),
        "title": deal.name,
        "creator_user_id": int(deal.events[0].by or 0),
        "owner_id": int(told.values["user_id"]) if told.values["user_id"] else None,
        "value": float(told.values["value"]),
        "currency": deal.currency,
        "pipeline_id": int(told.values["pipeline_id"]),
        "stage_id": int(told.values["stage_id"]),
        "status": told.values["status"],
        "add_time": rfc(deal.created_at),
        "update_time": rfc(deal.modified_at),
        "stage_change_time": rfc(told.moved),
        "won_time": rfc(won),
        "lost_time": rfc(lost),
        "close_time": rfc(won or lost),
        "lost_reason": None,
        "is_deleted": deal.deleted_at is not None,
        "is_archived": False,
        "custom_fields": {},
    }


def changelog(crm: SimulatedCrm, deal: Deal) -> list[dict[str, Any]]:
    """What has changed in a deal, the newest first, with its making as the oldest line."""
    lines = [(deal.created_at, "add_time", None, plain(deal.created_at), deal.events[0].by)]
    return [
        {
            "field_key": name,
            "old_value": old,
            "new_value": new,
            "actor_user_id": int(by or 0),
            "time": plain(at),
            "change_source": "app",
            "change_source_user_agent": None,
            "is_bulk_update_flag": False,
        }
        for at, name, old, new, by in reversed(lines + followed(crm, deal).lines)
    ]
