"""Users as people, with the field that names their team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.salesforce.rows import text, truth
from mellantid.connectors.salesforce.soql import among, select
from mellantid.connectors.told import PersonTold

if TYPE_CHECKING:
    from mellantid.connectors.salesforce.client import Client

OWNERS: Final = ("Standard", "PowerPartner")
"""The types of users who own opportunities; the others are customers, guests and programs."""


def people(client: Client, team: str) -> tuple[PersonTold, ...]:
    """Everybody who may own or have owned opportunities.

    Args:
        client: the way in.
        team: the field of User that names the team; empty: none.

    """
    fields = ("Id", "Name", "Email", "IsActive", *((team,) if team else ()))
    query = select(fields, "User", (among("UserType", OWNERS),))
    return tuple(
        PersonTold(
            text(record, "Id"),
            text(record, "Name"),
            text(record, "Email"),
            text(record, team) if team else "",
            truth(record, "IsActive"),
        )
        for record in client.records(query)
    )
