"""Every deal of a process now, with its chance and its rope: asked for once, then kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.errors import QuestionError
from mellantid.workspace.chosen_ropes import override_of
from mellantid.workspace.deal_list import Field
from mellantid.workspace.next_steps import next_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.web.asking import Asking
    from mellantid.workspace import Ropes, Workspace
    from mellantid.workspace.next_steps import NextStep
    from mellantid.workspace.outcome import Chances


def chosen_process(workspace: Workspace, asked: str | None) -> str:
    """The name of the process that is asked for, or of the first one.

    Raises:
        QuestionError: there is none, or none of that name.

    """
    known = sorted(workspace.processes)
    return workspace.process(asked or (known[0] if known else None)).name


def field_now(asking: Asking, workspace: Workspace, process: str, patience: int = 0) -> Field:
    """Every deal of a process now, or as it was at most `patience` ms ago.

    Raises:
        QuestionError: nothing is known of it yet.

    """
    race, _ = asking.race(workspace, process, patience=patience)
    targets = tuple(workspace.targets)
    steps = workspace.ledger.rows("SELECT coalesce(max(id), 0) FROM next_step")[0][0]
    chosen = tuple(sorted(override_of(workspace.ledger, race.history.process).items()))

    def chances() -> Chances | None:
        try:
            return workspace.chances(race)
        except QuestionError:
            return None

    def ropes() -> Ropes | None:
        try:
            return workspace.ropes(race, agreed_by=asking.now() + 1)
        except QuestionError:
            return None

    def field() -> Field:
        found = asking.of(race, ("chances", targets), chances)
        cut = asking.of(race, ("deals.ropes", targets, steps, chosen), ropes)
        return Field(race, found, cut, workspace.people)

    return asking.of(race, ("deals.field", targets, steps, chosen), field)


def agreed_now(asking: Asking, workspace: Workspace, process: str) -> Mapping[str, NextStep]:
    """What is agreed and not over, by deal."""
    now = asking.now()
    today = workspace.clock.date(now)
    found = next_steps(workspace.ledger, process, now + 1)
    return {deal: step for deal, step in found.items() if step.due >= today}
