"""A deal's record and its changelog as what is told of the deal: pure.

The record says how the deal stands, the changelog what each change replaced: so what a field was
first is the first old value, or what it is now where it never changed. Times are to the second,
and what happened within one second is taken as one change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError
from mellantid.connectors.pipedrive.lines import FIELDS, Step, moment, steps_of, text, value
from mellantid.connectors.told import Change, DealTold, Glimpse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OPEN, WON, LOST, DELETED = "open", "won", "lost", "deleted"
CLOSED_AT: Final = {WON: ("won_time", "close_time"), LOST: ("lost_time", "close_time")}
State = dict[str, str]


def closed_stage(pipeline: str, status: str) -> str:
    """The id of the stage that stands for a status: winning is no stage in Pipedrive."""
    return f"{pipeline}-{status}"


def is_deleted(record: Mapping[str, Any]) -> bool:
    """Whether a deal has been deleted."""
    return bool(record.get("is_deleted")) or record.get("status") == DELETED


def never_changed(record: Mapping[str, Any]) -> bool:
    """Whether a deal is as it was made, so that its changelog has nothing to tell.

    Any change of a field moves `update_time`. One within the second of the making does not, and
    is then told as made so.
    """
    made = moment(record.get("add_time"))
    return made is not None and made == moment(record.get("update_time")) and not is_deleted(record)


def glimpse(record: Mapping[str, Any]) -> Glimpse:
    """How a deal stands by its record."""
    state = _present(record)
    amount = float(state["amount"]) if state["amount"] else None
    stage = _stage(state)
    return Glimpse(str(record["id"]), state["pipeline"], stage, amount, state["owner"])


def deal_told(record: Mapping[str, Any], log: Sequence[Mapping[str, Any]] | None) -> DealTold:
    """All that is told of a deal.

    Args:
        record: as the interface tells it.
        log: its changelog; None where it has been lost, as with some deleted deals.

    """
    deal = str(record["id"])
    if not is_deleted(record):
        return DealTold(deal, _changes(record, steps_of(log or ())))
    removed = moment(record.get("update_time"))
    into = record.get("merge_what_id")
    why = f"merged into {into}" if into else DELETED
    if log is None:
        return DealTold(deal, (), whole=False, removed_at=removed, removed_why=why)
    steps = steps_of(log)
    when = [each.at for each in steps if each.field == "status" and each.new == DELETED]
    return DealTold(
        deal, _changes(record, steps), removed_at=max(when, default=removed), removed_why=why
    )


def _changes(record: Mapping[str, Any], steps: list[Step]) -> tuple[Change, ...]:
    """A deal's life from its making on."""
    steps = steps + _closing(record, steps)
    said = moment(record.get("add_time"))
    moments = {each.at for each in steps} | ({said} if said is not None else set())
    if not moments:
        raise SourceError(f"Pipedrive does not say when deal {record['id']} was made: try again.")
    state = _first(record, steps, min(moments) if said is None else said)
    changes: list[Change] = []
    before: dict[str, Any] = {}
    for at in sorted(moments):
        for step in steps:
            if step.at == at and (step.field, step.new) != ("status", DELETED):
                state[step.field] = step.new
        after = _true(state)
        differs: dict[str, Any] = {
            name: value
            for name, value in after.items()
            if value is not None and before.get(name) != value
        }
        if differs:
            lost = "stage" in differs and state["status"] == LOST
            reason = _reason(record, steps, at) if lost else None
            changes.append(Change(at, **differs, reason=reason))
        before = after
    return tuple(changes)


def _first(record: Mapping[str, Any], steps: list[Step], made: int) -> State:
    """How a deal was when it was made."""
    state = _present(record)
    for step in reversed(steps):
        # What was set while it was made replaced nothing.
        state[step.field] = step.old or (step.new if step.at <= made else "")
    if state["status"] in {"", DELETED}:
        state["status"] = OPEN
    for name in ("pipeline", "stage"):
        later = (each.new for each in steps if each.field == name and each.new)
        state[name] = state[name] or next(later, "")
    return state


def _closing(record: Mapping[str, Any], steps: list[Step]) -> list[Step]:
    """The closing of a deal that came closed, as from an import: its record says when."""
    status = str(record.get("status"))
    if status not in CLOSED_AT or any(each.field == "status" for each in steps):
        return []
    said = (moment(record.get(name)) for name in CLOSED_AT[status])
    at = next((each for each in said if each is not None), None)
    made = moment(record.get("add_time"))
    if at is None or made is None or at <= made:
        return []
    return [Step(at, "status", OPEN, status)]


def _reason(record: Mapping[str, Any], steps: list[Step], at: int) -> str | None:
    """Why a deal was lost at a moment: what was given from then until its status changed again."""
    later = [each.at for each in steps if each.field == "status" and each.at > at]
    until = min(later, default=None)
    given = [
        each.new
        for each in steps
        if each.field == "reason" and at <= each.at and (until is None or each.at < until)
    ]
    if until is None and not given:
        given = [text(record.get("lost_reason"))]
    return next((each for each in reversed(given) if each), None)


def _present(record: Mapping[str, Any]) -> State:
    """How a deal stands by its record."""
    owner = record["owner_id"] if "owner_id" in record else record.get("user_id")
    said = {**record, "user_id": owner}
    state = {FIELDS[name]: value(name, said.get(name)) for name in FIELDS if name != "owner_id"}
    if state["status"] == DELETED:
        state["status"] = (
            WON if record.get("won_time") else LOST if record.get("lost_time") else OPEN
        )
    return state


def _true(state: State) -> dict[str, Any]:
    """A state as what is told of it."""
    amount = float(state["amount"]) if state["amount"] else None
    return {
        "pipeline": state["pipeline"],
        "stage": _stage(state),
        "amount": amount,
        "currency": state["currency"] or None,
        "owner": state["owner"],
    }


def _stage(state: State) -> str:
    status = state["status"]
    return closed_stage(state["pipeline"], status) if status in CLOSED_AT else state["stage"]
