"""Pipedrive's webhooks (version 2): who sends one, of what deal, and when.

Pipedrive signs nothing. What shows that a delivery comes from there are the name and password that
the webhook was made with, which it sends as HTTP Basic authentication.
"""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import ForgedError, SourceError
from mellantid.connectors.pipedrive.lines import moment
from mellantid.connectors.told import Hint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.connectors.told import Delivery

LARGEST: Final = 1_000_000
OLDEST: Final = 5 * 60_000
"""Milliseconds. The last of Pipedrive's own repetitions comes after some four minutes."""
EARLIEST: Final = -5 * 60_000
LINKS: Final = ("merged_to_id", "merged_from_id")


def hint_of(delivery: Delivery, user: str, password: str, host: str) -> Hint:
    """What a delivery hints at.

    Args:
        delivery: as it came.
        user: the name that the webhook was made with.
        password: as that.
        host: of the company, such as "acme.pipedrive.com".

    Raises:
        ForgedError: it does not come from there, is too old, or is no webhook of version 2.

    """
    _let_in(delivery, user, password)
    meta = _meta(delivery.body)
    said = str(meta.get("host") or host)
    if said.endswith(".pipedrive.com") and host.endswith(".pipedrive.com") and said != host:
        raise ForgedError("The webhook is of another company: make it in the one that is read.")
    at = _at(meta.get("timestamp"))
    if not EARLIEST <= delivery.at - at <= OLDEST:
        raise ForgedError("The webhook is too old, or of a time to come: look at the clocks.")
    key = meta.get("id")
    if not isinstance(key, str) or not key or len(key) > 200:
        raise ForgedError("The webhook has no id of its event: make it with version 2.0.")
    if meta.get("entity") != "deal":
        return Hint((), (key,))
    named = (meta.get("entity_id"), *(meta.get(name) for name in LINKS))
    return Hint(tuple(_deal(each) for each in named if each is not None), (key,))


def _let_in(delivery: Delivery, user: str, password: str) -> None:
    """Refuse who does not know the password, in the same time whatever is wrong."""
    if not password:
        raise ForgedError("No password of the webhooks is set: set one here and at Pipedrive.")
    kind, _, given = delivery.headers.get("authorization", "").partition(" ")
    due = base64.b64encode(f"{user}:{password}".encode())
    right = hmac.compare_digest(given.strip().encode(), due)
    if not right or kind.lower() != "basic":
        raise ForgedError("The webhook does not have the name and password that were set.")


def _meta(body: bytes) -> Mapping[str, Any]:
    """What a delivery says of itself."""
    if len(body) > LARGEST:
        raise ForgedError("The webhook is larger than any of Pipedrive's.")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ForgedError("The webhook is no JSON.") from None
    meta = document.get("meta") if isinstance(document, dict) else None
    if not isinstance(meta, dict) or str(meta.get("version", "2.0")) != "2.0":
        raise ForgedError("The webhook is not of version 2.0: make it anew with that.")
    return meta


def _at(said: Any) -> int:  # noqa: ANN401 (JSON)
    """When it happened, ms UTC: the documentation shows a date, and speaks of ten characters."""
    text = str(said or "")
    if text.isdecimal() and len(text) in {10, 13}:
        return int(text) * (1_000 if len(text) == 10 else 1)
    try:
        at = moment(text)
    except SourceError:
        at = None
    if at is None:
        raise ForgedError("The webhook does not say when it was sent.")
    return at


def _deal(said: Any) -> str:  # noqa: ANN401 (JSON)
    text = str(said)
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise ForgedError("The webhook names a deal by what is no id.")
    return text
