"""What has changed since an earlier reading, deletions too, by the server's own clock alone.

A deal is asked for by the moment at which it was last written. A transaction's moment is that of
its beginning and it is seen at its end, so moments are asked for again for as long as one may last;
what was read already is known by its id and moment. A deletion leaves nothing that could be asked
for: the deals that were there are remembered, and compared with those that are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mellantid.connectors.told import Page
from mellantid.connectors.tryton.reading import TOGETHER
from mellantid.connectors.tryton.values import as_told, ids_of, moment_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mellantid.connectors.told import Cursor
    from mellantid.connectors.tryton.reading import Opportunities

LONGEST: Final = 600 * 1_000_000
"""How long (µs) a transaction may last before its changes are seen, ten times what a call may."""
CREATED, WRITTEN = "create_date", "write_date"


@dataclass(frozen=True)
class Followed:
    """How far changes have been read.

    Attributes:
        since: the latest moment (µs) of a change that has been read.
        seen: the ids of those read that were changed less than `LONGEST` before, by moment.
        there: the ids of all that were there.

    """

    since: int
    seen: Mapping[int, frozenset[int]]
    there: frozenset[int]

    def as_cursor(self) -> Cursor:
        """What is to be kept of it, as JSON."""
        return {
            "since": self.since,
            "seen": {str(moment): runs_of(ids) for moment, ids in self.seen.items()},
            "there": runs_of(self.there),
        }

    @classmethod
    def from_cursor(cls, cursor: Cursor) -> Followed:
        """Read what was kept."""
        seen = {int(moment): frozenset(ids_of(runs)) for moment, runs in cursor["seen"].items()}
        return cls(int(cursor["since"]), seen, frozenset(ids_of(cursor["there"])))

    def with_read(self, changed: Mapping[int, int]) -> Followed:
        """After deals have been read, by their moment."""
        since = max((self.since, *changed.values()))
        seen = {moment: ids for moment, ids in self.seen.items() if moment > since - LONGEST}
        for deal, moment in changed.items():
            if moment > since - LONGEST:
                seen[moment] = seen.get(moment, frozenset()) | {deal}
        return replace(self, since=since, seen=seen, there=self.there | changed.keys())

    def knows(self, deal: int, moment: int) -> bool:
        """Whether a deal has been read as it was last written at a moment."""
        return deal in self.seen.get(moment, ())


def begun(opportunities: Opportunities) -> Followed:
    """How far changes have been read where all that is there is read from now on."""
    latest = [
        moment_of(record[name])
        for name in (CREATED, WRITTEN)
        for record in opportunities.records([[name, "!=", None]], [[name, "DESC"]], 1, [name])
    ]
    since = max(latest, default=0)
    return Followed(since, {}, frozenset(opportunities.there()))


def pages(opportunities: Opportunities, followed: Followed) -> Iterator[Page]:
    """The deals that came and went unseen, those that have changed, and those that are gone."""
    changed = _changed(opportunities, followed)
    unseen = opportunities.told(sorted(_between(followed, changed)))
    if unseen:
        yield Page(unseen, followed.as_cursor(), 0, len(changed))
    order = sorted(changed, key=lambda deal: (changed[deal], deal))
    for first in range(0, len(order), TOGETHER):
        part = order[first : first + TOGETHER]
        told = opportunities.told(part)
        followed = followed.with_read({deal: changed[deal] for deal in part})
        yield Page(told, followed.as_cursor(), first + len(part), len(order))
    gone = _gone(opportunities, followed)
    if gone:
        told = opportunities.told(sorted(gone))
        followed = replace(followed, there=followed.there - gone)
        of = len(order) + len(gone)
        yield Page(told, followed.as_cursor(), of, of)


def _changed(opportunities: Opportunities, followed: Followed) -> dict[int, int]:
    """The deals that were written since, as they have not been read yet, by their moment."""
    since = as_told(max(followed.since - LONGEST, 0))
    records = opportunities.records(
        ["OR", [WRITTEN, ">=", since], [CREATED, ">=", since]],
        [["id", "ASC"]],
        None,
        [CREATED, WRITTEN],
    )
    moments = {each["id"]: moment_of(each[WRITTEN] or each[CREATED]) for each in records}
    return {deal: at for deal, at in moments.items() if not followed.knows(deal, at)}


def _between(followed: Followed, changed: Mapping[int, int]) -> set[int]:
    """Ids that were given since and are not there: deleted before they were ever read."""
    highest = max(followed.there, default=0)
    return set(range(highest + 1, max(changed, default=0))) - changed.keys()


def _gone(opportunities: Opportunities, followed: Followed) -> frozenset[int]:
    """Deals that were there and are no longer; the whole list is asked for only if some must be."""
    if opportunities.count() == len(followed.there):
        return frozenset()
    return followed.there - opportunities.there()
