"""A chart for each result, for notebook, page and print: SVG or PNG without a browser."""

from mellantid.plots.course import plan, splits
from mellantid.plots.dress import save
from mellantid.plots.outcome import forecast, outcome
from mellantid.plots.stages import hazards, sojourns, win_table
from mellantid.plots.watching import watch

__all__ = [
    "forecast",
    "hazards",
    "outcome",
    "plan",
    "save",
    "sojourns",
    "splits",
    "watch",
    "win_table",
]
