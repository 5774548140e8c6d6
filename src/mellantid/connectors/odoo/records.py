"""Reading Odoo's records: which fields this version has, opportunities, and what was tracked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError
from mellantid.connectors.odoo.calls import ARCHIVED_TOO, RightsError
from mellantid.connectors.odoo.history import Step, moment
from mellantid.connectors.odoo.stages import linked, named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mellantid.connectors.odoo.calls import Calls

Row = dict[str, Any]

LEAD: Final = "crm.lead"
TRACKING: Final = "mail.tracking.value"
MESSAGE: Final = "mail.message"
OPPORTUNITIES: Final = ["type", "=", "opportunity"]
WANTED: Final = (
    "stage_id team_id user_id active probability won_status company_currency create_date "
    "write_date date_last_stage_update date_closed date_conversion"
).split()
"""Fields of an opportunity that are read where the version has them."""
FIELDS: Final = {"stage_id": "stage", "team_id": "team", "user_id": "owner", "active": "active"}
"""Tracked fields by what they are called in `history`; the amount's name depends on the version."""
AT_ONCE: Final = 100
"""Names of deleted records that are looked up in one call."""


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
        self, model: str, domain: Sequence[Any], fields: Iterable[str], **more: Any
    ) -> list[Row]:
        """Records of a model, archived ones too."""
        rows: list[Row] = self.calls.call(
            model,
            "search_read",
            domain=list(domain),
            fields=list(fields),
            context=ARCHIVED_TOO,
            **more,
        )
        return rows

    def count(self, domain: Sequence[Any]) -> int:
        """How many opportunities there are."""
        return int(
            self.calls.call(LEAD, "search_count", domain=list(domain), context=ARCHIVED_TOO)
        )

    def ids(self) -> set[int]:
        """The ids of all opportunities."""
        return set(
            self.calls.call(LEAD, "search", domain=[OPPORTUNITIES], context=ARCHIVED_TOO)
        )

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
        amount = _first(lead, "expected_revenue", "planned_revenue")
        reason = _first(lead, "lost_reason_id", "lost_reason")
        teams = _first(self.fields("crm.stage"), "team_ids", "team_id")
        if not amount or "stage_id" not in lead:
            raise SourceError("This Odoo has no CRM: install the CRM app there, then try again.")
        read = [name for name in (*WANTED, amount, reason) if name in lead]
        return Names(tuple(read), amount, reason, teams)

    def leads(self, domain: Sequence[Any], **more: Any) -> list[Row]:
        """Opportunities, with what is read of each."""
        return self.found(LEAD, [OPPORTUNITIES, *domain], self.names.lead, **more)

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
        called = {**FIELDS, self.names.amount: "amount"}
        return Tracked(self, {int(row["id"]): called[row["name"]] for row in rows})


def _first(fields: Collection[str], *names: str) -> str:
    return next((name for name in names if name in fields), "")


class Tracked:
    """What was tracked of opportunities.

    Args:
        records: of the database.
        called: by the id of a tracked field, what `history` calls it.

    """

    def __init__(self, records: Records, called: dict[int, str]) -> None:
        self._records = records
        self._called = called
        fields = records.fields(TRACKING)
        self._field = _first(fields, "field_id", "field")
        self._money = "monetary" if "new_value_monetary" in fields else "float"

    def steps(self, leads: Sequence[Row]) -> dict[int, list[Step]]:
        """What was tracked of some opportunities until each was last written, the oldest first.

        A merge moves the messages of the deals that it deletes to the one that stays, and gives
        them a subject, which those that track fields never have: they are none of its own.
        """
        if not leads:
            return {}
        rows = self._records.found(
            TRACKING,
            [
                ["mail_message_id.model", "=", LEAD],
                ["mail_message_id.res_id", "in", [row["id"] for row in leads]],
                [self._field, "in", list(self._called)],
            ],
            ["mail_message_id", self._field, "create_date", *self._values()],
            order="id",
        )
        messages = sorted({int(linked(row["mail_message_id"])) for row in rows})
        of = {each["id"]: each for each in self._messages(messages)}
        written = {row["id"]: moment(row["write_date"]) or 0 for row in leads}
        found: dict[int, list[Step]] = {row["id"]: [] for row in leads}
        for row in rows:
            message = of.get(int(linked(row["mail_message_id"])))
            if message is None or message["subject"] or message["res_id"] not in found:
                continue
            # Written since the opportunity was read: the next look has both.
            if (moment(row["create_date"]) or 0) <= written[message["res_id"]]:
                found[message["res_id"]].append(self._step(row, message))
        return {
            key: sorted(steps, key=lambda each: (each.at, each.message))
            for key, steps in found.items()
        }

    def _values(self) -> list[str]:
        return [f"{side}_value_{kind}" for side in ("old", "new") for kind in self._kinds()]

    def _kinds(self) -> tuple[str, str]:
        return "integer", self._money

    def _messages(self, ids: list[int]) -> list[Row]:
        if not ids:
            return []
        rows: list[Row] = self._records.calls.call(
            MESSAGE, "read", ids=ids, fields=["res_id", "date", "subject"]
        )
        return rows

    def _step(self, row: Row, message: Row) -> Step:
        name = self._called[int(linked(row[self._field]))]

        def value(side: str) -> Any:  # noqa: ANN401 (any value of a field)
            number = row[f"{side}_value_integer"]
            if name == "amount":
                return float(row[f"{side}_value_{self._money}"])
            return bool(number) if name == "active" else str(number or "")

        return Step(moment(message["date"]) or 0, message["id"], name, value("old"), value("new"))

    def gone(self, name: str, living: Collection[str]) -> dict[str, str]:
        """The names by id of stages or teams that deals have passed and that are no more."""
        fields = [key for key, called in self._called.items() if called == name]
        gone: dict[str, str] = {}
        for side in ("old", "new"):
            number, text = f"{side}_value_integer", f"{side}_value_char"
            while True:
                known = [0, *(int(each) for each in (*living, *gone))]
                rows = self._records.found(
                    TRACKING,
                    [
                        ["mail_message_id.model", "=", LEAD],
                        [self._field, "in", fields],
                        [number, "not in", known],
                    ],
                    [number, text],
                    limit=AT_ONCE,
                    order="id desc",
                )
                gone |= {str(row[number]): str(row[text] or row[number]) for row in reversed(rows)}
                if len(rows) < AT_ONCE:
                    break
        return gone

    def person(self, row: Row) -> str:
        """The name of whom a row links to."""
        return named(row)
