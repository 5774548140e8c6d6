"""Odoo's automation rules that call a webhook (version 17 and later), as hints.

Odoo signs nothing. What makes a delivery believable is a secret in the address that only Odoo and
we know, and what makes it worth little to anybody who overhears it is that it is only a hint: the
deal is read again, and a delivery is good for some minutes only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.odoo.history import moment
from mellantid.connectors.told import Hint

if TYPE_CHECKING:
    from mellantid.connectors.told import Delivery

PARAMETER: Final = "token"
SHORTEST: Final = 16
OLDEST: Final = 300_000
"""How long (ms) after the record was written a delivery is taken."""
AHEAD: Final = 300_000
"""How far (ms) the other clock may be ahead of ours."""
LARGEST: Final = 65_536
FORM: Final = "application/json"


def hint_of(delivery: Delivery, secret: str) -> Hint:
    """What a delivery hints at.

    Args:
        delivery: as it came.
        secret: that the address must have; empty: none has been agreed on.

    Raises:
        ForgedError: the secret is missing or wrong, it is too old, or nothing that Odoo sends.

    """
    given = parse_qs(urlsplit(delivery.url).query).get(PARAMETER, [""])
    if len(secret) < SHORTEST:
        raise ForgedError(
            f"No secret of at least {SHORTEST} characters has been given for Odoo's webhooks: give "
            "one, and put it into the address that Odoo calls."
        )
    if not hmac.compare_digest(given[-1].encode(), secret.encode()) or len(given) != 1:
        raise ForgedError("The address that was called has not the secret agreed on.")
    form = delivery.headers.get("content-type", "").partition(";")[0].strip().lower()
    if delivery.method != "POST" or form != FORM or len(delivery.body) > LARGEST:
        raise ForgedError("This is no delivery of Odoo's: it posts JSON, and little of it.")
    return _understood(delivery)


def _understood(delivery: Delivery) -> Hint:
    try:
        told = json.loads(delivery.body)
        deal, model, written = told["_id"], told["_model"], moment(told["write_date"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ForgedError(
            "This is no delivery of Odoo's with the field write_date: let the action send it "
            "('Last Updated on')."
        ) from None
    if model != "crm.lead" or not isinstance(deal, int) or isinstance(deal, bool) or deal < 1:
        raise ForgedError("This delivery is not about an opportunity.")
    if written is None or not -OLDEST <= written - delivery.at <= AHEAD:
        raise ForgedError("This delivery is about a change of long ago: it has been sent again.")
    key = hashlib.sha256(delivery.body).hexdigest()[:32]
    return Hint((str(deal),), (f"{deal}/{written}/{key}",))
