"""Cut-offs set by hand: kept as of when they were set, and none is ever overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError
from mellantid.workspace import tables

if TYPE_CHECKING:
    from mellantid.core.process import Process
    from mellantid.ledger import Ledger

LONGEST: Final = 2_500
"""Working days of the longest cut-off that can be set by hand: ten years."""


def override_of(ledger: Ledger, process: Process, known: int | None = None) -> dict[int, int]:
    """The cut-offs set by hand by a moment (ms, exclusive), by stage; None: those that hold now.

    One of a stage that the process no longer has is passed over.
    """
    chosen = tables.read_cutoffs(ledger, process.name, known)
    places = {name: place for place, name in enumerate(process.stages)}
    return {places[name]: age for name, age in chosen.items() if name in places}


def choose(ledger: Ledger, process: Process, stage: str, age: int | None, now: int) -> str:
    """Set the cut-off of a stage by hand, or leave it to history again; both stay on record.

    Args:
        ledger: where it is kept.
        process: the stage's.
        stage: its name, in any case.
        age: working days; None: what history says.
        now: the present moment (ms).

    Returns:
        The stage's name as the process has it.

    Raises:
        QuestionError: there is no such stage, or the age is not one.

    """
    found = {each.casefold(): each for each in process.stages}.get(stage.strip().casefold())
    if found is None:
        raise QuestionError(
            f"There is no stage {stage!r} in {process.name!r}: choose one of "
            f"{', '.join(process.stages)}."
        )
    if age is not None and not 0 <= age <= LONGEST:
        raise QuestionError(
            f"A cut-off of {age} days cannot be set: give 0 to {LONGEST} working days."
        )
    tables.write_cutoff(ledger, process.name, found, age, now)
    return found
