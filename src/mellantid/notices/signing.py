"""Signatures of what goes out to programs: HMAC-SHA256 of the time and the body."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

SIGNATURE: Final = "Mellantid-Signature"
DELIVERY: Final = "Mellantid-Delivery"
TOLERANCE: Final = 300
"""Seconds by which a receiver's clock, or the way to it, may be late or early."""


def new_signing_secret() -> str:
    """A secret of 256 bits, which a receiver is given once."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(secret: str, body: bytes, at: int) -> str:
    """The header by which a receiver knows who sent a body, and when.

    Args:
        secret: the receiver's.
        body: as it is sent, byte by byte.
        at: the moment of sending (s since 1970).

    """
    return f"t={at},v1={_digest(secret, body, at)}"


def is_signed(secret: str, body: bytes, header: str, now: float) -> bool:
    """Whether a body was signed with a secret, lately: what a receiver does.

    Args:
        secret: the receiver's.
        body: as it came, byte by byte.
        header: of `SIGNATURE`.
        now: the receiver's clock (s since 1970).

    """
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not (moment.isascii() and moment.isdecimal() and given.isascii()):
        return False
    if abs(now - int(moment)) > TOLERANCE:
        return False
    return hmac.compare_digest(_digest(secret, body, int(moment)), given)


def _digest(secret: str, body: bytes, at: int) -> str:
    signed = str(at).encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
