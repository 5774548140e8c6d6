"""A connection in words: how it is, what was read last, and when it is tried again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mellantid.connectors.kinds import kind_of
from mellantid.connectors.result import FILLING, FOLLOWING, HINT, RECONCILING
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.connectors.keeping import Connection
    from mellantid.web.following import Follower
    from mellantid.web.page import Page
    from mellantid.workspace import Workspace

READINGS: Final = (FILLING, FOLLOWING, HINT, RECONCILING)


@dataclass(frozen=True)
class Told:
    """A connection as a page shows it.

    Attributes:
        name: its own.
        title: of its kind of source.
        address: of its page.
        status: how it is, in words.
        fine: whether nothing need be done.
        message: what a person should know of it.
        again: when it is tried again, in words; empty: not by itself, or at once.
        progress: how far a reading that goes on has come, in words; empty: none does.
        account: whose data it is.
        processes: what its pipelines are called here.
        readings: what was done last: what, when, and with what outcome.
        refused: deals that could not be taken in, and why.

    """

    name: str
    title: str
    address: str
    status: str
    fine: bool
    message: str
    again: str
    progress: str
    account: str
    processes: tuple[str, ...]
    readings: tuple[tuple[str, str, str], ...]
    refused: tuple[tuple[str, str], ...]


def told(page: Page, workspace: Workspace, connection: Connection) -> Told:
    """Tell how a connection is."""
    t, results = page.words, connection.results
    refused: dict[str, str] = {}
    for what in READINGS:
        refused |= results.get(what, {}).get("refused", {})
    return Told(
        name=connection.name,
        title=kind_of(connection.kind).title,
        address=f"/settings/connections/{quote(connection.name, safe='')}",
        status=t(f"connection_status.{str(connection.status).replace(' ', '_')}"),
        fine=not connection.message,
        message=connection.message,
        again="" if connection.next_try is None else _when(page, workspace, connection.next_try),
        progress=_progress(page, connection),
        account=connection.account,
        processes=tuple(each.process for each in connection.courses.values()),
        readings=tuple(
            (
                t(f"connection_readings.{what}"),
                _when(page, workspace, results[what]["at"]),
                _outcome(page, results[what]),
            )
            for what in READINGS
            if what in results
        ),
        refused=tuple(refused.items()),
    )


def _when(page: Page, workspace: Workspace, moment: int) -> str:
    """A moment in the organisation's own time."""
    zone = ZoneInfo(workspace.settings.timezone)
    return numbers.moment(dt.datetime.fromtimestamp(moment / 1000, zone), page.language)


def _progress(page: Page, connection: Connection) -> str:
    follower: Follower = page.request.app.state.follower
    progress = follower.progress(connection.name)
    if progress is None:
        return ""
    done, of = progress
    count = numbers.count(done, page.language)
    if of is None:
        return page.words("connections.so_far", done=count)
    return page.words("connections.so_far_of", done=count, of=numbers.count(of, page.language))


def _n(count: int, language: str) -> str:
    return numbers.count(count, language)


def _outcome(page: Page, result: Mapping[str, Any]) -> str:
    """What a reading did."""
    t, language = page.words, page.language
    parts = [
        t(f"connections.{name}_one") if n == 1 else t(f"connections.{name}", n=_n(n, language))
        for name, n in (("outcome", result["deals"]), ("added", result["added"]))
    ]
    if result["taken_back"]:
        parts.append(t("connections.taken_back", n=_n(result["taken_back"], language)))
    if result["found"]:
        parts.append(
            t(
                "connections.mended",
                found=_n(result["found"], language),
                mended=_n(result["mended"], language),
            )
        )
    if not result["whole"]:
        parts.append(t("connections.broken_off"))
    return ", ".join(parts)
