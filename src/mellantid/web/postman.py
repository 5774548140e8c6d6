"""The postman: while the app is served, letters go out on Monday mornings."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from mellantid.letters.post import read_post
from mellantid.letters.readers import outstanding
from mellantid.letters.rounds import Round, send_round, week_due
from mellantid.web.letters_of import Composing

if TYPE_CHECKING:
    from mellantid.web.asking import Asking

EVERY: Final = 30.0
"""Seconds between two looks at the clock."""
log = logging.getLogger("mellantid.letters")


class Postman:
    """Looks now and then whether letters are due, and sends them.

    What has gone out is kept in the database, so that a restart or a second process sends nothing
    twice.

    Args:
        asking: the way to the answers.

    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="postman", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a letter that is being sent is sent."""
        self._ends.set()
        self._thread.join(EVERY)

    def round(self) -> Round | None:
        """Send what is due now; None: nothing is."""
        with self._asking.workspace() as workspace:
            now = self._asking.now
            week = week_due(workspace, now())
            if week is None or not read_post(workspace.ledger).ready:
                return None
            if not outstanding(workspace.ledger, week.name, now()):
                return None
            return send_round(workspace, week, now, Composing(self._asking))

    def _walk(self) -> None:
        while True:
            try:
                done = self.round()
            except Exception:
                # Whatever it was, next Monday's letters are to go out.
                log.exception("The round of letters was broken off.")
            else:
                for email, why in (done.left if done else {}).items():
                    log.warning("The Monday letter to %s has not gone out: %s", email, why)
            if self._ends.wait(EVERY):
                return
