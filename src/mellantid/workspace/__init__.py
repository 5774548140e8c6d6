"""The workspace: one organisation's settings, people, targets, plans, its ledger and the core."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from mellantid.core.names import PER_DEAL
from mellantid.workspace.people import People, Person
from mellantid.workspace.race import Race
from mellantid.workspace.rates import Rate
from mellantid.workspace.settings import Settings
from mellantid.workspace.workspace import Workspace

if TYPE_CHECKING:
    from mellantid.workspace.doubt import Doubt
    from mellantid.workspace.fitted import Fitted
    from mellantid.workspace.focus import DealFocus, Focus, LegFocus, LeverFocus
    from mellantid.workspace.outcome import Outcome
    from mellantid.workspace.pace_table import PaceTable
    from mellantid.workspace.ropes import Passage, Rope, Ropes
    from mellantid.workspace.standing import GroupStanding, LegStanding, Standing
    from mellantid.workspace.watching import LegWatch, Watch

__all__ = [
    "PER_DEAL",
    "DealFocus",
    "Doubt",
    "Fitted",
    "Focus",
    "GroupStanding",
    "LegFocus",
    "LegStanding",
    "LegWatch",
    "LeverFocus",
    "Outcome",
    "PaceTable",
    "Passage",
    "People",
    "Person",
    "Race",
    "Rate",
    "Rope",
    "Ropes",
    "Settings",
    "Standing",
    "Watch",
    "Workspace",
]

# An answer brings the part of the core that it needs; a command gives one answer, and starts sooner
# without the others.
_HOMES: Final = {
    "DealFocus": "focus",
    "Doubt": "doubt",
    "Fitted": "fitted",
    "Focus": "focus",
    "GroupStanding": "standing",
    "LegFocus": "focus",
    "LegStanding": "standing",
    "LeverFocus": "focus",
    "Outcome": "outcome",
    "PaceTable": "pace_table",
    "Passage": "ropes",
    "Rope": "ropes",
    "Ropes": "ropes",
    "Standing": "standing",
    "LegWatch": "watching",
    "Watch": "watching",
}


def __getattr__(name: str) -> object:
    """Fetch an answer's names when they are asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
