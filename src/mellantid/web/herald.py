"""The herald: while the app is served, looks what has happened and tells who wants to know."""

from __future__ import annotations

import logging
import threading
from time import monotonic
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError, QuestionError
from mellantid.notices.delivering import deliver_due
from mellantid.notices.finding import Seen, look
from mellantid.notices.letters_out import letters_due
from mellantid.web.letters_of import Composing
from mellantid.web.race_of import reported

if TYPE_CHECKING:
    from mellantid.notices.outbox import Result
    from mellantid.web.asking import Asking
    from mellantid.workspace import Workspace

EVERY: Final = 20.0
"""Seconds between two looks."""
PATIENCE: Final = 600_000
"""A race may be so many ms old: the next one is made for the pages."""
LATEST: Final = 120.0
"""While something always happens it waits for a calm moment, but for no more seconds than these."""
REST: Final = 600.0
"""Seconds after which a letter that could not be written is tried again."""
log = logging.getLogger("mellantid.notices")


class _NotNowError(MellantidError):
    """The next race is just being made, and what is told of it."""


class Herald:
    """Looks now and then for events and letters that are due, and sends what waits.

    What it tells of a race is what the race's page shows, which is kept: it works out nothing that
    a page would have to wait for. What is to be sent is kept in the database, so that a restart or
    a second process tells nothing twice.

    Args:
        asking: the way to the answers.

    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._latest: dict[str, float] = {}
        self._last: dict[str, Seen] = {}
        self._letters_from = 0.0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="herald", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being sent is sent."""
        self._ends.set()
        self._thread.join(EVERY)

    def round(self) -> list[Result]:
        """Look once, and send what is due; gives what became of each message."""
        with self._asking.workspace() as workspace:
            now = self._asking.now
            look(workspace, self._seen, now())
            self._write_letters(workspace)
            return deliver_due(workspace, now)

    def _seen(self, workspace: Workspace, process: str, /) -> Seen:
        """What is known of a process, in a moment in which it is kept."""
        race, _ = self._asking.race(workspace, process, patience=PATIENCE)
        last = self._last.get(process)
        if last is not None and last.race is race:
            return last
        # While a newer one is being made, what was told of this one may be gone already.
        waits = monotonic() < self._latest.setdefault(process, monotonic() + LATEST)
        if race.position < workspace.ledger.position() and waits:
            raise _NotNowError
        self._latest.pop(process)
        self._last.pop(process, None)
        data = reported(self._asking, workspace, race, None, "en")
        assert data is not None  # noqa: S101 (there is always something of everyone)
        outcome = self._asking.of(race, "outcome", lambda: workspace.outcome(race))
        return self._last.setdefault(process, Seen(race, data, outcome))

    def _write_letters(self, workspace: Workspace) -> None:
        if monotonic() < self._letters_from:
            return
        try:
            letters_due(workspace, Composing(self._asking), self._asking.now())
        except QuestionError as error:
            self._letters_from = monotonic() + REST
            log.warning("A Monday letter cannot be written: %s", error)

    def _walk(self) -> None:
        while True:
            try:
                self.round()
            except Exception:
                # Whatever it was, the next look may find it gone.
                log.exception("The round of notices was broken off.")
            if self._ends.wait(EVERY):
                return
