"""A playbook's file: TOML read, each fault told in one sentence with where it is."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mellantid.errors import DataError
from mellantid.metrics.metric import LANGUAGES, Text
from mellantid.playbooks.content import (
    FORMAT,
    MOST_DEALS,
    Given,
    Grade,
    PlaybookFile,
    PlaybookStage,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_BYTES: Final = 256 * 1024
MOST_STAGES: Final = 30
LONGEST: Final = 2000
MOST_DAYS: Final = 1000.0
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
TOP: Final = ("format", "name", "title", "about", "sources", "stages")
OF_SOURCE: Final = ("grade", "title", "url", "n", "note")
OF_STAGE: Final = (
    "name", "exit", "conversion", "median_days", "deals", "abilities", "activities",
)  # fmt: skip
OF_NUMBER: Final = ("value", "source")


def read_playbook(path: str | Path) -> PlaybookFile:
    """Read a playbook from its file.

    Raises:
        DataError: it is missing, no TOML, or says something that no playbook says.

    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"There is no playbook {path}: check the name.") from error
    return parse_playbook(content, path.name)


def parse_playbook(content: bytes | str, file: str = "the playbook") -> PlaybookFile:
    """Make a playbook of the text of a file.

    Args:
        content: the TOML.
        file: what to call it in an error.

    Raises:
        DataError: it is no TOML, or says something that no playbook says.

    """
    if len(content) > MOST_BYTES:
        raise DataError(f"{file} is larger than {MOST_BYTES // 1024} kB: it is no playbook.")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{file} is not valid TOML: {str(error).rstrip('.')}.") from error
    return _Reader(file).playbook(table)


class _Reader:
    """Reads one file; every method is told where it is, for its errors."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fault(self, where: str, what: str) -> DataError:
        return DataError(f"{self.file}: {where}: {what}.")

    def playbook(self, table: Mapping[str, Any]) -> PlaybookFile:
        self.known(table, TOP, "the top")
        if table.get("format") != FORMAT:
            raise self.fault("format", f"write format = {FORMAT}, which is the one that there is")
        name = table.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise self.fault("name", "give a name of small letters, digits and hyphens")
        sources = self.table(table.get("sources", {}), "sources")
        found = {key: self.source(key, each) for key, each in sources.items()}
        stages = table.get("stages")
        if not isinstance(stages, list) or not 0 < len(stages) <= MOST_STAGES:
            raise self.fault("stages", f"write 1 to {MOST_STAGES} stages, each under [[stages]]")
        return PlaybookFile(
            name=name,
            title=self.text(table.get("title"), "title"),
            about=self.optional(table.get("about"), "about"),
            sources=found,
            stages=tuple(
                self.stage(each, f"stage {number}", found) for number, each in enumerate(stages, 1)
            ),
        )

    def source(self, key: str, value: object) -> Source:
        where = f"source {key}"
        table = self.table(value, where)
        self.known(table, OF_SOURCE, where)
        if table.get("grade") not in set(Grade):
            raise self.fault(
                where,
                "give the grade A (measured, with n), B (a vendor's survey) or C (judgement)",
            )
        grade, n = Grade(table["grade"]), table.get("n")
        counted = isinstance(n, int) and not isinstance(n, bool) and n > 0
        if n is not None and not counted:
            raise self.fault(where, "give n as a whole number above 0, or leave it out")
        if grade is Grade.A and n is None:
            raise self.fault(where, "grade A needs n, the observations it stands on; else give B")
        url = self.plain(table.get("url", ""), f"{where}, url")
        if url and not url.startswith(("https://", "http://")):
            raise self.fault(f"{where}, url", "give an address that begins with https://")
        title = self.plain(table.get("title"), f"{where}, title")
        if not title:
            raise self.fault(where, "give a title: who published what, or whose judgement it is")
        return Source(key, grade, title, url, n, self.optional(table.get("note"), where))

    def stage(self, value: object, where: str, sources: Mapping[str, Source]) -> PlaybookStage:
        table = self.table(value, where)
        self.known(table, OF_STAGE, where)
        conversion = self.given(table.get("conversion"), f"{where}, conversion", sources)
        if not 0 < conversion.value < 1:
            raise self.fault(f"{where}, conversion", "give a share between 0 and 1, such as 0.6")
        days = self.given(table.get("median_days"), f"{where}, median_days", sources)
        if not 1 <= days.value <= MOST_DAYS:
            raise self.fault(f"{where}, median_days", "give 1 to 1000 working days")
        return PlaybookStage(
            name=self.text(table.get("name"), f"{where}, name"),
            exit=self.optional(table.get("exit"), f"{where}, exit"),
            conversion=conversion,
            median_days=days,
            deals=self.deals(table.get("deals"), where, (conversion, days), sources),
            abilities=self.texts(table.get("abilities", []), f"{where}, abilities"),
            activities=self.texts(table.get("activities", []), f"{where}, activities"),
        )

    def deals(
        self,
        value: object,
        where: str,
        numbers: Sequence[Given],
        sources: Mapping[str, Source],
    ) -> float:
        deals = self.number(value, f"{where}, deals")
        grade = max(sources[each.source].grade for each in numbers)
        if not 0 <= deals <= MOST_DEALS[grade]:
            raise self.fault(
                f"{where}, deals",
                f"give 0 to {MOST_DEALS[grade]:g}, which is the most that numbers of grade "
                f"{grade} may count for",
            )
        return deals

    def given(self, value: object, where: str, sources: Mapping[str, Source]) -> Given:
        if not isinstance(value, dict):
            raise self.fault(where, 'write it as { value = NUMBER, source = "KEY" }')
        self.known(value, OF_NUMBER, where)
        key = value.get("source")
        if not isinstance(key, str) or key not in sources:
            raise self.fault(
                where, f"give as source one of {', '.join(sources) or '[sources.KEY]'}"
            )
        return Given(self.number(value.get("value"), where), key)

    def number(self, value: object, where: str) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(float(str(value))):
            raise self.fault(where, "give a number")
        return float(str(value))

    def known(self, table: Mapping[str, Any], names: Sequence[str], where: str) -> None:
        strange = [key for key in table if key not in names]
        if strange:
            raise self.fault(where, f"there is no {strange[0]!r}: choose among {', '.join(names)}")

    def table(self, value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fault(where, "write it as a table of its own")
        return value

    def plain(self, value: object, where: str) -> str:
        if not isinstance(value, str) or len(value) > LONGEST:
            raise self.fault(where, f"give a text of at most {LONGEST} characters")
        return value.strip()

    def text(self, value: object, where: str) -> Text:
        if isinstance(value, dict) and set(value) != set(LANGUAGES):
            raise self.fault(where, f"give the text in {' and '.join(LANGUAGES)}, or one for both")
        given = value if isinstance(value, dict) else dict.fromkeys(LANGUAGES, value)
        said = {language: self.plain(each, where) for language, each in given.items()}
        if not all(said.values()):
            raise self.fault(where, "give a text")
        return Text(said)

    def optional(self, value: object, where: str) -> Text | None:
        return None if value in (None, "") else self.text(value, where)

    def texts(self, value: object, where: str) -> tuple[Text, ...]:
        if not isinstance(value, list):
            raise self.fault(where, "give a list of texts")
        return tuple(self.text(each, where) for each in value)
