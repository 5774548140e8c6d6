"""Readiness: the race is worked out before somebody asks, so that a first page is there at once."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mellantid.web.asking import Asking

LOOK: Final = 2.0
"""Seconds between looks at whether something is new."""
SHARE: Final = 5.0
"""It rests at least so many times as long as it has worked."""

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

    def prepare(self) -> Hashable:
        """Work out what the race pages of the organisation show now; gives what it stands on."""
        with self._asking.workspace() as workspace:
            today = workspace.clock.date(self._asking.now())
            state = (today, self._asking.state(workspace))
            for process in sorted(workspace.processes):
                # Where there is nothing to tell yet, who asks is told why.
                with suppress(MellantidError):
                    race, _ = self._asking.race(workspace, process)
                    self._asking.prepare(workspace, race)
        return state

    def _run(self) -> None:
        known: Hashable = None
        rest = 0.0
        while not self._ended.wait(rest):
            rest = LOOK
            try:
                if self._present() == known:
                    continue
                begun = monotonic()
                known = self.prepare()
                rest = max(LOOK, SHARE * (monotonic() - begun))
            except Exception:
                # Whoever asks is told of the fault; the next look may find it gone.
                log.exception("The race could not be prepared.")

    def _present(self) -> Hashable:
        with self._asking.workspace() as workspace:
            return workspace.clock.date(self._asking.now()), self._asking.state(workspace)
