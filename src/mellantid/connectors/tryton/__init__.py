"""Tryton 8 with its module sale_opportunity, by the calls that its own clients make.

`client` asks, `reading` reads whole histories in the few `looks` at the past that show them,
`story` makes of what was seen what is told, `following` finds what is new and what is gone.
What is known of the interface stands in `docs/connectors/tryton.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mellantid.connectors.connector import Connector
    from mellantid.connectors.http import Http

WON: Final = "won"
LOST: Final = "lost,cancelled"


def make(values: Mapping[str, str], http: Http, now: Callable[[], int]) -> Connector:
    """The way to one Tryton."""
    from mellantid.connectors.tryton.connector import Tryton  # noqa: PLC0415 (only when used)

    return Tryton({"won": WON, "lost": LOST} | _said(values), http, now)


def _said(values: Mapping[str, str]) -> dict[str, str]:
    """The values that are not empty."""
    return {name: value for name, value in values.items() if value.strip()}


KIND: Final = Kind(
    name="tryton",
    title="Tryton",
    fields=(
        Field("url"),
        Field("database"),
        Field("user"),
        Field("password", secret=True),
        Field("won", required=False, default=WON),
        Field("lost", required=False, default=LOST),
    ),
    hooks=False,
    make=make,
)
