"""Asking the workspace from many requests at once: a race is folded once for each new position.

A database connection belongs to one thread, so each request opens its own, which takes under a
millisecond. What is costly, a race with its model, is a pure value and is shared by all.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar, cast

from mellantid.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterator

    from mellantid.ledger import Appended, Entries
    from mellantid.workspace import Race

KEPT: Final = 8
"""Races kept: the present one of some processes, and some past days."""
ANSWERS: Final = 256

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Place:
    """What a race depends on: equal places have equal races."""

    process: str | None
    position: int
    date: dt.date
    settled: int


class Asking:
    """The way to a workspace's answers, for all threads.

    Args:
        database: path or URL.
        now: gives the present moment (ms).

    """

    def __init__(self, database: str, now: Callable[[], int]) -> None:
        self.database = database
        self.now = now
        self._races: dict[Place, Race] = {}
        self._lock = threading.Lock()
        self._settled = 0
        self._answers: dict[Hashable, object] = {}
        self._answers_at = (0, 0)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """The workspace, for this thread and this while."""
        with Workspace.open(self.database) as opened:
            yield opened

    def race(
        self, workspace: Workspace, process: str | None = None, as_of: dt.date | None = None
    ) -> tuple[Race, tuple[str, ...]]:
        """A process as known at the end of a date, or now; and what to tell of the moment.

        Raises:
            QuestionError: there is nothing to ask about.

        """
        # What is entered now is known now.
        moment = workspace.moment(as_of, self.now() + 1)
        date = workspace.clock.date(moment.until - 1)
        place = Place(process, workspace.ledger.position(), date, self._settled)
        with self._lock:
            found = self._races.get(place)
            if found is None:
                found = workspace.race(process, moment.until)
                self._races[place] = found
                while len(self._races) > KEPT:
                    self._races.pop(next(iter(self._races)))
        return found, (*moment.notes, *found.notes)

    def kept(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """An answer that is asked for often: made once for each position of the ledger.

        Args:
            key: everything that the answer depends on besides what the ledger holds.
            make: makes it; it must be a pure value.

        """
        with self.workspace() as workspace:
            at = (workspace.ledger.position(), self._settled)
        with self._lock:
            if at > self._answers_at:
                # What was answered before the newest entry is not asked for again.
                self._answers.clear()
                self._answers_at = at
            if at == self._answers_at and key in self._answers:
                return cast("Answer", self._answers[key])
        found = make()
        with self._lock:
            if at == self._answers_at:
                self._answers[key] = found
                while len(self._answers) > ANSWERS:
                    self._answers.pop(next(iter(self._answers)))
        return found

    def append(self, entries: Entries) -> Appended:
        """Take entries into the ledger, now.

        Raises:
            DataError: they are not complete.

        """
        with self.workspace() as workspace:
            return workspace.ledger.append(entries, self.now())

    def settled(self) -> None:
        """Settings, people or rates have changed: what was folded before holds no longer."""
        self._settled += 1
