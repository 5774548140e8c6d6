"""Backtests that run beside the requests: one at a time, and how far it has come."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.errors import MellantidError

if TYPE_CHECKING:
    from mellantid.web.asking import Asking


@dataclass(frozen=True)
class Progress:
    """How far a backtest has come.

    Attributes:
        process: whose.
        done: origins done.
        of: of how many; 0 while it is not known yet.
        running: whether it still runs.
        error: why it could not be run; empty where it could.

    """

    process: str
    done: int = 0
    of: int = 0
    running: bool = True
    error: str = ""


class Backtests:
    """Runs backtests of a workspace in a thread of its own.

    Args:
        asking: the way to the workspace.

    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._thread: threading.Thread | None = None

    def progress(self, process: str) -> Progress | None:
        """How far the last one of a process has come; None: none has been begun here."""
        found = self._progress
        return found if found is not None and found.process == process else None

    def start(self, process: str) -> bool:
        """Begin a backtest; False: one is running already."""
        with self._lock:
            if self._progress is not None and self._progress.running:
                return False
            self._progress = Progress(process)
            # A server that stops does not wait: what is done is kept, and the next run goes on.
            self._thread = threading.Thread(target=self._run, args=(process,), daemon=True)
            self._thread.start()
        return True

    def wait(self) -> None:
        """Wait until none runs."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, process: str) -> None:
        from mellantid.backtesting import backtest  # noqa: PLC0415 (slow to load, seldom run)

        error = ""
        try:
            with self._asking.workspace() as workspace:
                backtest(workspace, self._asking.now(), process, progress=self._tell)
        except MellantidError as fault:
            error = str(fault)
        finally:
            last = self._progress or Progress(process)
            self._progress = Progress(process, last.done, last.of, running=False, error=error)

    def _tell(self, done: int, of: int) -> None:
        if self._progress is not None:
            self._progress = Progress(self._progress.process, done, of)
