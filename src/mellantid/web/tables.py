"""Tables of the pages: the report's, with the titles of one page's own words."""

from __future__ import annotations

from mellantid.metrics import metrics
from mellantid.report.writer import Column, TableWriter


class PageTables(TableWriter):
    """Writes the tables of a page."""

    def titled(self, *columns: tuple[str, str] | tuple[str, str, str]) -> list[Column]:
        """Columns by the keys of their titles, how their cells look, and what defines them."""
        return [self._titled(*column) for column in columns]

    def _titled(self, key: str, kind: str, metric: str = "") -> Column:
        definition = metrics()[metric].definition(self.language) if metric else ""
        return Column(self.words(key), kind, metric, definition)
