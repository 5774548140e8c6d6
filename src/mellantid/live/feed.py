"""The feed: follows the ledger by entry number and wakes those who listen; sleeps when none does.

What other programs write is found by looking, some times a second; our own writer says so at once.
The last events are kept in memory, so that who was away goes on from the last one it saw. Who has
been away for longer reads from the ledger, and who has been away for too long loads the page again.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from mellantid.live.happened import Event, Flood
from mellantid.workspace import Workspace
from mellantid.workspace.scoreboard import Passing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mellantid.live.telling import Telling

LOOK: Final = 0.15
"""Seconds between looks at what other programs have written."""
GATHER: Final = 0.05
"""Seconds between two rounds of waking everybody."""
MANY: Final = 300
"""Entries in one step above which they are not told one by one."""
KEPT: Final = 4_000
FAR: Final = 1_000
"""Entries that a listener who was away is still told one by one."""
LINGERS: Final = 300.0
"""Seconds for which the feed goes on after a page was shown, in case that nobody listens."""


class Feed:
    """The way from the ledger to those who listen.

    Args:
        database: path or URL.
        telling: turns entries into events.

    """

    def __init__(self, database: str, telling: Telling) -> None:
        self._database = database
        self._telling = telling
        self._changed = threading.Condition()
        self._woken = False
        self._begun = False
        self._ended = False
        self._thread: threading.Thread | None = None
        self._listeners: dict[object, Callable[[], None]] = {}
        self._until = 0.0
        self._events: list[Event] = []
        # Every event with a number above `_begin` and up to `_at` is among the kept ones; who has
        # seen nothing above `_floor` has missed a flood.
        self._at: int | None = None
        self._begin = 0
        self._floor = 0

    @contextmanager
    def listening(self, wake: Callable[[], None]) -> Iterator[None]:
        """Be woken, from another thread, when there is something to take.

        Who listens several times with one `wake` is woken once.
        """
        me = object()
        with self._changed:
            self._listeners[me] = wake
            self._start()
        try:
            yield
        finally:
            with self._changed:
                self._listeners.pop(me, None)

    def linger(self) -> None:
        """Follow for a while although nobody listens."""
        with self._changed:
            self._until = monotonic() + LINGERS
            self._start()

    def rouse(self) -> None:
        """Follow again, where a fault has ended it although somebody listens."""
        with self._changed:
            if self._listeners:
                self._start()

    def wake(self) -> None:
        """Look at once: something was written."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    @property
    def begun(self) -> bool:
        """Whether what happens from now on is told with its credit."""
        return self._begun

    @property
    def awake(self) -> bool:
        """Whether it follows the ledger now."""
        return self._thread is not None

    def kept(self, after: int) -> tuple[Event, ...] | None:
        """What has happened after an entry, from memory; None: that does not go back so far."""
        with self._changed:
            at, begin, floor = self._at, self._begin, self._floor
            place = bisect_right(self._events, after, key=lambda event: event.id)
            events = tuple(self._events[place:])
        if at is None or at <= after:
            return ()
        if after < floor:
            return (Flood(at),)
        return events if after >= begin else None

    def take(self, after: int) -> tuple[Event, ...]:
        """What has happened after an entry, wherever it is kept.

        Args:
            after: the number of the last entry that was seen.

        """
        found = self.kept(after)
        if found is not None:
            return found
        with self._changed:
            begin, events = self._begin, tuple(self._events)
        with Workspace.open(self._database) as workspace:
            missed = workspace.ledger.follow(after, FAR + 1)
            missed = [entry for entry in missed if entry.id <= begin]
            if len(missed) > FAR:
                return (Flood(events[-1].id if events else begin),)
            return (*self._telling.plainly(workspace, missed), *events)

    def last(self, workspace: Workspace, count: int, position: int) -> tuple[Passing, ...]:
        """The last events up to an entry, the newest last; the older ones without credit."""
        with self._changed:
            kept = {event.id: event for event in self._events if isinstance(event, Passing)}
        entries = workspace.ledger.follow(max(position - count, 0), count)
        entries = [entry for entry in entries if entry.id <= position]
        bare = self._telling.plainly(workspace, [e for e in entries if e.id not in kept])
        told: dict[int, Passing] = kept | {event.id: event for event in bare}
        return tuple(told[entry.id] for entry in entries)

    def _start(self) -> None:
        if self._thread is None and not self._ended:
            self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._follow()
        finally:
            with self._changed:
                if self._thread is threading.current_thread():
                    self._thread = None

    def _follow(self) -> None:
        with Workspace.open(self._database) as workspace:
            if self._at is None:
                position = workspace.ledger.position()
                with self._changed:
                    self._at = self._begin = position
            self._telling.prepare(workspace)
            self._begun = True
            self.tell_all()
            while self._goes_on():
                self._step(workspace)

    def _goes_on(self) -> bool:
        """Wait for the next look; False: nobody listens any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._ended, LOOK)
            self._woken = False
            wanted = self._listeners or monotonic() < self._until
            if self._ended or not wanted:
                self._thread = None
                return False
        return True

    def _step(self, workspace: Workspace) -> None:
        assert self._at is not None  # noqa: S101 (set when the thread begins)
        self._telling.look_after()
        entries = workspace.ledger.follow(self._at, MANY + 1)
        if not entries:
            return
        if len(entries) > MANY:
            self._flooded(workspace)
        else:
            told = self._telling.tell(workspace, entries)
            with self._changed:
                self._events += told
                self._at = entries[-1].id
                self._drop()
        self.tell_all()
        sleep(GATHER)

    def _flooded(self, workspace: Workspace) -> None:
        """Tell that much has happened, and begin anew after it."""
        self._telling.forget()
        position = workspace.ledger.position()
        with self._changed:
            self._events = [Flood(position)]
            self._at = self._floor = position
            self._begin = position - 1
        self.tell_all()
        self._telling.prepare(workspace)

    def _drop(self) -> None:
        if len(self._events) > KEPT:
            gone = len(self._events) - KEPT * 3 // 4
            self._begin = self._events[gone - 1].id
            del self._events[:gone]

    def tell_all(self) -> None:
        """Wake all who listen."""
        with self._changed:
            wakes = set(self._listeners.values())
        for wake in wakes:
            wake()
