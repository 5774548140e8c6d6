"""A simulated CRM's deals, stages, teams and people as Odoo's records, by the version's names."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from mellantid.simulators.crm import LOST, WON
from mellantid.simulators.odoo.domains import Row, UnknownError
from mellantid.simulators.odoo.history import Lives, Message, Tracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.simulators.crm import Deal, SimulatedCrm

TRACKED: Final = {
    "stage": (801, "stage_id", "Stage"),
    "team": (802, "team_id", "Sales Team"),
    "amount": (803, "expected_revenue", "Expected Revenue"),
    "owner": (804, "user_id", "Salesperson"),
    "active": (805, "active", "Active"),
}
REASON: Final = [3, "Too expensive"]


def written(at: int | None) -> str | bool:
    """A moment as Odoo writes it; none is False."""
    if at is None:
        return False
    return dt.datetime.fromtimestamp(at // 1000, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


class Models:
    """The records of a simulated CRM.

    Args:
        crm: what is true.
        version: of Odoo, the first number.

    """

    def __init__(self, crm: SimulatedCrm, version: int) -> None:
        self.crm = crm
        self.version = version
        self.lives = Lives(crm)
        self._leads: dict[str, tuple[int, Row]] = {}
        people_teams = sorted({user.team for user in crm.users.values() if user.team})
        self._teams = {name: 101 + place for place, name in enumerate(people_teams)}

    @property
    def currency(self) -> list[Any]:
        """The company's, as a link."""
        return [1, self.crm.currency]

    def rows(self, model: str, domain: Sequence[Any]) -> Iterable[Row]:
        """All rows of a model, archived ones too; of long ones only those that may match.

        Raises:
            UnknownError: there is no such model.

        """
        if model == "mail.tracking.value":
            return self._tracking(_asked(domain, "mail_message_id.res_id"))
        if model == "mail.message":
            return self._messages(_asked(domain, "id"))
        found = {
            "crm.lead": self._crm_lead,
            "crm.stage": self._crm_stage,
            "crm.team": self._crm_team,
            "res.users": self._res_users,
            "res.company": self._res_company,
            "ir.model.fields": self._ir_model_fields,
        }.get(model)
        if found is None:
            message = f"the model {model!r} does not exist"
            raise UnknownError(message)
        return found()

    def _crm_lead(self) -> list[Row]:
        found = []
        for deal in self.crm.deals.values():
            if deal.deleted_at is None:
                kept = self._leads.get(deal.id)
                if kept is None or kept[0] != len(deal.events):
                    kept = (len(deal.events), self._lead(deal))
                    self._leads[deal.id] = kept
                found.append(kept[1])
        return found

    def _lead(self, deal: Deal) -> Row:
        now = self.lives.of[deal.id].standing
        won = self.lives.means(str(now.stage)) == WON
        reason = "lost_reason_id" if self.version >= 16 else "lost_reason"
        return {
            "id": int(deal.id),
            "name": deal.name,
            "type": "opportunity",
            "active": now.active,
            "stage_id": self._stage_link(now.stage),
            "team_id": [now.team, self.crm.pipelines[str(now.team)].name],
            "user_id": self._user_link(now.owner),
            "expected_revenue": now.amount,
            "company_currency": self.currency,
            "probability": 0.0 if not now.active else 100.0 if won else 40.0,
            "create_date": written(deal.created_at),
            "write_date": written(deal.modified_at),
            "date_last_stage_update": written(now.stage_at),
            "date_closed": written(now.closed_at),
            "date_conversion": False,
            reason: False if now.active else REASON,
        }

    def _crm_stage(self) -> list[Row]:
        team = "team_ids" if self.version >= 19 else "team_id"
        return [
            {
                "id": int(stage.id),
                "name": stage.name,
                "sequence": place,
                "is_won": stage.means == WON,
                "fold": False,
                team: [int(line.id)] if self.version >= 19 else [int(line.id), line.name],
            }
            for line in self.crm.pipelines.values()
            for place, stage in enumerate(line.stages)
            if stage.means != LOST and not stage.gone
        ]

    def _crm_team(self) -> list[Row]:
        sells = [
            {"id": int(line.id), "name": line.name, "active": True, "use_opportunities": True}
            for line in self.crm.pipelines.values()
        ]
        others = [
            {"id": key, "name": name, "active": True, "use_opportunities": False}
            for name, key in self._teams.items()
        ]
        return [each | {"sequence": 10} for each in sells + others]

    def _res_users(self) -> list[Row]:
        return [
            {
                "id": int(user.id),
                "name": user.name,
                "login": user.email,
                "email": user.email,
                "active": user.active,
                "share": False,
                "sale_team_id": [self._teams[user.team], user.team] if user.team else False,
                "company_id": [1, "Example AB"],
            }
            for user in self.crm.users.values()
        ]

    def _res_company(self) -> list[Row]:
        return [{"id": 1, "name": "Example AB", "currency_id": self.currency, "active": True}]

    def _ir_model_fields(self) -> list[Row]:
        return [
            {"id": key, "name": name, "model": "crm.lead", "field_description": title}
            for key, name, title in TRACKED.values()
        ]

    def _tracking(self, deals: set[int] | None) -> Iterable[Row]:
        for key, life in self.lives.of.items():
            if deals is None or int(key) in deals:
                for message in life.messages:
                    for tracked in message.tracked:
                        yield self._value(int(key), message, tracked)

    def _value(self, deal: int, message: Message, tracked: Tracked) -> Row:
        key, _, title = TRACKED[tracked.name]
        old, new = tracked.old, tracked.new
        money = tracked.name == "amount"
        link = {"stage": self._stage_link, "owner": self._user_link}.get(tracked.name)
        amount = "float" if self.version >= 17 else "monetary"
        row: Row = {
            "id": tracked.id,
            "mail_message_id": [message.id, "crm.lead"],
            "create_date": written(message.at),
            "mail_message_id.model": "crm.lead",
            "mail_message_id.res_id": deal,
            "field_id" if self.version >= 17 else "field": [key, f"{title} (crm.lead)"],
        }
        for name, value in (("old", old), ("new", new)):
            row[f"{name}_value_integer"] = 0 if money else int(value)
            row[f"{name}_value_{amount}"] = value if money else 0.0
            row[f"{name}_value_char"] = link(value)[1] if link else False
        return row

    def _messages(self, wanted: set[int] | None) -> Iterable[Row]:
        for key, life in self.lives.of.items():
            for message in life.messages:
                if wanted is None or message.id in wanted:
                    yield {
                        "id": message.id,
                        "model": "crm.lead",
                        "res_id": int(key),
                        "date": written(message.at),
                        "subject": message.subject,
                    }

    def _stage_link(self, stage: int) -> list[Any]:
        lines = self.crm.pipelines.values()
        return [
            stage,
            next(
                (each.name for line in lines for each in line.stages if each.id == str(stage)),
                "Deleted stage",
            ),
        ]

    def _user_link(self, user: int) -> list[Any]:
        return [user, self.crm.users[str(user)].name]


def _asked(domain: Sequence[Any], name: str) -> set[int] | None:
    """The ids that a domain asks for by a name; None: any."""
    return next((set(each[2]) for each in domain if each[0] == name and each[1] == "in"), None)
