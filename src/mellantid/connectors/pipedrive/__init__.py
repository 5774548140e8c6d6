"""Pipedrive: deals and their changelogs, within the company's daily tokens.

`client` asks, `story` turns a record and its changelog into what is told, `hooks` judges webhooks,
`source` is the connector. What is known of the interface stands in `docs/connectors/pipedrive.md`.
"""

from __future__ import annotations

from typing import Final

from mellantid.connectors.connector import Field, Kind
from mellantid.connectors.pipedrive.source import Pipedrive

KIND: Final = Kind(
    name="pipedrive",
    title="Pipedrive",
    fields=(
        Field("domain"),
        Field("token", secret=True),
        Field("daily_budget", required=False, default="30000"),
        Field("burst", required=False, default="20", choices=("20", "40", "100", "120")),
        Field("hook_user", required=False, default="mellantid"),
        Field("hook_password", secret=True, required=False),
    ),
    hooks=True,
    make=Pipedrive,
)
