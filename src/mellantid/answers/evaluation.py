"""The document of an evaluation: the same for the command, the API and the page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mellantid.workspace.evaluating import Evaluation


def evaluation_document(found: Evaluation) -> dict[str, Any]:
    """All of it; the parts of the gap sum to `gap_money`."""
    return {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
