"""XES event logs (IEEE 1849): one row per event, the case's own attributes as `case:` columns."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from mellantid.errors import DataError
from mellantid.importing.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})
CASE = "case:"


@dataclass
class _Reader:
    """Follows the elements of a log as they pass, and hands over the rows of each case."""

    write: Callable[[list[str]], object]
    columns: dict[str, int] = field(default_factory=dict)
    events: int = 0
    depth: int = 0
    case: dict[str, str] | None = None
    event: dict[str, str] | None = None
    of_case: list[dict[str, str]] = field(default_factory=list)
    inside: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(":")[2]
        if name == "trace":
            self.case, self.of_case = {}, []
        elif name == "event" and self.case is not None:
            self.event = {}
        elif self.case is not None:
            # An attribute of an attribute is about the attribute, not about the event.
            if not self.inside and name in ATTRIBUTES:
                target = self.event if self.event is not None else self.case
                target[attributes.get("key", "")] = attributes.get("value", "")
            self.inside += 1

    def end(self, name: str) -> None:
        """An element ends."""
        name = name.rpartition(":")[2]
        if name == "event" and self.event is not None:
            self.of_case.append(self.event)
            self.event = None
        elif name == "trace" and self.case is not None:
            self._write_case(self.case)
            self.case = None
        elif self.inside:
            self.inside -= 1

    def _write_case(self, case: dict[str, str]) -> None:
        shared = {CASE + key: value for key, value in case.items()}
        for event in self.of_case:
            self.events += 1
            values = shared | event
            for key in values:
                self.columns.setdefault(key, len(self.columns))
            row = [""] * len(self.columns)
            for key, value in values.items():
                row[self.columns[key]] = value
            self.write([str(self.events), *row])


def prepare_xes(path: Path, folder: Path) -> Prepared:
    """Stream a log into a text table; an entity of its own is refused, so that none can explode.

    Raises:
        DataError: it is not well-formed, declares entities, or has no events.

    """
    out = folder / "events.csv"
    parser = expat.ParserCreate()
    with path.open("rb") as source, out.open("w", encoding="utf-8", newline="") as target:
        reader = _Reader(csv.writer(target, lineterminator="\n").writerow)
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.EntityDeclHandler = _refuse_entity
        try:
            parser.ParseFile(source)
        except expat.ExpatError as error:
            raise DataError(
                f"The event log is not well-formed XML ({error}): export it again."
            ) from error
    if not reader.events:
        raise DataError("The file is XML but has no XES events: export it as XES or CSV.")
    return _padded(out, tuple(reader.columns))


def _refuse_entity(*_: object) -> None:
    raise DataError("The event log declares XML entities, which are not read: export it as CSV.")


def _padded(path: Path, headers: tuple[str, ...]) -> Prepared:
    """Rows written before a column first came are shorter: the reader fills them up."""
    return Prepared(path=path, headers=headers, numbered=True, detected={"format": "XES"})
