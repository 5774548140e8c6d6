"""The map's file: TOML read into a map, with faults named by line and key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mellantid.core.process import Process
from mellantid.errors import DataError
from mellantid.importing.mapping import Lookup, Map, Snapshot, labels_of
from mellantid.importing.names import did_you_mean, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = (
    "deal", "at", "stage", "amount", "owner", "currency", "recorded", "order", "reason",
)  # fmt: skip
SNAPSHOT: Final = ("created", "stage", "closed", "changed", "entered", "amount_known")
PROCESS: Final = (
    "name", "stages", "won", "lost", "ignore", "timezone", "holidays", "date_format", "decimal",
    "silence",
)  # fmt: skip
SECTIONS: Final = ("columns", "entered", "snapshot", "process", "lookup")
AMOUNT_KNOWN: Final = ("created", "closed")
# Where a map says nothing of columns, it is for an event log with its standard attributes.
XES_COLUMNS: Final = {
    "deal": "case:concept:name",
    "at": "time:timestamp",
    "stage": "concept:name",
    "owner": "org:resource",
}


def read_map(path: str | Path) -> Map:
    """Read a map from its TOML file.

    Raises:
        DataError: it is missing, no TOML, or says something that no map says; the message names
            the line and the key.

    """
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
        return parse_map(tomllib.loads(text), text=text, name=path.name)
    except OSError as error:
        raise DataError(f"There is no map {path}: check the name.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"The map {path.name} is not valid TOML: {error}.") from error


def parse_map(content: Mapping[str, object], *, text: str = "", name: str = "the map") -> Map:
    """Make a map from its content as TOML gives it.

    Args:
        content: sections as in INTERFACE.md.
        text: the TOML itself, so that errors can name the line.
        name: the file's name, for errors.

    Raises:
        DataError: a key is unknown, missing or of the wrong kind, or the shape is not clear.

    """
    return _Parser(content, text, name).parse()


@dataclass(frozen=True)
class _Parser:
    content: Mapping[str, object]
    text: str
    name: str

    def parse(self) -> Map:
        self.known(self.content, SECTIONS, "")
        columns = self.texts("columns", COLUMNS)
        entered = self.texts("entered", None)
        process = self.section("process", PROCESS)
        made = Map(
            process=self.process(process),
            columns=columns or dict(XES_COLUMNS),
            entered=entered,
            snapshot=self.snapshot(),
            lookups=self.lookups(),
            timezone=self.zone(process),
            holidays=self.word(process, "process", "holidays"),
            date_format=self.word(process, "process", "date_format"),
            decimal=self.one_of(process, "process", "decimal", (",", ".")),
            silence=self.days(process, "process", "silence"),
            name=self.name,
        )
        self.check(made)
        return made

    def check(self, made: Map) -> None:
        if "deal" not in made.columns:
            raise self.error("columns", None, 'name the column of the deal: deal = "..."')
        if made.entered and made.snapshot is not None:
            raise self.error("entered", None, "take either [entered] or [snapshot], not both")
        long = made.shape == "changes"
        missing = [key for key in ("at", "stage") if key not in made.columns]
        if long and missing:
            raise self.error(
                "columns", None,
                f"say {' and '.join(missing)} for one row per stage change, or write [entered] for "
                "a date per stage, or [snapshot] for one row per deal as it stands",
            )  # fmt: skip
        extra = [key for key in ("at", "stage") if key in made.columns]
        if not long and extra:
            raise self.error(
                "columns",
                extra[0],
                f"leave it out beside [{'entered' if made.entered else 'snapshot'}]",
            )
        for label in made.entered:
            if made.process.state(label) is None:
                raise self.error("entered", label, self.unlisted(made.process, label))

    def unlisted(self, process: Process, label: str) -> str:
        labels = labels_of(process)
        return f"it is no label of [process]{did_you_mean(labels, label)}: {listed(labels)}"

    def section(self, name: str, known: Sequence[str] | None) -> dict[str, object]:
        value = self.content.get(name, {})
        if not isinstance(value, Mapping):
            raise self.error(name, None, f"write it as a section [{name}]")
        if known is not None:
            self.known(value, known, name)
        return dict(value)

    def known(self, given: Mapping[str, object], known: Sequence[str], section: str) -> None:
        for key in given:
            if key not in known:
                hint = did_you_mean(known, key)
                raise self.error(section, key, f"no map has it{hint}; known are {listed(known)}")

    def texts(self, section: str, known: Sequence[str] | None) -> dict[str, str]:
        given = self.section(section, known)
        for key, value in given.items():
            if not isinstance(value, str) or not value.strip():
                raise self.error(section, key, "give it the name of a column, in quotes")
        return {key: str(value) for key, value in given.items()}

    def word(self, given: Mapping[str, object], section: str, key: str) -> str | None:
        value = given.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise self.error(section, key, "give it one text, in quotes")
        return value

    def days(self, given: Mapping[str, object], section: str, key: str) -> int:
        value = given.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(section, key, "give it a whole number of working days, no quotes")
        return value

    def one_of(
        self, given: Mapping[str, object], section: str, key: str, allowed: Sequence[str]
    ) -> str | None:
        value = self.word(given, section, key)
        if value is not None and value not in allowed:
            raise self.error(section, key, f"give it one of {listed(allowed)}")
        return value

    def labels(self, given: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            raise self.error("process", key, 'give it a list of labels: ["...", "..."]')
        return tuple(label.strip() for label in value)

    def process(self, given: Mapping[str, object]) -> Process:
        if not given:
            raise self.error("process", None, "the map needs it: stages, won and lost")
        stages = self.labels(given, "stages")
        if not stages:
            raise self.error("process", "stages", "list the open stages in their order")
        try:
            return Process(
                name=self.word(given, "process", "name") or "Sales",
                stages=stages,
                won=self.labels(given, "won"),
                lost=self.labels(given, "lost"),
                ignore=self.labels(given, "ignore"),
            )
        except DataError as error:
            raise DataError(f"In {self.name}: {error}") from error

    def zone(self, given: Mapping[str, object]) -> str:
        name = self.word(given, "process", "timezone") or "UTC"
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise self.error(
                "process", "timezone", f"{name!r} is no time zone; write one like Europe/Stockholm"
            ) from error
        return name

    def snapshot(self) -> Snapshot | None:
        given = self.section("snapshot", SNAPSHOT)
        if not given:
            return None
        words = {key: self.word(given, "snapshot", key) for key in SNAPSHOT}
        stage = words["stage"]
        if stage is None:
            raise self.error(
                "snapshot", None, 'name the column of the present stage: stage = "..."'
            )
        known = self.one_of(given, "snapshot", "amount_known", AMOUNT_KNOWN) or "created"
        entered = words["entered"]
        stages = self.labels(self.section("process", None), "stages")
        if entered is not None and entered not in stages:
            raise self.error("snapshot", "entered", "give it one of the stages of [process]")
        return Snapshot(stage, words["created"], words["closed"], words["changed"], entered, known)

    def lookups(self) -> tuple[Lookup, ...]:
        given = self.content.get("lookup", [])
        if not isinstance(given, list):
            raise self.error("lookup", None, "write it as [[lookup]] with column, file and key")
        found = []
        for entry in given:
            if not isinstance(entry, Mapping) or {*entry} != {"column", "file", "key"}:
                raise self.error("lookup", None, "give it column, file and key")
            words = {key: self.word(entry, "lookup", key) or "" for key in entry}
            found.append(Lookup(**words))
        return tuple(found)

    def error(self, section: str, key: str | None, what: str) -> DataError:
        """A fault in the map: its file, line and key, and what to do."""
        place = f"[{section}]" if section else "the top"
        at = f"{key} in {place}" if key is not None else place
        line = self.line(section, key)
        return DataError(f"{self.name}{f', line {line}' if line else ''}: {at}: {what}.")

    def line(self, section: str, key: str | None) -> int | None:
        inside = not section
        for number, text in enumerate(self.text.splitlines(), 1):
            stripped = text.strip()
            if stripped.startswith("["):
                inside = stripped.strip("[] ") == (section or key)
                if inside and (key is None or not section):
                    return number
            elif inside and key is not None:
                written = stripped.partition("=")[0].strip().strip("\"'")
                if written == key:
                    return number
        return None
