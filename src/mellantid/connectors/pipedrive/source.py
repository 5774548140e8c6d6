"""Pipedrive as a source of deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mellantid.connectors.connector import SourceError
from mellantid.connectors.pipedrive import story
from mellantid.connectors.pipedrive.client import LARGEST, ONE_DEAL, PLAIN, Client, base_of, windows
from mellantid.connectors.pipedrive.hooks import hint_of
from mellantid.connectors.pipedrive.organisation import person_told, pipeline_told, team_of
from mellantid.connectors.pipedrive.reading import LISTS, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mellantid.connectors.connector import Window
    from mellantid.connectors.http import Http
    from mellantid.connectors.told import (
        Cursor,
        DealTold,
        Delivery,
        Glimpse,
        Hint,
        Page,
        PersonTold,
        PipelineTold,
    )

LIVING: Final = "open,won,lost"
PEOPLE_FOR: Final = 3_600_000
"""Milliseconds for which people are taken to be as they were: they cost most of the lists."""
NO_TEAMS: Final = (402, 403, 404, 410, 415)
"""What is answered where the plan has no teams, or the token may not see them."""


class Pipedrive:
    """One company's deals.

    Args:
        values: what a person gave, by the names of the kind's fields.
        http: the way out to the network.
        now: gives the present moment, ms UTC.

    Raises:
        SourceError: a value cannot be used.

    """

    def __init__(self, values: Mapping[str, str], http: Http, now: Callable[[], int]) -> None:
        base = base_of(values["domain"])
        self._host = urlsplit(base).hostname or ""
        self._client = Client(base, values["token"], http, now)
        budget = _number(values, "daily_budget", 30_000, 500)
        self._windows = windows(_number(values, "burst", PLAIN, PLAIN), budget)
        self._reading = Reading(self._client, now, budget)
        self._now = now
        self._people: tuple[PersonTold, ...] = ()
        self._asked = -PEOPLE_FOR
        self._user = values.get("hook_user") or "mellantid"
        self._password = values.get("hook_password", "")

    @property
    def limits(self) -> tuple[Window, ...]:
        """The short window and the day's budget."""
        return self._windows

    def account(self) -> str:
        """The company, and as whom it is read."""
        me = self._client.one("/api/v1/users/me") or {}
        return f"{me.get('company_name') or self._host} ({me.get('name') or 'unnamed'})"

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """The pipelines, each with two stages more than it has there: won and lost."""
        found = self._client.all(
            "/api/v2/pipelines", {"limit": LARGEST, "sort_by": "id", "sort_direction": "asc"}
        )
        stages = self._client.all(
            "/api/v2/stages", {"limit": LARGEST, "sort_by": "order_nr", "sort_direction": "asc"}
        )
        return tuple(pipeline_told(each, stages) for each in found)

    def people(self) -> tuple[PersonTold, ...]:
        """The users, also those who have left, with the first team that each is in."""
        if self._now() - self._asked >= PEOPLE_FOR:
            of = team_of(self._client.all("/api/v1/legacyTeams", known=NO_TEAMS))
            users = self._client.all("/api/v1/users")
            self._people = tuple(person_told(each, of) for each in users)
            self._asked = self._now()
        return self._people

    def start(self) -> Cursor:
        """From some minutes ago on: the clocks may differ."""
        return self._reading.start()

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All deals by id, then those in the archive."""
        return self._reading.everything(cursor)

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """The deals that have been updated since."""
        return self._reading.changed(cursor)

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Some deals, each by itself: a record costs a twentieth of its changelog."""
        numbered = (each for each in deals if each.isascii() and each.isdecimal())
        found = (self._client.one(f"/api/v2/deals/{each}", ONE_DEAL) for each in numbered)
        return tuple(self._reading.told(each) for each in found if each is not None)

    def glimpses(self) -> Iterator[Glimpse]:
        """All deals that are there, five hundred for some tokens."""
        for path in LISTS:
            for each in self._client.all(path, {"status": LIVING, "limit": LARGEST}):
                yield story.glimpse(each)

    def hint(self, delivery: Delivery) -> Hint:
        """The deals that a webhook names; those that were merged, both."""
        return hint_of(delivery, self._user, self._password, self._host)


def _number(values: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = (values.get(name) or str(default)).strip().replace(" ", "").replace(",", "")
    if not (text.isascii() and text.isdecimal() and int(text) >= least):
        raise SourceError(f"{name} must be a whole number of at least {least}, such as {default}.")
    return int(text)
