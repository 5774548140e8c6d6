"""The simulated CRM whole: what is true (`truth`), filled with a past (`filling`), as `facts`."""

from mellantid.simulators.facts import Fact, facts
from mellantid.simulators.filling import filled
from mellantid.simulators.truth import (
    DAY,
    LOST,
    OPEN,
    SECOND,
    WON,
    Deal,
    Event,
    Pipeline,
    SimulatedCrm,
    Stage,
    User,
)

__all__ = [
    "DAY",
    "LOST",
    "OPEN",
    "SECOND",
    "WON",
    "Deal",
    "Event",
    "Fact",
    "Pipeline",
    "SimulatedCrm",
    "Stage",
    "User",
    "facts",
    "filled",
]
