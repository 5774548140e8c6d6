"""Exit criteria: what must be true before a deal leaves a stage, as the organisation says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.process import Process
    from mellantid.ledger import Ledger


def exit_criteria(ledger: Ledger, process: str) -> dict[str, str]:
    """The criteria of a process by stage; a stage without any is left out."""
    rows = ledger.rows("SELECT stage, text FROM exit_criterion WHERE process = ?", (process,))
    return dict(rows)


def keep_exit_criteria(ledger: Ledger, process: Process, criteria: Mapping[str, str]) -> None:
    """Keep the criteria of some stages; an empty text takes a stage's away.

    Raises:
        QuestionError: the process has no such stage.

    """
    strange = sorted(set(criteria) - set(process.stages))
    if strange:
        raise QuestionError(
            f"{process.name} has no stage {strange[0]!r}: choose one of "
            f"{', '.join(process.stages)}."
        )
    with ledger.writing() as connection:
        for stage, text in criteria.items():
            if text.strip():
                connection.execute(
                    "INSERT INTO exit_criterion (process, stage, text) VALUES (?, ?, ?) "
                    "ON CONFLICT (process, stage) DO UPDATE SET text = excluded.text",
                    (process.name, stage, text.strip()),
                )
            else:
                connection.execute(
                    "DELETE FROM exit_criterion WHERE process = ? AND stage = ?",
                    (process.name, stage),
                )
