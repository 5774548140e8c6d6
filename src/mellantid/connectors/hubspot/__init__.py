"""HubSpot: deals with their property history, pipelines, owners and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mellantid.connectors.connector import Connector
    from mellantid.connectors.http import Http

ADDRESS: Final = "https://api.hubapi.com"


def make(values: Mapping[str, str], http: Http, now: Callable[[], int]) -> Connector:
    """The way to one HubSpot account."""
    from mellantid.connectors.hubspot.connector import HubSpot  # noqa: PLC0415 (only when used)

    return HubSpot(values, http, now)


KIND: Final = Kind(
    name="hubspot",
    title="HubSpot",
    fields=(
        Field("token", secret=True),
        Field("client_secret", secret=True, required=False),
        Field("requests", default="100", choices=("100", "190", "250")),
        Field("address", default=ADDRESS),
    ),
    hooks=True,
    make=make,
)
