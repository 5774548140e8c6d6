"""The documents of answers that are more, or less, than one result as it is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.core.planning.target import Mismatch, Target
    from mellantid.core.process import Process
    from mellantid.workspace import Outcome, People, Race
    from mellantid.workspace.doubt import Doubt
    from mellantid.workspace.fitted import Fitted
    from mellantid.workspace.own_race import OwnRace
    from mellantid.workspace.parts import Part
    from mellantid.workspace.plans import PlanVersion

INTERNAL: Final = ("whole", "notes")
OF_PROCESS: Final = ("name", "version", "stages", "won", "lost", "ignore")
HORIZON: Final = ("until", "won", "mean", "sd", "quantiles", "target", "p_target")


def forecast_document(found: Sequence[Outcome], parts: tuple[Part, ...] | None) -> dict[str, Any]:
    """The first horizon as it is alone; all of them, and the parts, where they are asked for."""
    fields = (field.name for field in dataclasses.fields(found[0]))
    answer = {name: getattr(found[0], name) for name in fields if name not in INTERNAL}
    if len(found) > 1:
        answer["horizons"] = [{name: getattr(each, name) for name in HORIZON} for each in found]
    return answer if parts is None else answer | {"parts": parts}


def counts_document(race: Race) -> dict[str, Any]:
    """The sojourn histogram."""
    return {"rows": race.histogram()}


def model_document(found: Fitted, doubts: tuple[Doubt, ...]) -> dict[str, Any]:
    """The fitted model, and what speaks against it."""
    return {**vars(found), "doubts": doubts}


def targets_document(targets: Sequence[Target], found: Sequence[Mismatch]) -> dict[str, Any]:
    """The targets, and where the parts do not sum to the whole."""
    return {"targets": targets, "mismatches": found}


def plans_document(versions: Sequence[PlanVersion]) -> dict[str, Any]:
    """All versions of the plan."""
    return {"versions": versions}


def people_document(people: People) -> dict[str, Any]:
    """Everyone and their teams."""
    return {"people": list(people.persons.values()), "teams": dict(people.parents)}


def processes_document(processes: Iterable[Process]) -> dict[str, Any]:
    """The processes."""
    return {"processes": [{n: getattr(each, n) for n in OF_PROCESS} for each in processes]}


def me_document(found: OwnRace, *, own: bool) -> OwnRace:
    """A seller's own race; the ranking of those who take part is for none but these.

    Args:
        found: it.
        own: whether it is the seller who asks.

    """
    return found if own else dataclasses.replace(found, ranking=None)
