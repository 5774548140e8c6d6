"""What a person gives to connect Salesforce, checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import Field, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEAMS: Final = {
    "role": "UserRole.Name",
    "department": "Department",
    "manager": "Manager.Name",
    "none": "",
}
"""Where a user's team is read from, by what a person chooses."""
REQUESTS: Final = "10000"
"""Of a day: what the smallest organisation can spare of its 15,000; larger ones have 100,000."""
FEWEST: Final = 100

FIELDS: Final = (
    Field("address"),
    Field("client_id", required=False),
    Field("client_secret", secret=True, required=False),
    Field("token", secret=True, required=False),
    Field("team", default="role", choices=tuple(TEAMS)),
    Field("currency", required=False),
    Field("requests", default=REQUESTS),
)


@dataclass(frozen=True)
class Settings:
    """How Salesforce is reached and read.

    Attributes:
        address: of the organisation, "https://acme.my.salesforce.com".
        client_id: of the app that is let in; empty where a ready token is given.
        client_secret: of the same app.
        token: a ready access token; empty where there is an app.
        team: the field of User that names the team; empty: none.
        currency: ISO 4217, of amounts where the organisation has one currency only.
        requests: how many may be sent in a day.

    """

    address: str
    client_id: str
    client_secret: str = field(repr=False)
    token: str = field(repr=False)
    team: str
    currency: str
    requests: int

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Settings:
        """Settings from the values given.

        Raises:
            SourceError: something is missing or cannot be; the message says what to give.

        """
        given = {each.name: (values.get(each.name) or each.default).strip() for each in FIELDS}
        app = bool(given["client_id"] and given["client_secret"])
        if not given["address"]:
            raise SourceError(
                "Salesforce's address is missing: give that of My Domain, such as "
                "https://acme.my.salesforce.com."
            )
        if not app and not given["token"]:
            raise SourceError(
                "Nothing lets us into Salesforce: give the app's client_id and client_secret, or "
                "an access token."
            )
        if given["team"] not in TEAMS:
            raise SourceError(
                f"The team cannot be read from {given['team']!r}: give one of {', '.join(TEAMS)}."
            )
        return cls(
            address=_address(given["address"]),
            client_id=given["client_id"] if app else "",
            client_secret=given["client_secret"] if app else "",
            token="" if app else given["token"],
            team=TEAMS[given["team"]],
            currency=_currency(given["currency"]),
            requests=_requests(given["requests"]),
        )


def _address(text: str) -> str:
    """The organisation's address without a path; the Lightning pages' host answers no requests."""
    address = text if "://" in text else f"https://{text}"
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host.replace('.lightning.force.com', '.my.salesforce.com')}"


def _currency(text: str) -> str:
    code = text.upper()
    if code and not (len(code) == len("EUR") and code.isascii() and code.isalpha()):
        raise SourceError(f"The currency {text!r} is none: give its three letters, such as EUR.")
    return code


def _requests(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST:
        raise SourceError(
            f"The requests of a day are {text!r}: give a whole number of {FEWEST} or more."
        )
    return int(text)
