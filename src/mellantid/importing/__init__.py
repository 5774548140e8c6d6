"""Importing: files into ledger entries: readers, detection, map, the three shapes, report."""

from mellantid.importing.importer import import_file
from mellantid.importing.map_file import parse_map, read_map
from mellantid.importing.mapping import Lookup, Map, Shape, Snapshot
from mellantid.importing.prepared import Rejected
from mellantid.importing.refusal import date_columns, refuse_without_dates
from mellantid.importing.report import Progress, Report
from mellantid.importing.table import Table, open_table

__all__ = [
    "Lookup",
    "Map",
    "Progress",
    "Rejected",
    "Report",
    "Shape",
    "Snapshot",
    "Table",
    "date_columns",
    "import_file",
    "open_table",
    "parse_map",
    "read_map",
    "refuse_without_dates",
]
