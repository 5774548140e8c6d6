"""How well the course that we have fits what deals do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.conformance.course_fit import CourseFit, course_fit
from mellantid.core.conformance.paths import Paths

if TYPE_CHECKING:
    from mellantid.workspace.race import Race


def process_fit(race: Race) -> CourseFit:
    """Hold the deals' movements against the course, as known at the race's moment.

    As recorded: a loss by declared silence is a rule's doing, and nothing that a deal did.
    """
    history = race.silence.recorded if race.silence else race.history
    return course_fit(Paths.of_history(history), history.process.stages)
