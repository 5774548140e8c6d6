"""What one organisation has: several currencies, record types, tracked fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import SourceError
from mellantid.connectors.salesforce.history import OWNER, RECORD_TYPE
from mellantid.connectors.salesforce.rows import text, truth
from mellantid.connectors.salesforce.soql import quoted, select

if TYPE_CHECKING:
    from mellantid.connectors.salesforce.client import Client

CURRENCY: Final = "CurrencyIsoCode"
KIND: Final = "RecordTypeId"
OPPORTUNITY: Final = "Opportunity"


@dataclass(frozen=True)
class Organisation:
    """What may be asked of an organisation.

    Attributes:
        currencies: whether opportunities have currencies of their own.
        record_types: those of opportunities, by id; empty: there are none.
        tracked: the lookups whose history is kept, as OpportunityFieldHistory calls them.

    """

    currencies: bool
    record_types: dict[str, str]
    tracked: tuple[str, ...]

    @property
    def keeps_all(self) -> bool:
        """Whether all that a deal is told from has a history."""
        return OWNER in self.tracked and (RECORD_TYPE in self.tracked or not self.record_types)

    @property
    def opportunity(self) -> tuple[str, ...]:
        """The fields to ask of Opportunity."""
        shared = ("Id", "CreatedDate", "SystemModstamp", "StageName", "Amount", "OwnerId")
        return (*shared, "IsDeleted", *self._more)

    @property
    def standing(self) -> tuple[str, ...]:
        """The fields to ask of OpportunityHistory."""
        shared = ("Id", "OpportunityId", "CreatedDate", "StageName", "Amount")
        return (*shared, CURRENCY) if self.currencies else shared

    @property
    def handover(self) -> tuple[str, ...]:
        """The fields to ask of OpportunityFieldHistory."""
        return ("Id", "OpportunityId", "CreatedDate", "Field", "OldValue", "NewValue")

    @property
    def _more(self) -> tuple[str, ...]:
        currency = (CURRENCY,) if self.currencies else ()
        return (*currency, KIND) if self.record_types else currency


def organisation(client: Client) -> Organisation:
    """What an organisation has, as it says itself.

    Raises:
        SourceError: it cannot be read; the message says what is missing.

    """
    fields = _fields(client, OPPORTUNITY)
    if fields is None or _fields(client, "OpportunityHistory") is None:
        raise SourceError(
            "Salesforce shows no opportunities: give the user that the token is for the right to "
            "read them, View All on opportunities."
        )
    where = (f"SobjectType = {quoted(OPPORTUNITY)}",)
    query = select(("Id", "Name"), "RecordType", where, order=("Name",))
    kinds = {text(each, "Id"): text(each, "Name") for each in client.records(query)}
    # A record type that nobody may use leaves the field out.
    return Organisation(CURRENCY in fields, kinds if KIND in fields else {}, _tracked(client))


def _tracked(client: Client) -> tuple[str, ...]:
    """The lookups whose history is kept; where it is kept of no field, the object is not there."""
    where = f"EntityDefinition.QualifiedApiName = {quoted(OPPORTUNITY)}"
    # FieldDefinition takes few conditions: all fields are asked for.
    fields = ("QualifiedApiName", "IsFieldHistoryTracked")
    kept = {
        text(each, fields[0])
        for each in client.records(select(fields, "FieldDefinition", (where,)))
        if truth(each, fields[1])
    }
    return tuple(name for name in (OWNER, RECORD_TYPE) if f"{name}Id" in kept)


def _fields(client: Client, source: str) -> set[str] | None:
    """The names of an object's fields; None: there is no such object for us."""
    answer = client.find(f"/sobjects/{source}/describe")
    if answer is None:
        return None
    return {str(each["name"]) for each in answer.json()["fields"]}
