"""Reading Odoo's records: which fields this version has, opportunities, and what was tracked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError
from mellantid.connectors.odoo.calls import ARCHIVED_TOO, RightsError
from mellantid.connectors.odoo.tracked import AMOUNT, FIELDS, TRACKING, Tracked, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.connectors.odoo.calls import Calls

Row = dict[str, Any]

LEAD: Final = "crm.lead"
OPPORTUNITIES: Final = ["type", "=", "opportunity"]
WANTED: Final = (
    *("stage_id", "team_id", "user_id", "active", "probability", "won_status"),
    *("company_currency", "create_date", "write_date"),
    *("date_last_stage_update", "date_closed", "date_conversion"),
)
"""Fields of an opportunity that are read where the version has them."""
AT_ONCE: Final = 50
"""Deals that are looked for by their ids in one call."""


@dataclass(frozen=True)
class Names:
    """What fields are called in this version.

    Attributes:
        lead: the fields of `crm.lead` to read.
        amount: of `crm.lead`.
        reason: of `crm.lead`; empty: none.
        teams: of `crm.stage`.

    """

    lead: tuple[str, ...]
    amount: str
    reason: str
    teams: str


class Records:
    """The records of one database.

    Args:
        calls: the way to call models.

    """

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def found(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Iterable[str],
        *,
        order: str = "id",
        limit: int | None = None,
    ) -> list[Row]:
        """Records of a model, archived ones too."""
        named: dict[str, Any] = {"domain": list(domain), "fields": list(fields), "order": order}
        if limit is not None:
            named["limit"] = limit
        rows: list[Row] = self.calls.call(model, "search_read", context=ARCHIVED_TOO, **named)
        return rows

    def count(self, domain: Sequence[Any]) -> int:
        """How many opportunities there are."""
        return int(self.calls.call(LEAD, "search_count", domain=list(domain), context=ARCHIVED_TOO))

    def ids(self) -> set[int]:
        """The ids of all opportunities."""
        return set(self.calls.call(LEAD, "search", domain=[OPPORTUNITIES], context=ARCHIVED_TOO))

    def fields(self, model: str) -> set[str]:
        """The fields that a model has."""
        return set(self.calls.call(model, "fields_get", attributes=["type"]))

    @cached_property
    def names(self) -> Names:
        """What fields are called in this version."""
        try:
            lead = self.fields(LEAD)
        except RightsError:
            raise RightsError(
                "The key's user may not read opportunities: give them a role in CRM's sales that "
                "sees all documents, then try again."
            ) from None
        amount = first_of(lead, "expected_revenue", "planned_revenue")
        reason = first_of(lead, "lost_reason_id", "lost_reason")
        teams = first_of(self.fields("crm.stage"), "team_ids", "team_id")
        if not amount or "stage_id" not in lead:
            raise SourceError("This Odoo has no CRM: install the CRM app there, then try again.")
        read = [name for name in (*WANTED, amount, reason) if name in lead]
        return Names(tuple(read), amount, reason, teams)

    def leads(self, condition: Sequence[Any], limit: int | None = None) -> list[Row]:
        """Opportunities by id, with what is read of each."""
        return self.found(LEAD, [OPPORTUNITIES, condition], self.names.lead, limit=limit)

    def deleted(self, ids: Sequence[int]) -> set[int]:
        """Which of some opportunities are no longer there, for certain.

        A search leaves out what the key's user may not see like what is not there. A reading by
        ids does not: it is refused where one of them is there and may not be seen.
        """
        gone: set[int] = set()
        for first in range(0, len(ids), AT_ONCE):
            asked = list(ids[first : first + AT_ONCE])
            try:
                rows = self.calls.call(
                    LEAD, "read", ids=asked, fields=["write_date"], context=ARCHIVED_TOO
                )
            except RightsError:
                continue
            gone |= set(asked) - {row["id"] for row in rows}
        return gone

    @cached_property
    def tracked(self) -> Tracked | None:
        """The way to what was tracked; None: the key's user has no right to it."""
        try:
            self.found(TRACKING, [], ["id"], limit=1)
            names = [*FIELDS, self.names.amount]
            rows = self.found(
                "ir.model.fields", [["model", "=", LEAD], ["name", "in", names]], ["name"]
            )
        except RightsError:
            return None
        called = {**FIELDS, self.names.amount: AMOUNT}
        return Tracked(
            self.found, self.fields(TRACKING), {int(row["id"]): called[row["name"]] for row in rows}
        )
