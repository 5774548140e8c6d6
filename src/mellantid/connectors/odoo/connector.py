"""Odoo's opportunities as a source of deals."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import Window
from mellantid.connectors.odoo.changes import Changes
from mellantid.connectors.odoo.history import Reading, deal_told, shown, standing
from mellantid.connectors.odoo.hooks import hint_of
from mellantid.connectors.odoo.records import OPPORTUNITIES, Records
from mellantid.connectors.odoo.seen import deal_seen
from mellantid.connectors.odoo.stages import (
    NO_TEAM,
    ONE,
    named,
    pipelines_of,
    teams_of,
)
from mellantid.connectors.told import DealTold, Glimpse, Page, PersonTold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mellantid.connectors.odoo.calls import Calls
    from mellantid.connectors.told import Cursor, Delivery, Hint, PipelineTold

Row = dict[str, Any]

LIMITS: Final = (Window(10, 10.0),)
"""Odoo names no number; its makers ask for no more than about one call a second, one at a time."""
DEALS: Final = 500
"""Deals in one page: their records, what was tracked of them and its messages are three calls."""
STANDING: Final = 5_000
"""Deals in one call that only asks how they stand."""
NO_RIGHT: Final = (
    "; without the right to read tracking values, so that the history before now stays unknown, "
    "and amounts and owners are dated to between two looks"
)
GONE: Final = "deleted in Odoo, or merged there into another"


class Odoo:
    """One database of Odoo's.

    Args:
        calls: the way to call its models.
        lines: one pipeline for all, or one for each team.
        secret: in the address that Odoo's automation rules call; empty: none.
        now: gives the present moment, ms UTC.

    """

    def __init__(self, calls: Calls, lines: str, secret: str, now: Callable[[], int]) -> None:
        self._records = Records(calls)
        self._calls = calls
        self._lines = lines
        self._secret = secret
        self._now = now

    @property
    def limits(self) -> tuple[Window, ...]:
        """What Odoo is asked at most."""
        return LIMITS

    def account(self) -> str:
        """The company, the key's user, and whether the history may be read."""
        user = self._calls.call("res.users", "context_get")["uid"]
        rows = self._records.found("res.users", [["id", "=", user]], ["name", "company_id"])
        who = f"{named(rows[0]['company_id'])} ({rows[0]['name']})" if rows else str(user)
        how_many = self._records.count([OPPORTUNITIES])
        told = f"{who}, {how_many} opportunities"
        return told if self._records.tracked is not None else told + NO_RIGHT

    @cached_property
    def _stages(self) -> list[Row]:
        fields = ["name", "is_won", self._records.names.teams]
        return self._records.found("crm.stage", [], fields, order="sequence, name, id")

    @cached_property
    def _reading(self) -> Reading:
        names = self._records.names
        company = self._records.found("res.company", [], ["currency_id"], limit=1)
        kept = {str(row["id"]): teams_of(row, names.teams) for row in self._stages}
        return Reading(
            None if self._lines == ONE else kept,
            names.amount,
            names.reason,
            named(company[0]["currency_id"]) if company else "",
            frozenset(str(row["id"]) for row in self._stages if row["is_won"]),
        )

    def _fresh(self) -> None:
        """Forget what may have been changed there since."""
        self.__dict__.pop("_stages", None)
        self.__dict__.pop("_reading", None)

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """The pipelines with their stages, also deleted ones that deals have passed."""
        self._fresh()
        fields = ["name", "use_opportunities"]
        teams = self._records.found("crm.team", [], fields, order="sequence, id")
        tracked = self._records.tracked
        gone, gone_teams = {}, {}
        if tracked is not None:
            gone = tracked.gone("stage", [str(row["id"]) for row in self._stages])
        if self._lines != ONE:
            if tracked is not None:
                gone_teams = tracked.gone("team", [str(row["id"]) for row in teams])
            if self._records.count([OPPORTUNITIES, ["team_id", "=", False]]):
                gone_teams[NO_TEAM] = "No sales team"
        return pipelines_of(
            self._stages,
            teams,
            self._records.names.teams,
            self._lines,
            gone=gone,
            gone_teams=gone_teams,
        )

    def people(self) -> tuple[PersonTold, ...]:
        """All internal users, archived ones too."""
        fields = ["name", "email", "active", "sale_team_id"]
        rows = self._records.found("res.users", [["share", "=", False]], fields)
        return tuple(
            PersonTold(
                str(row["id"]),
                str(row["name"]),
                str(row["email"] or ""),
                named(row["sale_team_id"]),
                bool(row["active"]),
            )
            for row in rows
        )

    def start(self) -> Cursor:
        """From the newest change on, with the ids that are there now."""
        return self._changes.start()

    @property
    def _changes(self) -> Changes:
        return Changes(self._records, self._told, self._removed, self._now)

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All opportunities in the order of their ids."""
        self._fresh()
        last, done = (cursor or {}).get("after", 0), (cursor or {}).get("done", 0)
        total = self._records.count([OPPORTUNITIES])
        while True:
            leads = self._records.leads(["id", ">", last], DEALS)
            if not leads:
                return
            last, done = leads[-1]["id"], done + len(leads)
            deals = self._told(leads)
            yield Page(deals, {"after": last, "done": done}, done, max(total, done))
            if len(leads) < DEALS:
                return

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """What has been written since, and what has vanished."""
        self._fresh()
        return self._changes.since(cursor)

    def _told(self, leads: Sequence[Row], looked: int = 0) -> tuple[DealTold, ...]:
        tracked = self._records.tracked
        if tracked is None:
            return tuple(deal_seen(lead, self._reading, looked) for lead in leads)
        steps = tracked.steps(leads)
        return tuple(deal_told(lead, steps[lead["id"]], self._reading) for lead in leads)

    def _removed(self, ids: Sequence[int]) -> tuple[DealTold, ...]:
        at = self._now()
        return tuple(
            DealTold(str(each), (), whole=False, removed_at=at, removed_why=GONE) for each in ids
        )

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Some opportunities; one that is no longer there is removed now, as far as is known."""
        ids = sorted({int(each) for each in deals if each.isascii() and each.isdigit()})
        found: list[DealTold] = []
        for first in range(0, len(ids), DEALS):
            wanted = ids[first : first + DEALS]
            leads = self._records.leads(["id", "in", wanted])
            found += self._told(leads)
            missing = sorted(set(wanted) - {lead["id"] for lead in leads})
            found += self._removed(sorted(self._records.deleted(missing)))
        return tuple(found)

    def glimpses(self) -> Iterator[Glimpse]:
        """How every opportunity stands."""
        self._fresh()
        last = 0
        while True:
            rows = self._records.leads(["id", ">", last], STANDING)
            yield from (self._glimpse(row) for row in rows)
            if len(rows) < STANDING:
                return
            last = rows[-1]["id"]

    def _glimpse(self, lead: Row) -> Glimpse:
        said = shown(standing(lead, self._reading), self._reading)
        return Glimpse(str(lead["id"]), **said)

    def hint(self, delivery: Delivery) -> Hint:
        """What an automation rule's delivery hints at."""
        return hint_of(delivery, self._secret)
