"""Tables of the pages: the report's, with the titles of one page's own words."""

from __future__ import annotations

from mellantid.report.writer import Column, TableWriter


class PageTables(TableWriter):
    """Writes the tables of a page."""

    def titled(self, *columns: tuple[str, str]) -> list[Column]:
        """Columns by the keys of their titles, and how their cells look."""
        return [Column(self.words(key), kind) for key, kind in columns]
