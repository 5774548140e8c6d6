"""HubSpot's webhooks: whether one is genuine and fresh, and which deals it is about: pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.told import Hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.connectors.told import Delivery

SIGNATURE: Final = "x-hubspot-signature-v3"
TIMESTAMP: Final = "x-hubspot-request-timestamp"
OLDEST: Final = 300_000
"""How old (ms) a webhook may be, by HubSpot's own rule; none may be from as far ahead."""
DEALS: Final = "0-3"
"""HubSpot's number of deals among its kinds of objects."""
IDS: Final = ("objectId", "primaryObjectId", "newObjectId")
DECODED: Final = re.compile(r"%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""What HubSpot writes plainly in the address that it signs."""


def hint_of(delivery: Delivery, client_secret: str) -> Hint:
    """What a webhook hints at.

    Raises:
        ForgedError: it is not signed with the secret, too old, or no list of events.

    """
    if not client_secret:
        raise ForgedError("No client secret has been given, so no webhook can be checked.")
    _check_age(delivery)
    wanted = signature(delivery, client_secret)
    given = delivery.headers.get(SIGNATURE, "")
    if not hmac.compare_digest(wanted.encode(), given.encode()):
        raise ForgedError("The webhook's signature is wrong.")
    try:
        events = json.loads(delivery.body)
    except (ValueError, RecursionError) as error:
        raise ForgedError("The webhook is no JSON.") from error
    if not isinstance(events, list) or not all(isinstance(each, dict) for each in events):
        raise ForgedError("The webhook is no list of events.")
    wanted_events = [each for each in events if _is_of_deal(each)]
    deals = {deal for each in wanted_events for deal in _deals(each)}
    return Hint(tuple(sorted(deals)), tuple(_key(each) for each in wanted_events))


def signature(delivery: Delivery, client_secret: str) -> str:
    """The signature that a webhook has if it is genuine, version 3: Base64 of HMAC-SHA256."""
    address = DECODED.sub(lambda found: chr(int(found[1], 16)), delivery.url)
    moment = delivery.headers.get(TIMESTAMP, "")
    signed = delivery.method.encode() + address.encode() + delivery.body + moment.encode()
    return base64.b64encode(hmac.digest(client_secret.encode(), signed, hashlib.sha256)).decode()


def _check_age(delivery: Delivery) -> None:
    """Refuse what may have been kept and sent again."""
    said = delivery.headers.get(TIMESTAMP, "")
    if not (said.isascii() and said.isdigit() and len(said) < 20):
        raise ForgedError("The webhook does not say when it was sent.")
    if abs(delivery.at - int(said)) > OLDEST:
        raise ForgedError("The webhook is older than five minutes.")


def _is_of_deal(event: dict[str, Any]) -> bool:
    sort = str(event.get("subscriptionType", ""))
    return sort.startswith("deal.") or event.get("objectTypeId") == DEALS


def _deals(event: dict[str, Any]) -> Iterator[str]:
    merged = event.get("mergedObjectIds")
    others = merged if isinstance(merged, list) else []
    for value in (*(event.get(name) for name in IDS), *others):
        text = str(value)
        # An id is a number; anything else would only be asked for in vain.
        if isinstance(value, int | str) and text.isascii() and text.isdigit() and len(text) < 20:
            yield text


def _key(event: dict[str, Any]) -> str:
    """By what an event is known again; HubSpot does not promise that `eventId` alone is unique."""
    names = ("eventId", "subscriptionId", "objectId", "occurredAt", "propertyName")
    said = json.dumps([event.get(name) for name in names], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
