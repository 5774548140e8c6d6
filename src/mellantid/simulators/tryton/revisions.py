"""The revisions of a simulated deal, as Tryton's history has them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mellantid.connectors.tryton.values import as_told

if TYPE_CHECKING:
    from mellantid.simulators.truth import Deal

MICROSECONDS: Final = 1_000
"""In a millisecond."""
DELETION: Final = 999
"""Where in its millisecond a deletion stands: after all that could have happened before."""
CREATION: Final = 4
"""Fields that are set when a deal is created."""
EUR: Final = 1


class Revision(NamedTuple):
    """How a deal stood from a moment (µs) on; None: it was deleted then."""

    at: int
    record: dict[str, Any] | None


def revisions_of(deal: Deal) -> list[Revision]:
    """All revisions, the oldest first."""
    found: list[Revision] = []
    values: dict[str, str] = {}
    created = _moment(deal.created_at, 0)
    for second, events in groupby(deal.events, key=lambda event: event.at):
        several = list(events)
        values |= {event.field: event.value for event in several}
        # More in the same second is a later revision.
        further = len(several) - (0 if found else CREATION)
        at = _moment(second, further)
        found.append(Revision(at, _record(deal, values, created, None if at == created else at)))
    if deal.deleted_at is not None:
        found.append(Revision(_moment(deal.deleted_at, DELETION), None))
    return found


def stood(revisions: list[Revision], at: int | None) -> dict[str, Any] | None:
    """How a deal stood at a moment (µs), now where that is None; None where it was not there."""
    place = len(revisions) if at is None else bisect_right(revisions, at, key=lambda each: each.at)
    return revisions[place - 1].record if place else None


def decimal(amount: str) -> dict[str, str]:
    """A number as Tryton's JSON has it."""
    return {"__class__": "Decimal", "decimal": amount}


def _moment(at: int, further: int) -> int:
    return at * MICROSECONDS + further


def _record(
    deal: Deal, values: dict[str, str], created: int, written: int | None
) -> dict[str, Any]:
    return {
        "id": int(deal.id),
        "state": values["stage"],
        "company": int(values["pipeline"]),
        "amount": decimal(values["amount"]) if values["amount"] else None,
        "currency": EUR,
        "employee": int(values["owner"]) if values["owner"] else None,
        "lost_reason": None,
        "create_date": as_told(created),
        "write_date": None if written is None else as_told(written),
    }
