"""Origins kept beside the database, so that a backtest that was interrupted goes on.

Each is a line with the fingerprint of what it was made from: the ledger as it was, the question and
the program's own files. A line that does not fit is not used; the file can be thrown away.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mellantid.backtesting.origin import Origin, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(frozen=True)
class Run:
    """A backtest that was run to its end.

    Attributes:
        made_from: the fingerprint of its origins.
        process: its name.
        unit: of amounts.
        every: days from one origin to the next.
        horizon: days from an origin to the last date that counts; None: to the quarter's end.
        skipped: dates with too little to foretell from, and why.
        missing: baselines that need a package that was not there.
        entries: of the process when it was run.
        at: when it was run (ms).

    """

    made_from: str
    process: str
    unit: str
    every: int
    horizon: int | None
    skipped: tuple[tuple[dt.date, str], ...]
    missing: tuple[str, ...]
    entries: int
    at: int


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
        self._write({"made_from": self._made_from, **dataclasses.asdict(origin)})

    def end(self, run: Run) -> None:
        """Keep that a run has come to its end, and what it asked."""
        self._write({"run": dataclasses.asdict(run)})

    def _write(self, record: dict[str, Any]) -> None:
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, default=str) + "\n")


def newest_run(file: Path, process: str) -> tuple[Run, tuple[Origin, ...]] | None:
    """The newest run of a process that came to its end, and its origins; None: there is none."""
    runs = [each for each in map(_run, _records(file)) if each and each.process == process]
    if not runs:
        return None
    done = _read(file, runs[-1].made_from)
    return (runs[-1], tuple(done[date] for date in sorted(done))) if done else None


def _records(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue  # the line that an interruption left half written


def _read(file: Path, made_from: str) -> dict[dt.date, Origin]:
    found = {}
    for record in _records(file):
        if record.pop("made_from", "") == made_from:
            origin = _origin(record)
            found[origin.origin] = origin
    return found


def _run(record: dict[str, Any]) -> Run | None:
    run = record.get("run")
    if run is None:
        return None
    skipped = tuple((dt.date.fromisoformat(date), why) for date, why in run["skipped"])
    return Run(**run | {"skipped": skipped, "missing": tuple(run["missing"])})


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
