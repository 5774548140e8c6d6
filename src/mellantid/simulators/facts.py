"""All that is true of a simulated CRM's deals, for comparing a ledger with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.simulators.truth import Deal, SimulatedCrm


@dataclass(frozen=True, order=True)
class Fact:
    """A thing that is true, for comparing a ledger with the CRM.

    Attributes:
        deal: its id.
        at: when, ms UTC.
        what: stage, amount, owner or removed.
        value: the stage's id, the amount, the owner's id; "" of removed.

    """

    deal: str
    at: int
    what: str
    value: str


def facts(crm: SimulatedCrm, pipeline: str) -> set[Fact]:
    """All that is true of the deals while they were in one pipeline.

    A value that is set again without a change is no fact. A deal that has left for another
    pipeline is removed from this one then.
    """
    return {fact for deal in crm.deals.values() for fact in _facts(deal, pipeline)}


def _facts(deal: Deal, pipeline: str) -> Iterator[Fact]:
    """What is true of one deal in one pipeline, at the end of each moment."""
    here, values = "", {"stage": "", "amount": "", "owner": ""}
    told: dict[str, str] = {}
    for at in sorted({event.at for event in deal.events}):
        before = here
        now = {event.field: event.value for event in deal.events if event.at == at}
        here = now.pop("pipeline", here)
        values |= now
        if before == pipeline != here:
            yield Fact(deal.id, at, "removed", "")
            told = {}
        if here == pipeline:
            changed = {
                name: value for name, value in values.items() if value and told.get(name) != value
            }
            yield from (Fact(deal.id, at, name, value) for name, value in changed.items())
            told |= changed
    if deal.deleted_at is not None and here == pipeline:
        yield Fact(deal.id, deal.deleted_at, "removed", "")
