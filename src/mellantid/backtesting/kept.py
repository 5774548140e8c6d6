"""Origins kept beside the database, so that a backtest that was interrupted goes on.

Each is a line with the fingerprint of what it was made from: the ledger as it was, the question and
the program's own files. A line that does not fit is not used; the file can be thrown away.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mellantid.backtesting.origin import Origin, Told

if TYPE_CHECKING:
    from mellantid.backtesting.protocol import Question


ROOMS: Final = ("backtesting", "calendars", "core", "ledger", "workspace")


@cache
def program() -> str:
    """What the program's own files say, in short: what it computes may change with any of them."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for file in sorted(Path(str(files("mellantid").joinpath(room))).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def fingerprint(position: int, setting: str, process: str, question: Question) -> str:
    """What an origin was made from, in short."""
    parts = (program(), position, setting, process, question.every, question.horizon)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


class Kept:
    """The origins that are done.

    Args:
        file: where they are kept; None: nowhere.
        made_from: their fingerprint.

    """

    def __init__(self, file: Path | None, made_from: str) -> None:
        self._file = file
        self._made_from = made_from
        self._done = {} if file is None else _read(file, made_from)

    def get(self, origin: dt.date) -> Origin | None:
        """The origin of a date, where it is done."""
        return self._done.get(origin)

    def put(self, origin: Origin) -> None:
        """Keep one that is done."""
        self._done[origin.origin] = origin
        if self._file is None:
            return
        record = {"made_from": self._made_from, **dataclasses.asdict(origin)}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, default=str) + "\n")


def _read(file: Path, made_from: str) -> dict[dt.date, Origin]:
    if not file.exists():
        return {}
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue  # the line that an interruption left half written
        if record.pop("made_from", "") == made_from:
            origin = _origin(record)
            found[origin.origin] = origin
    return found


def _origin(record: dict[str, Any]) -> Origin:
    return Origin(
        **record
        | {
            "origin": dt.date.fromisoformat(record["origin"]),
            "until": dt.date.fromisoformat(record["until"]),
            "chances": tuple(record["chances"]),
            "won": tuple(record["won"]),
            "baselines": {name: Told(**each) for name, each in record["baselines"].items()},
        }
    )
