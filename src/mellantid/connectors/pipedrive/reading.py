"""Pipedrive's deals in parts: all of them, and what has changed since.

A part is what a broken reading loses at most; where the day's tokens end in the middle of one, what
they were spent on is told first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SpentError
from mellantid.connectors.pipedrive import story
from mellantid.connectors.pipedrive.client import COSTS
from mellantid.connectors.pipedrive.lines import moment
from mellantid.connectors.told import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mellantid.connectors.pipedrive.client import Client, Record
    from mellantid.connectors.told import Cursor, DealTold

LISTS: Final = ("/api/v2/deals", "/api/v2/deals/archived")
COUNT: Final = "/api/v1/deals/summary"
EVERY: Final = "open,won,lost,deleted"
LISTED: Final = 100
PART: Final = 25
"""Deals that are told at once: what a broken reading loses at most."""
OVERLAP: Final = 60_000
"""Milliseconds that each look for changes goes back behind the last, for what is listed late."""
SETTLED: Final = 30_000
"""Milliseconds after which no further change can bear the same time as one that has been read."""
BEFORE: Final = 300_000
"""Milliseconds by which our clock may be ahead of Pipedrive's."""
LOOKING: Final = 0.1
"""The share of a day's tokens that looking for changes may take."""
ARCHIVE_EVERY: Final = 3_600_000
"""Milliseconds between looks into the archive, which cost twice as much, at least."""


class Reading:
    """Reads one company's lists of deals.

    Args:
        client: asks.
        now: gives the present moment, ms UTC.
        budget: tokens of a day.

    """

    def __init__(self, client: Client, now: Callable[[], int], budget: int) -> None:
        self._client = client
        self._now = now
        looks = budget * LOOKING / COSTS[LISTS[0]]
        often = int(86_400_000 / looks)
        self._every = {LISTS[0]: often, LISTS[1]: max(often * 12, ARCHIVE_EVERY)}

    def start(self) -> Cursor:
        """From some minutes ago on: the clocks may differ."""
        since = self._now() - BEFORE
        return {path: {"since": since, "seen": {}, "looked": 0} for path in LISTS}

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All deals by id, then those in the archive."""
        place = cursor or {"list": LISTS[0], "cursor": None, "after": 0, "done": 0}
        if "of" not in place:
            place = {**place, "of": self._count()}
        for path in LISTS[LISTS.index(place["list"]) :]:
            if path != place["list"]:
                place = {**place, "list": path, "cursor": None, "after": 0}
            for page in self._listed(path, place):
                place = page.cursor
                yield page

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """The deals that have been updated since, where the last look was long enough ago."""
        now = self._now()
        for path in LISTS:
            if now - cursor[path]["looked"] >= self._every[path]:
                for page in self._updated(path, cursor):
                    cursor = page.cursor
                    yield page

    def told(self, record: Record) -> DealTold:
        """A deal by its record, and by its changelog where that has something to tell."""
        if story.never_changed(record):
            return story.deal_told(record, ())
        gone = story.is_deleted(record)
        return story.deal_told(record, self._client.changelog(int(record["id"]), deleted=gone))

    def _count(self) -> int:
        """How many deals there are, without those deleted and in the archive."""
        return int((self._client.one(COUNT) or {}).get("total_count") or 0)

    def _listed(self, path: str, place: Cursor) -> Iterator[Page]:
        """A list from a place on, in parts."""
        while True:
            params = {"status": EVERY, "limit": LISTED, "sort_by": "id", "sort_direction": "asc"}
            if place["cursor"]:
                params["cursor"] = place["cursor"]
            records, following = self._client.page(path, params)
            left = [each for each in records if int(each["id"]) > place["after"]]
            for told, read in self._in_parts(left):
                done = place["done"] + len(told)
                place = {**place, "after": int(read[-1]["id"]), "done": done}
                yield Page(told, place, done, max(place["of"], done))
            if following is None:
                return
            place = {**place, "cursor": following}

    def _updated(self, path: str, cursor: Cursor) -> Iterator[Page]:
        """What has changed in a list; the cursor as it is after each part."""
        since, seen = int(cursor[path]["since"]), dict(cursor[path]["seen"])
        now = self._now()
        asked: dict[str, Any] = {
            "status": EVERY,
            "limit": LISTED,
            "sort_by": "update_time",
            "sort_direction": "asc",
            "updated_since": _written(since),
        }
        following: str | None = ""
        while following is not None:
            params = {**asked, "cursor": following} if following else asked
            records, following = self._client.page(path, params)
            fresh = [each for each in records if seen.get(str(each["id"])) != _updated_at(each)]
            for told, read in self._in_parts(fresh):
                updated = {str(each["id"]): _updated_at(each) for each in read}
                seen |= {deal: at for deal, at in updated.items() if at <= now - SETTLED}
                since = max(since, _updated_at(read[-1]) - OVERLAP)
                seen = {deal: at for deal, at in seen.items() if at >= since}
                yield Page(told, {**cursor, path: {**cursor[path], "since": since, "seen": seen}})
        state = {"since": since, "seen": seen, "looked": now}
        yield Page((), {**cursor, path: state})

    def _in_parts(
        self, records: Iterable[Record]
    ) -> Iterator[tuple[tuple[DealTold, ...], list[Record]]]:
        """Deals as they are told, in parts, with their records."""
        told: list[DealTold] = []
        read: list[Record] = []
        for record in records:
            try:
                told.append(self.told(record))
            except SpentError:
                if told:
                    yield tuple(told), read
                raise
            read.append(record)
            if len(told) == PART:
                yield tuple(told), read
                told, read = [], []
        if told:
            yield tuple(told), read


def _updated_at(record: Record) -> int:
    return moment(record.get("update_time") or record.get("add_time")) or 0


def _written(at: int) -> str:
    """A moment as Pipedrive reads it."""
    return datetime.fromtimestamp(at // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
