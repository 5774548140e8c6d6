"""Secrets that we hand out and keep only the fingerprints of: session cookies and API tokens.

They are 256 random bits, so that a plain SHA-256 of them cannot be searched; only passwords, which
people choose, need a slow hash.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

BYTES: Final = 32


def new_secret() -> str:
    """A secret that nobody can guess, in letters that a header may carry."""
    return secrets.token_urlsafe(BYTES)


def fingerprint(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
