"""The generic signed webhook: any system posts its deals' changes to us.

`signature` knows who sends, `payload` what may be said, `stages` in which pipelines; there is
nothing to ask. The form is described in `docs/connectors/webhook.md`.
"""

from __future__ import annotations

from typing import Final

from mellantid.connectors.connector import Field, Kind
from mellantid.connectors.webhook.source import Webhook

KIND: Final = Kind(
    name="webhook",
    title="Signed webhook",
    fields=(
        Field("stages"),
        Field("secret", secret=True),
        Field("secret_before", secret=True, required=False),
        Field("currency", required=False),
    ),
    hooks=True,
    make=Webhook,
    asked=False,
)
