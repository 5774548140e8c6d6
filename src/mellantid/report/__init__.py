"""The report: results as one self-contained HTML page, in English or Swedish."""

from mellantid.report.data import (
    DealLine,
    Fan,
    FanPoint,
    LegLine,
    Meta,
    Outcome,
    PaceWeek,
    ReportData,
    StageLine,
    WatchLine,
)
from mellantid.report.render import render, write_report

__all__ = [
    "DealLine",
    "Fan",
    "FanPoint",
    "LegLine",
    "Meta",
    "Outcome",
    "PaceWeek",
    "ReportData",
    "StageLine",
    "WatchLine",
    "render",
    "write_report",
]
