"""What Odoo can tell of the truth: lost is an archived deal, and what is deleted leaves no trace.

What was deleted before anybody asked is as if it had never been. What is deleted later can only be
missed: the moment that can be told is the one at which somebody first asks for it by its id.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from mellantid.connectors.odoo.stages import LOST as LOST_THERE
from mellantid.simulators.facts import Fact, facts
from mellantid.simulators.truth import LOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.simulators.truth import SimulatedCrm


@dataclass
class Traces:
    """What is known of deleted deals.

    Attributes:
        unseen: those that were deleted before there was anybody to see them.
        missed: when (ms) each was first asked for by its id after it was deleted.

    """

    unseen: frozenset[str]
    missed: dict[str, int] = field(default_factory=dict)


_OF: Final[WeakKeyDictionary[SimulatedCrm, Traces]] = WeakKeyDictionary()


def traces_of(crm: SimulatedCrm) -> Traces:
    """The traces in a CRM, from when it was first asked for them on."""
    if crm not in _OF:
        gone = (deal.id for deal in crm.deals.values() if deal.deleted_at is not None)
        _OF[crm] = Traces(frozenset(gone))
    return _OF[crm]


def known(crm: SimulatedCrm, pipeline: str) -> set[Fact]:
    """All that Odoo can tell of a pipeline."""
    return set(_known(crm, pipeline))


def _known(crm: SimulatedCrm, pipeline: str) -> Iterator[Fact]:
    traces = traces_of(crm)
    lost = crm.pipelines[pipeline].stage(LOST).id
    for fact in facts(crm, pipeline):
        if fact.deal in traces.unseen:
            continue
        if (fact.what, fact.value) == ("stage", lost):
            yield replace(fact, value=LOST_THERE)
        elif fact.what == "removed" and fact.at == crm.deals[fact.deal].deleted_at:
            yield replace(fact, at=traces.missed.get(fact.deal, fact.at))
        else:
            yield fact
