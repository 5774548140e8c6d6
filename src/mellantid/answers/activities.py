"""The document of activities."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mellantid.workspace.activity_answer import Activities

MOST_LOGGED: Final = 200
"""Of what was logged the newest so many are told."""


def activities_document(found: Activities) -> dict[str, Any]:
    """Activities by leg and deal, and the newest of what was logged."""
    whole = {each.name: getattr(found, each.name) for each in fields(found)}
    return whole | {"logged": found.logged[:MOST_LOGGED]}
