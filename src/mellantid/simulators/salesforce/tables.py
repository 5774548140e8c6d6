"""The rows of each object, made from what is true in the simulated CRM.

Ids are the CRM's own, so that a ledger can be compared with it; real ones have 18 characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.simulators.crm import OPEN, WON, Deal, SimulatedCrm, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mellantid.simulators.crm import Event
    from mellantid.simulators.salesforce.objects import Options

Row = dict[str, Any]
CREATION: Final = 4
"""How many events create a deal."""
LOOKUPS: Final = {"owner": "Owner", "pipeline": "RecordType"}
"""What OpportunityFieldHistory calls lookups, by the CRM's name of them; the field ends in Id."""


class Tables:
    """The rows of one organisation. What is made of a deal is kept until the deal changes.

    Args:
        crm: what is true.
        options: what the organisation has.

    """

    def __init__(self, crm: SimulatedCrm, options: Options) -> None:
        self._crm, self._options = crm, options
        self._kept: dict[tuple[str, str], tuple[object, list[Row]]] = {}
        # When a deal was touched, which is not when its newest event is said to have happened.
        self._stamps: dict[str, int] = {}
        crm.listeners.append(self._touched)

    def rows(self, source: str, deals: Iterable[str] | None = None) -> Iterator[Row]:
        """The rows of an object, deleted ones too; of some deals only, where they are given."""
        if source not in {"Opportunity", "OpportunityHistory", "OpportunityFieldHistory"}:
            yield from self._small(source)
            return
        keys = (
            self._crm.deals if deals is None else [key for key in deals if key in self._crm.deals]
        )
        for key in list(keys):
            yield from self._of(source, self._crm.deals[key])

    def _touched(self, deal: Deal, _what: str, _event: Event | None) -> None:
        self._stamps[deal.id] = max(self._crm.moment(), deal.modified_at)

    def _of(self, source: str, deal: Deal) -> list[Row]:
        stamp = self._stamps.get(deal.id, deal.modified_at)
        version = (len(deal.events), deal.deleted_at, stamp)
        kept = self._kept.get((source, deal.id))
        if kept is None or kept[0] != version:
            make = {
                "Opportunity": self._opportunity,
                "OpportunityHistory": self._history,
                "OpportunityFieldHistory": self._field_history,
            }[source]
            shared = {
                "IsDeleted": deal.deleted_at is not None,
                "SystemModstamp": stamp,
                "Opportunity.CreatedDate": deal.created_at,
                "Opportunity.RecordTypeId": deal.now("pipeline"),
            }
            kept = version, [{**shared, **row} for row in make(deal)]
            self._kept[source, deal.id] = kept
        return kept[1]

    def _opportunity(self, deal: Deal) -> Iterator[Row]:
        means = self._stage(deal.now("stage")).means
        yield {
            "Id": deal.id,
            "Name": deal.name,
            "CreatedDate": deal.created_at,
            "StageName": deal.now("stage"),
            "Amount": _number(deal.now("amount")),
            "CurrencyIsoCode": deal.currency,
            "OwnerId": deal.now("owner"),
            "RecordTypeId": deal.now("pipeline"),
            "IsClosed": means != OPEN,
            "IsWon": means == WON,
        }

    def _history(self, deal: Deal) -> Iterator[Row]:
        """A row at creation and whenever stage or amount changes; some of other changes."""
        values = {each.field: each.value for each in deal.events[:CREATION]}
        told = [(deal.created_at, dict(values))]
        for event in deal.events[CREATION:]:
            if event.field in {"stage", "amount"} and values[event.field] != event.value:
                values[event.field] = event.value
                told.append((event.at, dict(values)))
        if len(told) > 1 and len(deal.events) % 2:  # as when only the close date is moved
            between = (told[0][0] + told[1][0]) // 2_000 * 1_000
            told.insert(1, (between, told[0][1]))
        for place, (at, row) in enumerate(told):
            means = self._stage(row["stage"]).means
            yield {
                "Id": f"{deal.id}h{place:05d}",
                "OpportunityId": deal.id,
                "CreatedDate": at,
                "StageName": row["stage"],
                "Amount": _number(row["amount"]),
                "CurrencyIsoCode": deal.currency,
                "ForecastCategory": {OPEN: "Pipeline", WON: "Closed"}.get(means, "Omitted"),
                "Probability": {OPEN: 50.0, WON: 100.0}.get(means, 0.0),
            }

    def _field_history(self, deal: Deal) -> Iterator[Row]:
        """Of each change of a lookup one row with ids and one with names."""
        values = {each.field: each.value for each in deal.events[:CREATION]}
        place = 0
        for event in deal.events[CREATION:]:
            old = values[event.field]
            values[event.field] = event.value
            name = LOOKUPS.get(event.field, "")
            if f"{name}Id" not in self._options.tracked or old == event.value:
                continue
            for form in ("EntityId", "Text"):
                named = form == "Text"
                yield {
                    "Id": f"{deal.id}f{place:05d}",
                    "OpportunityId": deal.id,
                    "CreatedDate": event.at,
                    "Field": name,
                    "DataType": form,
                    "OldValue": self._name(event.field, old) if named else old,
                    "NewValue": self._name(event.field, event.value) if named else event.value,
                }
                place += 1

    def _name(self, field: str, key: str) -> str:
        here: dict[str, Any] = self._crm.users if field == "owner" else self._crm.pipelines
        return str(here[key].name) if key in here else key

    def _stage(self, key: str) -> Stage:
        stages = (each for line in self._crm.pipelines.values() for each in line.stages)
        return next((each for each in stages if each.id == key), Stage(key, key))

    def _small(self, source: str) -> Iterator[Row]:
        if source == "OpportunityStage":
            yield from self._stages()
        elif source == "RecordType" and self._options.record_types:
            for line in self._crm.pipelines.values():
                yield {
                    "Id": line.id,
                    "Name": line.name,
                    "IsActive": True,
                    "SobjectType": "Opportunity",
                }
        elif source == "User":
            for user in self._crm.users.values():
                yield {
                    "Id": user.id,
                    "Name": user.name,
                    "Email": user.email,
                    "IsActive": user.active,
                    "UserType": "Standard",
                    "Department": f"Sales {user.team}",
                    "UserRole.Name": user.team,
                    "Manager.Name": None,
                }
        elif source == "FieldDefinition":
            lookups = ("OwnerId", "RecordTypeId") if self._options.record_types else ("OwnerId",)
            for name in lookups:
                yield {
                    "QualifiedApiName": name,
                    "IsFieldHistoryTracked": name in self._options.tracked,
                    "EntityDefinition.QualifiedApiName": "Opportunity",
                }
        elif source == "Organization":
            yield {
                "Id": "00DSIMULATED",
                "Name": "Simulated Ltd",
                "OrganizationType": "Enterprise Edition",
                "IsSandbox": False,
            }

    def _stages(self) -> Iterator[Row]:
        place = 0
        for line in self._crm.pipelines.values():
            for stage in line.stages:
                place += 1
                yield {
                    "Id": f"01J{stage.id}",
                    "ApiName": stage.id,
                    "MasterLabel": stage.name,
                    "SortOrder": float(place),
                    "IsActive": not stage.gone,
                    "IsClosed": stage.means != OPEN,
                    "IsWon": stage.means == WON,
                }


def _number(text: str) -> float | None:
    return float(text) if text else None
