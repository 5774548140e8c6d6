"""A kept connection, opened for reading."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mellantid.connectors.http import Http
from mellantid.connectors.keeping import find_connection, values_of
from mellantid.connectors.kinds import kind_of
from mellantid.connectors.syncing import Sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mellantid.access.sealing import Seal
    from mellantid.ledger import Appended, Entries
    from mellantid.workspace import Workspace


@contextmanager
def opened(
    workspace: Workspace,
    name: str,
    seal: Seal,
    now: Callable[[], int],
    append: Callable[[Entries], Appended] | None = None,
    http: Http | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Sync]:
    """A connection, ready to be read.

    Args:
        workspace: of this thread.
        name: of the connection.
        seal: opens its secrets.
        now: gives the present moment (ms).
        append: writes entries durably; None: the workspace's ledger does.
        http: the way out to the network; None: a new one.
        stopping: asked between pages; True: stop there, to go on another time.

    Raises:
        QuestionError: there is no such connection, or the key of its secrets is missing.

    """
    connection = find_connection(workspace.ledger, name)
    kind = kind_of(connection.kind)
    values = values_of(connection, seal)
    secrets = [values[each.name] for each in kind.fields if each.secret and each.name in values]
    with http or Http(now=now) as way:
        connector = kind.make(values, way, now)
        way.keep(connector.limits)
        way.load(connection.spent)

        def write(entries: Entries) -> Appended:
            return workspace.ledger.append(entries, now())

        yield Sync(connection, connector, workspace, append or write, now, way, secrets, stopping)
