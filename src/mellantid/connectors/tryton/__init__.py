"""Tryton 8 with its module sale_opportunity, by the calls that its own clients make.

`rpc` asks, `opportunities` reads whole histories in the few `looks` at the past that show them,
`story` makes of what was seen what is told, `following` finds what is new and what is gone,
`source` is the connector. What is known of the interface stands in `docs/connectors/tryton.md`.
"""

from __future__ import annotations

from typing import Final

from mellantid.connectors.connector import Field, Kind
from mellantid.connectors.tryton.source import LOST, WON, Tryton

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
    make=Tryton,
)
