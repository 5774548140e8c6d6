"""What Odoo has tracked of opportunities: which fields changed, from what to what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from mellantid.connectors.odoo.history import Step, moment
from mellantid.connectors.odoo.stages import linked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

Row = dict[str, Any]

TRACKING: Final = "mail.tracking.value"
MESSAGE: Final = "mail.message"
LEAD: Final = "crm.lead"
AMOUNT: Final = "amount"
FIELDS: Final = {"stage_id": "stage", "team_id": "team", "user_id": "owner", "active": "active"}
"""Tracked fields by what `history` calls them; the amount's own name depends on the version."""
SIDES: Final = ("old", "new")
AT_ONCE: Final = 100
"""Names of deleted records that are looked up in one call."""


class Found(Protocol):
    """Reads records of a model."""

    def __call__(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Iterable[str],
        *,
        order: str = "id",
        limit: int | None = None,
    ) -> list[Row]:
        """Records, archived ones too."""
        ...


def first_of(fields: Collection[str], *names: str) -> str:
    """The first of some names that there is; empty: none."""
    return next((name for name in names if name in fields), "")


class Tracked:
    """What was tracked of opportunities.

    Args:
        found: reads records.
        fields: of the model of tracked values, which differ by version.
        called: by the id of a tracked field, what `history` calls it.

    """

    def __init__(self, found: Found, fields: Collection[str], called: dict[int, str]) -> None:
        self._found = found
        self._called = called
        self._field = first_of(fields, "field_id", "field")
        self._money = "monetary" if "new_value_monetary" in fields else "float"

    def steps(self, leads: Sequence[Row]) -> dict[int, list[Step]]:
        """What was tracked of some opportunities until each was last written, the oldest first.

        A merge moves the messages of the deals that it deletes to the one that stays, and gives
        them a subject, which those that track fields never have: they are none of its own.
        """
        if not leads:
            return {}
        values = [f"{side}_value_{kind}" for side in SIDES for kind in ("integer", self._money)]
        rows = self._found(
            TRACKING,
            [
                ["mail_message_id.model", "=", LEAD],
                ["mail_message_id.res_id", "in", [row["id"] for row in leads]],
                [self._field, "in", list(self._called)],
            ],
            ["mail_message_id", self._field, "create_date", *values],
        )
        messages = sorted({int(linked(row["mail_message_id"])) for row in rows})
        asked = [["id", "in", messages]]
        of = {
            each["id"]: each for each in self._found(MESSAGE, asked, ["res_id", "date", "subject"])
        }
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

    def _step(self, row: Row, message: Row) -> Step:
        name = self._called[int(linked(row[self._field]))]

        def value(side: str) -> Any:  # noqa: ANN401 (any value of a field)
            number = row[f"{side}_value_integer"]
            if name == AMOUNT:
                return float(row[f"{side}_value_{self._money}"])
            return bool(number) if name == "active" else str(number or "")

        return Step(moment(message["date"]) or 0, message["id"], name, value("old"), value("new"))

    def gone(self, name: str, living: Collection[str]) -> dict[str, str]:
        """The names by id of stages or teams that deals have passed and that are no more."""
        fields = [key for key, called in self._called.items() if called == name]
        gone: dict[str, str] = {}
        for side in SIDES:
            number, text = f"{side}_value_integer", f"{side}_value_char"
            while True:
                known = [0, *(int(each) for each in (*living, *gone))]
                rows = self._found(
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
