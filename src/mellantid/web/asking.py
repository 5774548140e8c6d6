"""Asking the workspace from many requests at once: what is costly is made once, and shared.

A database connection belongs to one thread, so each keeps its own. A race with its model, and what
is told of it, are pure values.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from mellantid.live import Office
from mellantid.web.keeping import Keeping
from mellantid.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterator

    from mellantid.ledger import Appended, Entries
    from mellantid.workspace import Race

RACES: Final = 8
"""Races kept: the present one of some processes, and some past days."""
ANSWERS: Final = 256
PATIENCE: Final = 30_000
"""A page at a glance may be so many ms behind while the next is being made."""

TRUSTED: Final = 1.0
"""Seconds for which settings and people are held to be as they were, if others may change them."""

Answer = TypeVar("Answer")


class _Held:
    """A thread's own workspace, closed when the thread ends."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.uses = 0
        self._known: tuple[int, float] = (0, 0.0)

    def renew(self, settled: int) -> None:
        """Read anew who is who, where this process has changed it or another may have."""
        last, read = self._known
        if not self.uses and (settled != last or monotonic() - read > TRUSTED):
            self.workspace.forget()
            self._known = settled, monotonic()

    def __del__(self) -> None:
        # Where another thread clears up, SQLite does not let it close; it lets go all the same.
        with suppress(sqlite3.ProgrammingError):
            self.workspace.ledger.close()


class Asking:
    """The way to a workspace's answers, for all threads.

    Args:
        database: path or URL.
        now: gives the present moment (ms).
        prepare: works out what is asked of nearly every race, so that nobody waits for it.

    """

    def __init__(
        self,
        database: str,
        now: Callable[[], int],
        prepare: Callable[[Asking, Workspace, Race], None] = lambda *_: None,
    ) -> None:
        self.database = database
        self.now = now
        self.prepare = partial(prepare, self)
        self._races = Keeping(now, RACES)
        self._answers = Keeping(now, ANSWERS)
        self._own = threading.local()
        self._settled = 0
        self.office = Office(
            database, now, lambda opened, name: self.race(opened, name)[0], lambda: self._settled
        )

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """The workspace, for this thread and this while; a thread keeps its own open."""
        held: _Held | None = getattr(self._own, "held", None)
        if held is None:
            held = self._own.held = _Held(Workspace.open(self.database))
        held.renew(self._settled)
        held.uses += 1
        try:
            yield held.workspace
        finally:
            held.uses -= 1

    def race(
        self,
        workspace: Workspace,
        process: str | None = None,
        as_of: dt.date | None = None,
        patience: int = 0,
    ) -> tuple[Race, tuple[str, ...]]:
        """A process as known at the end of a date, or now; and what to tell of the moment.

        Args:
            workspace: the organisation.
            process: its name; None: the only one.
            as_of: the date; None: now.
            patience: how many ms old it may be while the next is being made.

        Raises:
            QuestionError: there is nothing to ask about.

        """
        # What is entered now is known now.
        moment = workspace.moment(as_of, self.now() + 1)
        date = workspace.clock.date(moment.until - 1)
        key, state = (process, date, self._settled), self.state(workspace)

        def made(opened: Workspace) -> Race:
            return opened.race(process, moment.until)

        def made_ready(opened: Workspace) -> Race:
            fresh = made(opened)
            self.prepare(opened, fresh)
            return fresh

        if patience:
            again = partial(self._with_workspace, made_ready)
            found = self._races.recent(key, state, again, patience)
        else:
            found = self._races.fresh(key, state, partial(made, workspace))
        return found, (*moment.notes, *found.notes)

    def of(self, race: Race, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """What is told of a race: made once for it, also where a later one is known.

        Args:
            race: it.
            key: everything else that the answer depends on.
            make: makes it; it must be a pure value.

        """
        about = (race.history.process.name, race.history.until_day, key)
        return self._answers.fresh(about, (race.position, self._settled), make)

    def of_late(
        self, race: Race, key: Hashable, make: Callable[[Workspace], Answer], patience: int
    ) -> Answer:
        """The same at a glance: of this race, or of an earlier one while this one's is made.

        Args:
            race: it.
            key: everything else that the answer depends on.
            make: makes it from a workspace, perhaps after the request is over.
            patience: how many ms old it may be.

        """
        about = (race.history.process.name, race.history.until_day, self._settled, key)
        again = partial(self._with_workspace, make)
        return self._answers.recent(about, (race.position, self._settled), again, patience)

    def kept(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """An answer that is asked for often: made once for each position of the ledger.

        Args:
            key: everything that the answer depends on besides what the ledger holds.
            make: makes it; it must be a pure value.

        """
        with self.workspace() as workspace:
            state = self.state(workspace)
        return self._answers.fresh(key, state, make)

    def recent(
        self, key: Hashable, make: Callable[[Workspace], Answer], patience: int = PATIENCE
    ) -> Answer:
        """An answer at a glance: as `kept`, or of at most `patience` ms ago while it is remade.

        Args:
            key: everything that the answer depends on besides what the ledger holds.
            make: makes it from the workspace, perhaps after the request is over.
            patience: how old it may be.

        """
        with self.workspace() as workspace:
            state = self.state(workspace)
        # Only entries may be new: who has changed a setting, target or plan sees it at once.
        whole = (key, self._settled)
        return self._answers.recent(whole, state, partial(self._with_workspace, make), patience)

    def append(self, entries: Entries) -> Appended:
        """Take entries into the ledger, now; whoever follows the race is told.

        Raises:
            DataError: they are not complete.

        """
        return self.office.writer.append(entries)

    def settled(self) -> None:
        """Settings, people or rates have changed: what was folded before holds no longer."""
        self._settled += 1

    def close(self) -> None:
        """End what works beside the requests."""
        self._answers.close()
        self._races.close()
        self.office.stop()

    def state(self, workspace: Workspace) -> Hashable:
        """What answers stand on: another one, other answers."""
        return workspace.ledger.position(), self._settled

    def _with_workspace(self, make: Callable[[Workspace], Answer]) -> Answer:
        with self.workspace() as workspace:
            return make(workspace)
