"""Readiness: the race is worked out before somebody asks, so that a first page is there at once."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError
from mellantid.web.asking import PATIENCE

if TYPE_CHECKING:
    from mellantid.web.asking import Asking

LOOK: Final = 2.0
"""Seconds between looks at whether something is new."""
LATEST: Final = 25.0
"""While something always happens it waits for a calm moment, but for no more seconds than these."""

log = logging.getLogger(__name__)


class Readiness:
    """Keeps every process's race at hand, in a thread of its own.

    Args:
        asking: the way to the answers.

    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="readiness", daemon=True)

    def start(self) -> None:
        """Begin, and go on until it is stopped."""
        self._thread.start()

    def stop(self) -> None:
        """Make nothing more."""
        self._ended.set()
        self._thread.join()

    def prepare(self) -> None:
        """See to it that what the race pages of the organisation show is there, or being made."""
        with self._asking.workspace() as workspace:
            for process in sorted(workspace.processes):
                # Where there is nothing to tell yet, who asks is told why.
                with suppress(MellantidError):
                    race, _ = self._asking.race(workspace, process, patience=PATIENCE)
                    self._asking.prepare(workspace, race)

    def _run(self) -> None:
        wait = due = 0.0
        seen = None
        while not self._ended.wait(wait):
            wait = LOOK
            try:
                present = self._position()
                calm, seen = present == seen, present
                if calm or monotonic() >= due:
                    self.prepare()
                    due = monotonic() + LATEST
            except Exception:
                # Whoever asks is told of the fault; the next look may find it gone.
                log.exception("The race could not be prepared.")

    def _position(self) -> int:
        with self._asking.workspace() as workspace:
            return workspace.ledger.position()
