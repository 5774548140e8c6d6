"""One writer: what waits together is written in one transaction, and each is told when it is kept.

An append costs a wait for the disk. Many threads that append at once share that wait: the writer
takes what has gathered while the last transaction was written, and writes it in the next. A batch
that cannot be taken in is undone alone, by a savepoint, and its neighbours are kept.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field, fields
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any, Final

from mellantid.errors import DataError, MellantidError
from mellantid.ledger import Appended, Entries, Ledger

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

WAITING: Final = 1024
"""Batches that may wait; who comes then waits before the door, and is refused after `PATIENCE`."""
PATIENCE: Final = 10.0
TOGETHER: Final = 256
"""Batches in one transaction."""
IDLE: Final = 5.0
"""Seconds without work after which the thread ends; the next append starts another."""
NOW: Final = 0.001


@dataclass(frozen=True)
class _Waiting:
    entries: Entries
    done: Future[Appended] = field(default_factory=Future)


class Writer:
    """Appends of many threads, through one thread with a connection of its own.

    Args:
        database: path or URL.
        now: gives the present moment (ms), by which entries are recorded.
        wrote: is called, on the writer's thread, after something new was kept.

    """

    def __init__(
        self, database: str, now: Callable[[], int], wrote: Callable[[], None] | None = None
    ) -> None:
        self._database = database
        self._now = now
        self._wrote = wrote
        self._queue: Queue[_Waiting | None] = Queue(WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def append(self, entries: Entries) -> Appended:
        """Add what is new; come back when it is durable.

        Raises:
            DataError: an entry cannot be one.
            MellantidError: too much is waiting to be written, or another program holds the lock.

        """
        waiting = _Waiting(entries)
        with self._lock:
            try:
                self._queue.put(waiting, timeout=PATIENCE)
            except Full as error:
                raise MellantidError(
                    "More is coming in than can be written: wait a minute, then try again."
                ) from error
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
        return waiting.done.result()

    def stop(self) -> None:
        """Write what is waiting, then end the thread; a later append starts another."""
        with self._lock:
            thread = self._thread
            self._stopping = True
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _run(self) -> None:
        try:
            ledger = Ledger.open(self._database)
        except BaseException as error:  # noqa: BLE001 (whoever waits is told)
            self._refuse(error)
            return
        with ledger:
            while (group := self._group()) is not None:
                self._write(ledger, group)

    def _refuse(self, error: BaseException) -> None:
        """Tell all who wait that there is nothing to write to, and end."""
        with self._lock:
            self._thread = None
            while not self._queue.empty():
                waiting = self._queue.get()
                if waiting is not None:
                    waiting.done.set_exception(error)

    def _group(self) -> list[_Waiting] | None:
        """What waits to be written together; None: end."""
        try:
            # A stop puts None into the queue, which wakes who waits for something.
            first = self._queue.get(timeout=NOW if self._stopping else IDLE)
        except Empty:
            first = None
        if first is None:
            with self._lock:
                if self._queue.empty():
                    self._thread = None
                    return None
            return []
        group = [first]
        while len(group) < TOGETHER:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is not None:
                group.append(waiting)
        return group

    def _write(self, ledger: Ledger, group: list[_Waiting]) -> None:
        if not group:
            return
        batches = [waiting.entries for waiting in group]
        try:
            with ledger.writing() as connection:
                now = self._now()
                outcomes = _together(ledger, connection, batches, now) or _one_by_one(
                    ledger, connection, batches, now
                )
        except Exception as error:  # noqa: BLE001 (whoever waits is told)
            for waiting in group:
                waiting.done.set_exception(error)
            return
        added = False
        for waiting, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                waiting.done.set_exception(outcome)
            else:
                added = added or outcome.added > 0
                waiting.done.set_result(outcome)
        if added and self._wrote is not None:
            self._wrote()


class _NotAllNewError(Exception):
    """Something was there already, so that each batch must be told of its own."""


def _together(
    ledger: Ledger, connection: sqlite3.Connection, batches: Sequence[Entries], now: int
) -> Sequence[Appended | Exception]:
    """Append all at once, which is quicker; nothing where one fails or is not wholly new."""
    if len(batches) == 1:
        return ()
    try:
        with ledger.writing():
            sizes = [batch.size for batch in batches]
            if ledger.append(_joined(batches, sizes), now).added != sum(sizes):
                raise _NotAllNewError  # noqa: TRY301 (it undoes the savepoint)
    except (DataError, _NotAllNewError):
        # A full disk undoes the whole transaction by itself.
        if not connection.in_transaction:
            raise
        return ()
    return [Appended(size, 0) for size in sizes]


def _one_by_one(
    ledger: Ledger, connection: sqlite3.Connection, batches: Sequence[Entries], now: int
) -> Sequence[Appended | Exception]:
    """Append each by itself; what went wrong stands in its place."""
    outcomes: list[Appended | Exception] = []
    for batch in batches:
        try:
            outcomes.append(ledger.append(batch, now))
        except Exception as error:
            if not connection.in_transaction:
                raise
            outcomes.append(error)
    return outcomes


def _joined(batches: Sequence[Entries], sizes: Sequence[int]) -> Entries:
    """All rows as one batch."""
    columns: dict[str, Any] = {}
    for each in fields(Entries):
        values: list[Any] = []
        for batch, size in zip(batches, sizes, strict=True):
            column = getattr(batch, each.name)
            if hasattr(column, "__len__") and not isinstance(column, str):
                values += list(column)
            else:
                values += [column] * size
        columns[each.name] = values
    return Entries(**columns)
