"""The objects that a query may ask of, with their fields and what each field holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TEXT, NUMBER, TRUTH, MOMENT, ANY = "text", "number", "truth", "moment", "any"

SHARED: Final = {"Id": TEXT, "CreatedDate": MOMENT, "SystemModstamp": MOMENT, "IsDeleted": TRUTH}
CURRENCY: Final = "CurrencyIsoCode"
RECORD_TYPE: Final = "RecordTypeId"

FIELDS: Final[dict[str, dict[str, str]]] = {
    "Opportunity": {
        **SHARED,
        "Name": TEXT,
        "StageName": TEXT,
        "Amount": NUMBER,
        CURRENCY: TEXT,
        "OwnerId": TEXT,
        RECORD_TYPE: TEXT,
        "IsClosed": TRUTH,
        "IsWon": TRUTH,
    },
    "OpportunityHistory": {
        **SHARED,
        "OpportunityId": TEXT,
        "StageName": TEXT,
        "Amount": NUMBER,
        CURRENCY: TEXT,
        "ForecastCategory": TEXT,
        "Probability": NUMBER,
        "Opportunity.CreatedDate": MOMENT,
        "Opportunity.RecordTypeId": TEXT,
    },
    "OpportunityFieldHistory": {
        "Id": TEXT,
        "CreatedDate": MOMENT,
        "IsDeleted": TRUTH,
        "OpportunityId": TEXT,
        "Field": TEXT,
        "DataType": TEXT,
        "OldValue": ANY,
        "NewValue": ANY,
        "Opportunity.CreatedDate": MOMENT,
    },
    "OpportunityStage": {
        "Id": TEXT,
        "ApiName": TEXT,
        "MasterLabel": TEXT,
        "SortOrder": NUMBER,
        "IsActive": TRUTH,
        "IsClosed": TRUTH,
        "IsWon": TRUTH,
    },
    "RecordType": {"Id": TEXT, "Name": TEXT, "IsActive": TRUTH, "SobjectType": TEXT},
    "User": {
        "Id": TEXT,
        "Name": TEXT,
        "Email": TEXT,
        "IsActive": TRUTH,
        "UserType": TEXT,
        "Department": TEXT,
        "UserRole.Name": TEXT,
        "Manager.Name": TEXT,
    },
    "FieldDefinition": {
        "QualifiedApiName": TEXT,
        "IsFieldHistoryTracked": TRUTH,
        "EntityDefinition.QualifiedApiName": TEXT,
    },
    "Organization": {"Id": TEXT, "Name": TEXT, "OrganizationType": TEXT, "IsSandbox": TRUTH},
}


@dataclass(frozen=True)
class Options:
    """What the simulated organisation has.

    Attributes:
        life: how long a token lives, seconds.
        daily: requests that are answered in any 24 hours.
        looks: how many looks at a bulk job it takes until it is complete.
        page: rows of a page of a query.
        most: rows of one part of a bulk job's results.
        currencies: whether there are several currencies.
        record_types: whether there are record types; without them there is one pipeline.
        tracked: the lookups of opportunities whose history is kept; none: there is no such object.

    """

    life: float = 7_200.0
    daily: int = 15_000
    looks: int = 1
    page: int = 2_000
    most: int = 50_000
    currencies: bool = True
    record_types: bool = True
    tracked: tuple[str, ...] = ("OwnerId", RECORD_TYPE)


def fields_of(source: str, options: Options) -> dict[str, str] | None:
    """The fields of an object as this organisation has them; None: there is no such object."""
    if source == "OpportunityFieldHistory" and not options.tracked:
        return None
    if source == "RecordType":
        return FIELDS[source]
    found = FIELDS.get(source)
    return found and {
        name: form
        for name, form in found.items()
        if (options.currencies or name != CURRENCY)
        and (options.record_types or RECORD_TYPE not in name)
    }
