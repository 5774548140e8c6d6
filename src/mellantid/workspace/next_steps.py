"""Next steps: meetings and calls that are agreed: a deal that waits for one is not stuck."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.errors import QuestionError
from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    from mellantid.ledger import Ledger
    from mellantid.workspace.workspace import Workspace


@dataclass(frozen=True)
class NextStep:
    """What is to happen next with a deal.

    Attributes:
        deal: its identity.
        due: the date.
        what: what is to happen, in a few words; may be empty.

    """

    deal: str
    due: dt.date
    what: str = ""


def set_next_step(workspace: Workspace, process: str | None, step: NextStep, now: int) -> None:
    """Say what is to happen next with a deal; what was said before stays on record.

    Raises:
        QuestionError: there is no such deal, or the date is over.

    """
    name = _known(workspace, process, step.deal)
    today = workspace.clock.date(now)
    if step.due < today:
        raise CannotDo("step_over", date=step.due, today=today)
    _write(workspace.ledger, name, step.deal, step.due.isoformat(), step.what, now)


def clear_next_step(workspace: Workspace, process: str | None, deal: str, now: int) -> None:
    """Say that nothing is agreed with a deal any longer.

    Raises:
        QuestionError: there is no such deal.

    """
    _write(workspace.ledger, _known(workspace, process, deal), deal, None, "", now)


def next_steps(ledger: Ledger, process: str, until: int) -> dict[str, NextStep]:
    """What was agreed, as known before a moment (ms), and not over by then, by deal.

    Args:
        ledger: where it is kept.
        process: of the deals.
        until: the moment.

    """
    rows = ledger.rows(
        "SELECT deal, due, what FROM next_step WHERE process = ? AND recorded_at < ? ORDER BY id",
        (process, until),
    )
    newest = {deal: (due, what) for deal, due, what in rows}
    return {
        deal: NextStep(deal, dt.date.fromisoformat(due), what)
        for deal, (due, what) in newest.items()
        if due is not None
    }


def _known(workspace: Workspace, process: str | None, deal: str) -> str:
    """The process's name, where it has such a deal."""
    name = workspace.process(process).name
    there = "SELECT 1 FROM entry WHERE process = ? AND deal = ? LIMIT 1"
    if not workspace.ledger.rows(there, (name, deal)):
        raise QuestionError(
            f"{name!r} has no deal {deal!r}: give its identity as the source has it."
        )
    return name


def _write(ledger: Ledger, process: str, deal: str, due: str | None, what: str, now: int) -> None:
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO next_step (process, deal, due, what, recorded_at) VALUES (?, ?, ?, ?, ?)",
            (process, deal, due, what, now),
        )
