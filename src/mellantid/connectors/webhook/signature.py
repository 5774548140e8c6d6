"""Who has sent a delivery, and when: HMAC-SHA256 over the time, a dot and the body as it came."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import ForgedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER: Final = "mellantid-signature"
OLDEST: Final = 5 * 60_000
"""Milliseconds by which the time that was signed may differ from ours."""
SHORTEST: Final = 32
"""Characters of a secret."""
SEVERAL: Final = 8
"""Signatures that a header may have."""


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The header's value.

    Args:
        secret: that both sides know.
        seconds: since 1970, when it is sent.
        body: the bytes that are sent.

    """
    return f"t={seconds},v1={_digest(secret, str(seconds), body)}"


def check(header: str, body: bytes, secrets: Iterable[str], now: int) -> None:
    """Refuse a delivery that nobody with a secret has sent lately.

    Args:
        header: as it came; it may have several `v1`, one for each secret of the sender.
        body: the bytes as they came.
        secrets: those that are valid: two while one takes the other's place.
        now: the present moment, ms UTC.

    Raises:
        ForgedError: it is not signed so, or too old.

    """
    parts = [part.strip().partition("=")[::2] for part in header.split(",", SEVERAL + 2)]
    times = [value for name, value in parts if name == "t"]
    given = [value for name, value in parts if name == "v1"]
    if len(times) != 1 or not 1 <= len(given) <= SEVERAL or not _plain(times[0]):
        raise ForgedError(
            "The header Mellantid-Signature is missing or not of the form t=SECONDS,v1=HEX."
        )
    due = [_digest(secret, times[0], body).encode() for secret in secrets]
    # All are compared, so that the time it takes tells nothing.
    right = [hmac.compare_digest(each.encode(), want) for each in given for want in due]
    if not any(right):
        raise ForgedError(
            "The signature is not that of the body with any valid secret: sign the bytes that are "
            "sent, and look whether both sides have the same secret."
        )
    if abs(now - int(times[0]) * 1_000) > OLDEST:
        raise ForgedError(
            "The signature is older than 5 minutes, or of a time to come: sign when sending, and "
            "look at the clocks."
        )


def checked(secret: str, name: str) -> str:
    """A secret that is long enough.

    Raises:
        SourceError: it is not.

    """
    if len(secret) < SHORTEST:
        raise SourceError(
            f"{name} is too short: give at least {SHORTEST} characters made at random, as by "
            "`openssl rand -hex 32`."
        )
    return secret


def _digest(secret: str, seconds: str, body: bytes) -> str:
    signed = f"{seconds}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _plain(seconds: str) -> bool:
    return seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12
