"""A sales organisation with known truth: the demo's data and the test-bed of the model."""

from mellantid.simulation.complications import EVERYTHING, PLAIN, Complications
from mellantid.simulation.course import Stage, hazards, standard_course, varied
from mellantid.simulation.happenings import Happening, Happenings
from mellantid.simulation.organisation import Lift, Organisation, Seller
from mellantid.simulation.outcome import Outcome, won_between
from mellantid.simulation.records import clock_in, history, seen_from, wall_moments
from mellantid.simulation.simulate import simulate
from mellantid.simulation.truth import Truth

__all__ = [
    "EVERYTHING",
    "PLAIN",
    "Complications",
    "Happening",
    "Happenings",
    "Lift",
    "Organisation",
    "Outcome",
    "Seller",
    "Stage",
    "Truth",
    "clock_in",
    "hazards",
    "history",
    "seen_from",
    "simulate",
    "standard_course",
    "varied",
    "wall_moments",
    "won_between",
]
