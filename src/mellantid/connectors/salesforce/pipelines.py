"""Record types as pipelines, each with the stages of its sales process.

Opportunities and their history name a stage by its API name, which stays when the label that people
see is changed: that name is the stage's id. Stages that deals have passed but that are no longer
in the process, or not there at all any more, are told as gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import NotLetInError
from mellantid.connectors.salesforce.rows import MASTER, number, text, truth
from mellantid.connectors.salesforce.soql import select
from mellantid.connectors.told import Means, PipelineTold, StageTold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.connectors.salesforce.client import Client
    from mellantid.connectors.salesforce.organisation import Organisation

ONLY: Final = "Opportunities"
"""What the one pipeline is called where there are no record types."""
NO_TYPE: Final = "No record type"
STAGE: Final = ("ApiName", "MasterLabel", "SortOrder", "IsActive", "IsClosed", "IsWon")


@dataclass(frozen=True)
class Known:
    """A stage as the list of stages has it, with its place there."""

    told: StageTold
    place: float


def pipelines(
    client: Client, has: Organisation, passed: Mapping[str, Mapping[str, Means]]
) -> tuple[PipelineTold, ...]:
    """The pipelines with their stages in order.

    Args:
        client: the way in.
        has: what the organisation has.
        passed: by pipeline, what stages that its deals have passed mean, by API name.

    """
    known = _known(client)
    names = has.record_types or {MASTER: ONLY}
    if has.record_types and MASTER in passed:
        names = {**names, MASTER: NO_TYPE}
    return tuple(
        PipelineTold(
            key,
            name,
            stages(_process(client, key) if key != MASTER else None, known, passed.get(key, {})),
        )
        for key, name in names.items()
    )


def stages(
    process: Mapping[str, str] | None, known: Mapping[str, Known], passed: Mapping[str, Means]
) -> tuple[StageTold, ...]:
    """The stages of a pipeline: open ones first, then as they are listed.

    Args:
        process: the labels of the stages in its sales process by API name; None: every active one.
        known: all stages that are listed.
        passed: what stages that deals of the pipeline have passed mean, by API name.

    """
    if process is None:
        process = {key: each.told.name for key, each in known.items() if not each.told.gone}
    found = []
    for key in dict.fromkeys([*process, *passed]):
        listed = known.get(key)
        means = listed.told.means if listed else passed.get(key, Means.OPEN)
        name = process.get(key) or (listed.told.name if listed else key)
        place = listed.place if listed else float("inf")
        found.append(Known(StageTold(key, name, means, key not in process), place))
    found.sort(key=lambda each: (each.told.means is not Means.OPEN, each.place))
    return tuple(each.told for each in found)


def _known(client: Client) -> dict[str, Known]:
    found = {}
    for record in client.records(select(STAGE, "OpportunityStage")):
        means = Means.OPEN
        if truth(record, "IsClosed"):
            means = Means.WON if truth(record, "IsWon") else Means.LOST
        name = text(record, "MasterLabel")
        key = text(record, "ApiName") or name
        stage = StageTold(key, name or key, means, gone=not truth(record, "IsActive"))
        found[key] = Known(stage, number(record, "SortOrder") or 0.0)
    return found


def _process(client: Client, record_type: str) -> dict[str, str] | None:
    """The labels of the stages of a record type by API name; None: it cannot be read."""
    path = f"/ui-api/object-info/Opportunity/picklist-values/{record_type}/StageName"
    try:
        answer = client.find(path)
    except NotLetInError:
        return None
    if answer is None:
        return None
    return {str(each["value"]): str(each["label"]) for each in answer.json()["values"]}
