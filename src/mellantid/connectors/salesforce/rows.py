"""What the records hold that a deal is told from, in JSON or in CSV."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

MASTER: Final = "012000000000000AAA"
"""The id that Salesforce has for "no record type": a pipeline of its own."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """How an opportunity stands.

    Attributes:
        id: its id.
        created: when, ms UTC.
        stamp: when anything of it was last changed, also by Salesforce itself, ms UTC.
        pipeline: the id of its record type, or `MASTER`.
        stage: the API name of its stage.
        amount: None: it has none.
        currency: ISO 4217; empty where the organisation has one currency only.
        owner: the id of a user.
        deleted: whether it is in the recycle bin.

    """

    id: str
    created: int
    stamp: int
    pipeline: str
    stage: str
    amount: float | None
    currency: str
    owner: str
    deleted: bool

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Opportunity:
        """From a record of Opportunity."""
        return cls(
            text(record, "Id"),
            moment(record, "CreatedDate"),
            moment(record, "SystemModstamp"),
            text(record, "RecordTypeId") or MASTER,
            text(record, "StageName"),
            number(record, "Amount"),
            text(record, "CurrencyIsoCode"),
            text(record, "OwnerId"),
            truth(record, "IsDeleted"),
        )


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """What an opportunity was from a moment on: a row of OpportunityHistory, in order of time."""

    at: int
    id: str
    deal: str
    stage: str
    amount: float | None
    currency: str

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Standing:
        """From a record of OpportunityHistory."""
        return cls(
            moment(record, "CreatedDate"),
            text(record, "Id"),
            text(record, "OpportunityId"),
            text(record, "StageName"),
            number(record, "Amount"),
            text(record, "CurrencyIsoCode"),
        )


@dataclass(frozen=True, slots=True, order=True)
class Handover:
    """A new owner or record type: a row of OpportunityFieldHistory, in order of time."""

    at: int
    id: str
    deal: str
    field: str
    old: str
    new: str

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Handover:
        """From a record of OpportunityFieldHistory."""
        return cls(
            moment(record, "CreatedDate"),
            text(record, "Id"),
            text(record, "OpportunityId"),
            text(record, "Field"),
            text(record, "OldValue"),
            text(record, "NewValue"),
        )


def text(record: Mapping[str, Any], name: str) -> str:
    """A field as text; empty where it is null, or where it was not asked for."""
    value: Any = record
    for part in [name] if name in record else name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def number(record: Mapping[str, Any], name: str) -> float | None:
    """A field as a number; None where it is null."""
    said = text(record, name)
    try:
        return float(said) if said else None
    except ValueError:
        raise _unknown(name) from None


def truth(record: Mapping[str, Any], name: str) -> bool:
    """A field that is true or false."""
    return text(record, name).lower() == "true"


def moment(record: Mapping[str, Any], name: str) -> int:
    """A field as a moment, ms UTC."""
    try:
        when = dt.datetime.fromisoformat(text(record, name))
    except ValueError:
        raise _unknown(name) from None
    return round(when.replace(tzinfo=when.tzinfo or dt.UTC).timestamp() * 1_000)


def _unknown(name: str) -> SourceError:
    return SourceError(
        f"Salesforce tells {name} in a form that is not known: check the interface's version."
    )
