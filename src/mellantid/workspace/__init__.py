"""The workspace: one organisation's settings, people, targets, plans, its ledger and the core."""

from mellantid.workspace.moment import Moment
from mellantid.workspace.outcome import Outcome, outcome
from mellantid.workspace.people import People, Person
from mellantid.workspace.race import PER_DEAL, Race
from mellantid.workspace.rates import Rate
from mellantid.workspace.settings import Settings
from mellantid.workspace.standing import Standing, standing
from mellantid.workspace.workspace import Workspace

__all__ = [
    "PER_DEAL",
    "Moment",
    "Outcome",
    "People",
    "Person",
    "Race",
    "Rate",
    "Settings",
    "Standing",
    "Workspace",
    "outcome",
    "standing",
]
