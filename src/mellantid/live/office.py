"""The race office: the writer, the feed and what they share, started and stopped together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.live.feed import Feed
from mellantid.live.telling import Telling
from mellantid.live.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from mellantid.workspace import Race, Workspace


class Office:
    """All that is live of one workspace.

    Each part starts when it is first needed and may be used without a start; a start only says that
    it will be stopped.

    Args:
        database: path or URL.
        now: gives the present moment (ms).
        race_of: gives the race of a process as it is now.
        version: of what the model depends on besides entries.

    """

    def __init__(
        self,
        database: str,
        now: Callable[[], int],
        race_of: Callable[[Workspace, str], Race],
        version: Callable[[], Hashable],
    ) -> None:
        self.telling = Telling(database, race_of, version)
        self.feed = Feed(database, self.telling)
        self.writer = Writer(database, now, self.feed.wake)
        self.open = False
        self.closing = False

    def start(self) -> None:
        """Serve: from now on the feed may follow without listeners."""
        self.open, self.closing = True, False

    def close(self) -> None:
        """Tell all who listen to go: nothing more will come."""
        self.closing = True
        self.feed.tell_all()

    def stop(self) -> None:
        """End the threads."""
        self.close()
        self.open = False
        self.feed.stop()
        self.writer.stop()
