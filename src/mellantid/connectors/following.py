"""Keeping up with all connections, from one thread: what is due, and what webhooks hint at."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from mellantid.connectors.connector import SourceError
from mellantid.connectors.due import OFTEN, do, due
from mellantid.connectors.keeping import connections, find_connection
from mellantid.connectors.opening import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mellantid.access.sealing import Seal
    from mellantid.connectors.http import Http
    from mellantid.connectors.result import Result
    from mellantid.connectors.syncing import Sync
    from mellantid.connectors.told import Delivery, Hint
    from mellantid.ledger import Appended, Entries
    from mellantid.workspace import Workspace


@dataclass(frozen=True)
class Step:
    """What was done for a connection.

    Attributes:
        name: of the connection.
        result: what it brought; None where it failed.
        fault: what a person is told where it failed; empty: it did not.

    """

    name: str
    result: Result | None = None
    fault: str = ""


class Following:
    """All connections of a workspace, kept open so that their limits are kept over time.

    Args:
        workspace: of the thread that calls.
        seal: opens secrets.
        now: gives the present moment (ms).
        append: writes entries durably; None: the workspace's ledger does.
        stopping: asked between pages; True: stop there.
        often: how long after a reading of changes the next one is due (ms).
        http: makes a way out to the network; None: the network itself.

    """

    def __init__(
        self,
        workspace: Workspace,
        seal: Seal,
        now: Callable[[], int],
        append: Callable[[Entries], Appended] | None = None,
        stopping: Callable[[], bool] = lambda: False,
        often: int = OFTEN,
        http: Callable[[], Http] | None = None,
    ) -> None:
        self._workspace = workspace
        self._seal = seal
        self._now = now
        self._append = append
        self._stopping = stopping
        self._often = often
        self._http = http
        self._open: dict[str, tuple[Sync, ExitStack]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all connections."""
        for name in list(self._open):
            self._let_go(name)

    def step(self, names: Collection[str] | None = None) -> list[Step]:
        """Do one thing for each connection that something is due for; faults are told, not raised.

        What is due and when is kept with the connection, so it may be called as often as one likes.

        Args:
            names: of which connections; None: of all.

        """
        found = []
        kept = [each.name for each in connections(self._workspace.ledger)]
        for gone in set(self._open) - set(kept):
            self._let_go(gone)
        for name in kept if names is None else [each for each in kept if each in names]:
            if self._stopping():
                break
            done = self._step(name)
            if done is not None:
                found.append(done)
        return found

    def take(self, name: str, hint: Hint) -> Step:
        """Read again what a webhook hints at; a fault is told, and catching up finds the rest.

        Args:
            name: of the connection.
            hint: from `checked`.

        """
        try:
            return Step(name, self.sync(name).follow(hint))
        except SourceError as error:
            return Step(name, fault=str(error))

    def sync(self, name: str) -> Sync:
        """A connection as it is kept now, opened anew where what was given has changed.

        Raises:
            QuestionError: there is none, or the key of its secrets is missing.

        """
        kept = find_connection(self._workspace.ledger, name)
        if name in self._open:
            before = self._open[name][0].connection
            if (before.created_at, before.given, before.secrets) != (
                kept.created_at,
                kept.given,
                kept.secrets,
            ):
                self._let_go(name)
        if name not in self._open:
            stack = ExitStack()
            sync = stack.enter_context(
                opened(
                    self._workspace,
                    name,
                    self._seal,
                    self._now,
                    self._append,
                    self._http() if self._http is not None else None,
                    self._stopping,
                )
            )
            self._open[name] = sync, stack
        sync = self._open[name][0]
        sync.connection = kept
        return sync

    def _step(self, name: str) -> Step | None:
        now = self._now()
        zone = ZoneInfo(self._workspace.settings.timezone)
        hour = dt.datetime.fromtimestamp(now / 1_000, zone).hour
        kept = find_connection(self._workspace.ledger, name)
        what = due(kept, now, hour, self._often)
        if what is None:
            return None
        try:
            return Step(name, do(self.sync(name), what))
        except SourceError as error:
            return Step(name, fault=str(error))

    def _let_go(self, name: str) -> None:
        self._open.pop(name)[1].close()


def checked(
    workspace: Workspace, name: str, seal: Seal, delivery: Delivery, now: Callable[[], int]
) -> Hint | None:
    """What a webhook hints at, from any thread with a workspace of its own; no source is asked.

    Returns:
        The hint, to be given to `Following.take`; None: it has been taken in before.

    Raises:
        ForgedError: it is no webhook of this connection's source, or a stale or altered one.
        QuestionError: there is no such connection.

    """
    with opened(workspace, name, seal, now) as sync:
        return sync.verify(delivery)
