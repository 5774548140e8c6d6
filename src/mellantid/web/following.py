"""Following the connections while the app is served: a thread for each reads what is due."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, suppress
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Final

from mellantid.access.sealing import Seal
from mellantid.connectors.following import Following
from mellantid.connectors.http import Http
from mellantid.connectors.keeping import connections
from mellantid.connectors.opening import opened
from mellantid.connectors.told import Hint
from mellantid.errors import MellantidError
from mellantid.ledger.opening import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.connectors.due import Due
    from mellantid.connectors.syncing import Sync
    from mellantid.web.asking import Asking
    from mellantid.workspace import Workspace

LOOK: Final = 1.0
"""Seconds between two looks at what is due."""
WAITING: Final = 10_000
"""Hints that may wait for a connection; what more would have told, the next reading finds."""
TOGETHER: Final = 200
"""Hints that are followed at once: a thousand deals changed at once cost no thousand requests."""
LEAVING: Final = 10.0
RESTING: Final = 60.0
"""Seconds before something is tried again that only a person can mend."""

log = logging.getLogger("mellantid.connections")


class Follower:
    """Reads every connection, each in a thread of its own, so that none waits for another.

    Args:
        asking: the way to the workspace and its live writer.

    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._ended = threading.Event()
        self._readers: dict[str, _Reader] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._walk, name="follower", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, each reading after the page that it is at."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(LEAVING)
        with self._lock:
            readers = list(self._readers.values())
        for each in readers:
            each.end()
        for each in readers:
            each.stop()

    def hint(self, name: str, hint: Hint) -> None:
        """Have the deals that a webhook names read again, soon."""
        self._reader(name).ask(hint)

    def ask(self, name: str, what: Due | None = None) -> None:
        """Have something read now, or what is due looked at."""
        self._reader(name).ask(what)

    @contextmanager
    def alone(self, name: str) -> Iterator[Sync]:
        """A connection for oneself: a reading that goes on here stops after its page meanwhile.

        Raises:
            QuestionError: there is no such connection, or the key of its secrets is missing.

        """
        with self._reader(name).resting(), opened_live(self._asking, name) as sync:
            yield sync

    def progress(self, name: str) -> tuple[int, int | None] | None:
        """How many deals have been read of how many, while a reading goes on here."""
        with self._lock:
            reader = self._readers.get(name)
        return None if reader is None else reader.progress

    def _reader(self, name: str) -> _Reader:
        with self._lock:
            reader = self._readers.get(name)
            if reader is None or not reader.alive:
                reader = self._readers[name] = _Reader(self._asking, name)
                reader.start()
            return reader

    def _walk(self) -> None:
        while not self._ended.wait(LOOK):
            try:
                with self._asking.workspace() as workspace:
                    names = [each.name for each in connections(workspace.ledger)]
                for name in names:
                    self._reader(name)
            except Exception:
                # A database that cannot be read now may be read in a while, and so it is with a
                # thread that cannot be begun.
                log.exception("The connections could not be looked at.")


class _EndedError(Exception):
    """The app is being stopped while a source is waited for."""


class _Reader:
    """The thread of one connection; it ends when the connection is removed."""

    def __init__(self, asking: Asking, name: str) -> None:
        self._asking = asking
        self._name = name
        self._ended = threading.Event()
        self._asked: Queue[Hint | Due | None] = Queue(WAITING)
        self._reading = threading.Lock()
        self._waiting = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"reader {name}", daemon=True)
        self.progress: tuple[int, int | None] | None = None

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self.ask(None)

    def stop(self) -> None:
        self.end()
        self._thread.join(LEAVING)

    def ask(self, what: Hint | Due | None) -> None:
        with suppress(Full):
            self._asked.put_nowait(what)

    @contextmanager
    def resting(self) -> Iterator[None]:
        with self._counting:
            self._waiting += 1
        try:
            with self._reading:
                yield
        finally:
            with self._counting:
                self._waiting -= 1

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _stopping(self) -> bool:
        return self._ended.is_set() or self._waiting > 0

    def _run(self) -> None:
        with (
            self._asking.workspace() as workspace,
            Following(
                workspace,
                seal_of(self._asking),
                self._asking.now,
                self._asking.append,
                self._stopping,
                self._tell,
                lambda: Http(now=self._asking.now, sleep=self._wait),
            ) as following,
        ):
            rest = 0.0
            while not self._ended.wait(rest) and self._there(workspace):
                try:
                    asked = self._asked.get(timeout=LOOK)
                except Empty:
                    asked = None
                if self._ended.is_set():
                    return
                rest = self._read(workspace, following, asked)

    def _there(self, workspace: Workspace) -> bool:
        """Whether there is such a connection still."""
        return self._name in {each.name for each in connections(workspace.ledger)}

    def _read(self, workspace: Workspace, following: Following, asked: Hint | Due | None) -> float:
        """Read what was asked for, or what is due; for how many seconds to rest then."""
        try:
            with self._reading, telling(self._asking, workspace):
                if isinstance(asked, Hint):
                    # What is due is not put off by hints that come without end.
                    steps = [
                        following.take(self._name, self._with_more(asked)),
                        *following.step([self._name]),
                    ]
                elif asked is not None:
                    steps = [following.do(self._name, asked)]
                else:
                    steps = following.step([self._name])
        except MellantidError as error:
            # Such as a key that is missing: its page tells it to who can give it.
            log.warning("%s: %s", self._name, error)
        except _EndedError:
            return 0.0
        except Exception:
            log.exception("The reading of %s was broken off.", self._name)
        else:
            for each in steps:
                if each.fault:
                    log.warning("%s could not be read: %s", each.name, each.fault)
            return 0.0
        finally:
            self.progress = None
        return RESTING

    def _with_more(self, hint: Hint) -> Hint:
        """A hint and those that wait behind it, as one: a deal is then read once for all."""
        hints = [hint]
        while len(hints) < TOGETHER and not self._asked.empty():
            asked = self._asked.get_nowait()
            if not isinstance(asked, Hint):
                # It was put in later, and is done when these hints are.
                self.ask(asked)
                break
            hints.append(asked)
        deals = {deal: None for each in hints for deal in each.deals}
        keys = {key: None for each in hints for key in each.keys}
        return Hint(tuple(deals), tuple(keys), tuple(told for each in hints for told in each.told))

    def _wait(self, seconds: float) -> None:
        """Wait for a source, which may be long: not longer than the app is served."""
        if self._ended.wait(seconds):
            raise _EndedError

    def _tell(self, name: str, done: int, of: int | None) -> None:
        del name
        self.progress = (done, of)


@contextmanager
def opened_live(asking: Asking, name: str) -> Iterator[Sync]:
    """A connection whose entries go through the live writer, so that open pages are told.

    Raises:
        QuestionError: there is no such connection, or the key of its secrets is missing.

    """
    with (
        asking.workspace() as workspace,
        telling(asking, workspace),
        opened(workspace, name, seal_of(asking), asking.now, asking.append) as sync,
    ):
        yield sync


@contextmanager
def telling(asking: Asking, workspace: Workspace) -> Iterator[None]:
    """See to it that processes and people which a reading changes are known to all pages."""
    workspace.forget()
    before = workspace.processes, workspace.people
    try:
        yield
    finally:
        workspace.forget()
        if (workspace.processes, workspace.people) != before:
            asking.settled()


def seal_of(asking: Asking) -> Seal:
    """What seals the secrets of this workspace."""
    return Seal(path_of(asking.database))
