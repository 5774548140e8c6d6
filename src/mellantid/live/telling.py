"""Telling entries: each with the credit that a scoreboard gives it, made anew now and then."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, Final

from mellantid.errors import MellantidError
from mellantid.workspace import Workspace
from mellantid.workspace.scoreboard import Passing, Scoreboard, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from mellantid.ledger import Entry
    from mellantid.workspace import Race

LASTS: Final = 600.0
"""Seconds after which a scoreboard that something has happened on is made anew."""
LASTS_IDLE: Final = 3_600.0
"""The same where nothing has happened: days pass all the same."""
MOST: Final = 2_000
"""Entries after which it is."""


class Telling:
    """Entries in the order of the ledger, each told once.

    All but `_renew` runs on one thread, the feed's.

    Args:
        database: path or URL.
        race_of: gives the race of a process as it is now.
        version: of what the model depends on besides entries: settings, people, rates, targets.

    """

    def __init__(
        self,
        database: str,
        race_of: Callable[[Workspace, str], Race],
        version: Callable[[], Hashable] = lambda: 0,
    ) -> None:
        self._database = database
        self._race_of = race_of
        self._version = version
        self._boards: dict[str, Scoreboard | None] = {}
        self._made: tuple[float, Hashable] = (0.0, None)
        self._since = 0
        self._renewed: dict[str, Scoreboard | None] | None = None
        self._renewing: threading.Thread | None = None

    def prepare(self, workspace: Workspace) -> None:
        """Make the scoreboards, where there are none."""
        if not self._boards:
            self._boards = self._make(workspace)

    def tell(self, workspace: Workspace, entries: Sequence[Entry]) -> list[Passing]:
        """Tell the next entries."""
        self.prepare(workspace)
        self._take_over(workspace, entries[0].id - 1)
        told = [self._told(workspace, entry) for entry in entries]
        self._since += len(entries)
        return told

    def forget(self) -> None:
        """So much has happened that what was kept is of no use."""
        self._boards = {}
        self._renewed = None

    def look_after(self) -> None:
        """Begin to make the scoreboards anew where it is time."""
        begun, version = self._made
        lasts = LASTS if self._since else LASTS_IDLE
        old = monotonic() - begun > lasts
        changed = version != self._version()
        worn = any(board is not None and board.worn for board in self._boards.values())
        if not self._boards or not (old or changed or worn or self._since > MOST):
            return
        if self._renewing is None or not self._renewing.is_alive():
            self._renewing = threading.Thread(target=self._renew, name="scoreboard", daemon=True)
            self._renewing.start()

    def plainly(self, workspace: Workspace, entries: Sequence[Entry]) -> list[Passing]:
        """Tell entries that came when nobody followed, without credit; from any thread."""
        owners = _owners(workspace, entries)
        told = []
        for entry in entries:
            found = plain(entry)
            owner = entry.owner or owners.get((entry.process, entry.deal))
            told.append(Passing(**{**vars(found), "owner": owner}))
        return told

    def _make(self, workspace: Workspace) -> dict[str, Scoreboard | None]:
        self._made, self._since = (monotonic(), self._version()), 0
        return {name: self._board(workspace, name) for name in workspace.ledger.processes()}

    def _board(self, workspace: Workspace, process: str) -> Scoreboard | None:
        try:
            return Scoreboard.now(workspace, lambda opened: self._race_of(opened, process))
        except MellantidError:
            # Too little is known, or something is missing; the page says what.
            return None

    def _renew(self) -> None:
        with Workspace.open(self._database) as workspace:
            self._renewed = self._make(workspace)

    def _take_over(self, workspace: Workspace, position: int) -> None:
        """Go over to the new scoreboards, once all that they know of has been told."""
        boards = self._renewed
        if boards is None:
            return
        made = [board for board in boards.values() if board is not None]
        if any(board.position > position for board in made):
            return
        self._renewed = None
        first = min((board.position for board in made), default=position)
        for entry in workspace.ledger.follow(first, position - first) if made else ():
            board = boards.get(entry.process)
            if board is not None and board.position < entry.id <= position:
                try:
                    board.take(workspace, entry)
                except MellantidError:
                    boards[entry.process] = None
        self._boards = boards

    def _told(self, workspace: Workspace, entry: Entry) -> Passing:
        if entry.process not in self._boards:
            self._boards[entry.process] = self._board(workspace, entry.process)
        board = self._boards[entry.process]
        if board is None or entry.id <= board.position:
            return self.plainly(workspace, [entry])[0]
        try:
            return board.take(workspace, entry)
        except MellantidError:
            return self.plainly(workspace, [entry])[0]


def _owners(workspace: Workspace, entries: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """The last owner of the deals of entries that do not name one."""
    import json  # noqa: PLC0415 (only who was away needs it)

    deals = sorted({entry.deal for entry in entries if entry.owner is None})
    if not deals:
        return {}
    rows = workspace.ledger.rows(
        "SELECT process, deal, owner FROM entry WHERE owner IS NOT NULL "
        "AND deal IN (SELECT value FROM json_each(?)) ORDER BY occurred_at, id",
        (json.dumps(deals),),
    )
    return {(process, deal): owner for process, deal, owner in rows}
